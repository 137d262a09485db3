"""A run recorded in the plainest way there is, to hold the timeline against."""

import numpy as np

from nnscope.engine.frame import Frame
from nnscope.engine.run.flat_state import as_carried
from nnscope.expression.evaluate import Value, evaluate
from nnscope.program.model import Program
from tests.samples import same, same_values


class Plain:
    """Every moment of a run, each line evaluated by itself, and everything kept."""

    def __init__(self, program: Program) -> None:
        self._program = program
        values: dict[str, Value] = dict(program.start)
        self.values = [dict(values)]
        self.costs: list[float] = []
        for iteration in range(program.iterations):
            values |= program.fed(iteration)
            for line in program.lines:
                values = {**values, line.target: evaluate(line.expression, values)}
                self.values.append(values)
                if line.target == program.cost:
                    self.costs.append(float(np.asarray(values[line.target])))
            carried = {name: as_carried(values[end]) for name, end in program.carried.items()}
            values = {**values, **carried}

    @property
    def length(self) -> int:
        return len(self.values) - 1

    def agrees(self, frame: Frame) -> bool:
        """Tell whether a frame shows its moment as it was, to the last bit."""
        lines, time = len(self._program.lines), frame.time
        iteration, index = divmod(time - 1, lines) if time else (0, -1)
        known = min(len(frame.costs), len(self.costs))
        return (
            (frame.iteration, frame.index) == (iteration, index)
            and same_values(frame.values, self.values[time])
            and len(frame.costs) == known
            and same(np.asarray(frame.costs), np.asarray(self.costs[:known]))
        )
