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
        values: dict[str, Value] = dict(program.start)
        self.values = [dict(values)]
        self.costs: list[float] = []
        self.places = [(0, -1)]
        for iteration in range(program.iterations):
            form = program.during(iteration)
            values = {name: value for name, value in values.items() if name in form.variables}
            values = {**form.start, **values, **form.fed(iteration)}
            for index, line in enumerate(form.lines):
                values = {**values, line.target: evaluate(line.expression, values)}
                self.values.append(values)
                self.places.append((iteration, index))
            if program.cost:  # an iteration without a cost has that of the one before
                cost = values[form.cost] if form.cost else self.costs[-1]
                self.costs.append(float(np.asarray(cost)))
            carried = {name: as_carried(values[end]) for name, end in form.carried.items()}
            values = {**values, **carried}

    @property
    def length(self) -> int:
        return len(self.values) - 1

    def agrees(self, frame: Frame) -> bool:
        """Tell whether a frame shows its moment as it was, to the last bit."""
        time = frame.time
        iteration, index = self.places[time]
        known = min(len(frame.costs), len(self.costs))
        return (
            (frame.iteration, frame.index) == (iteration, index)
            and same_values(frame.values, self.values[time])
            and len(frame.costs) == known
            and same(np.asarray(frame.costs), np.asarray(self.costs[:known]))
        )
