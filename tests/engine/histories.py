"""A run recorded in the plainest way there is, to hold the timeline against."""

import numpy as np

from nnscope.engine.model import Frame
from nnscope.engine.state import as_carried
from nnscope.expression.evaluate import Value, evaluate
from nnscope.program.model import Program
from tests.samples import same, same_values


class Plain:
    """Every moment of a run, each line evaluated by itself, and everything kept."""

    def __init__(self, program: Program) -> None:
        self._program = program
        values: dict[str, Value] = {**program.constants, **program.parameters}
        self.values = [dict(values)]
        self.previous: list[Value | None] = [None]
        self.starts: list[dict[str, Value]] = []
        self.costs: list[float] = []
        for _ in range(program.iterations):
            self.starts.append({name: values[name] for name in program.carried})
            for line in program.lines:
                self.previous.append(values.get(line.target))
                values = {**values, line.target: evaluate(line.expression, values)}
                self.values.append(values)
                if line.target == program.cost:
                    self.costs.append(float(np.asarray(values[line.target])))
            carried = {name: as_carried(values[name]) for name in program.carried}
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
            and same_values(frame.starts, self.starts[iteration])
            and same(frame.previous, self.previous[time])
            and len(frame.costs) == known
            and same(np.asarray(frame.costs), np.asarray(self.costs[:known]))
        )
