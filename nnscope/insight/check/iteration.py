"""One whole iteration, computed again from where it started: what a gradient check goes by."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.engine.frame import Frame
from nnscope.engine.keep.history import KeepGoing, always
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.number_types import widened
from nnscope.expression.reverse import slopes
from nnscope.insight.check.verdicts import Array
from nnscope.insight.gradient_shape import stretched_gradient
from nnscope.program.exact import exact
from nnscope.program.model import Line, Phase, Program

_NUDGE = 2.0**-51


class Iteration(Struct, frozen=True, eq=False, dict=True):
    """A program with what one iteration starts from.

    `nudges` hold a factor for each cell that the lines compute, 1 or an ulp or two away from it;
    how much a result changes under them is how far rounding may have changed it anyway.
    `iteration` is its number. `is_widened` tells that the program itself has numbers of float32.
    """

    program: Program
    start: Mapping[str, Value]
    nudges: Mapping[str, Array]
    iteration: int = 0
    is_widened: bool = False

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """All values up to the last gradient, by the ids of their variables.

        An update that comes before that one is among them: a later gradient may read it. Raises
        `ExpressionError` for what can't be computed.
        """
        values, lines = dict(self.start), self.program.lines
        others = [index for index, line in enumerate(lines) if line.phase is not Phase.UPDATE]
        for line in lines[: max(others, default=-1) + 1]:
            values[line.target] = self.nudged(line.target, evaluate(line.expression, values))
        return values

    @cached_property
    def slopes(self) -> Mapping[str, Array]:
        """The slope of the cost by every cell of every value that it depends on: reverse mode.

        Each has the shape of the value. Raises `ExpressionError` where the cost is not one number.
        """
        lines = [(line.target, line.expression) for line in self.judged]
        seed = np.ones(np.shape(self.values[self.program.cost])) + 0 * self.cost
        return slopes(lines, self.values, self.program.cost, seed)

    @cached_property
    def cost(self) -> float:
        """The cost. Raises `ExpressionError` where it is not one number."""
        cost = np.asarray(self.values[self.program.cost])
        if cost.size != 1:
            message = f"has the shape {cost.shape}: only a single number has gradients to check"
            raise ExpressionError(f"{self.program.spelled(self.program.cost)} {message}")
        return float(cost.reshape(-1)[0])

    def slope(self, variable: str) -> Array:
        """Give the slope of the cost by a value; 0 where the cost does not depend on it.

        Where the cost is not finite it has no slope: nan.
        """
        shape = np.shape(self.values[variable])
        if not np.isfinite(self.cost):
            return np.full(shape, np.nan)
        found = self.slopes.get(variable)
        return np.zeros(shape) if found is None else found

    def gradient(self, line: Line) -> Array:
        """Give what a line says of a gradient, as float64 and shaped as what it belongs to.

        A gradient that broadcasts to that shape acts as if it had it. Raises `ExpressionError`
        for one that does not.
        """
        value, shape = self.values[line.target], np.shape(self.values[line.gradient_of])
        found = stretched_gradient(value, shape)
        if found is not None:
            return found
        of = self.program.spelled(line.gradient_of)
        raise ExpressionError(f"{line.spelled} has the shape {np.shape(value)}, {of} has "
                              f"{shape}: a gradient has the shape of its value")  # fmt: skip

    @cached_property
    def judged(self) -> tuple[Line, ...]:
        """The lines that lead to the cost."""
        phases = (Phase.FORWARD, Phase.LOSS)
        return tuple(line for line in self.program.lines if line.phase in phases)

    @property
    def gradients(self) -> tuple[Line, ...]:
        """The lines that compute a gradient; none in a forward-only program."""
        return tuple(line for line in self.program.lines if line.gradient_of)

    def nudged(self, name: str, value: Value) -> Value:
        """Multiply a computed value by its nudges, where there are some."""
        return value * self.nudges[name] if name in self.nudges else value

    def shaken(self, seed: int) -> "Iteration":
        """Give the same iteration with every computed cell an ulp or two off, at random."""
        generator = np.random.default_rng(seed)
        nudges = {
            line.target: 1 + _NUDGE * generator.choice([-1.0, 1.0],
                                                       np.shape(self.values[line.target]))
            for line in self.program.lines
            if line.phase is not Phase.UPDATE and line.target != self.program.cost
        }  # fmt: skip
        return replace(self, nudges=nudges)


def iteration_of(frame: Frame) -> Iteration:
    """Take the iteration of a frame, wherever in the iteration the frame is.

    A program of float32 is computed in float64 from the same numbers: what is checked is the
    formula, to more digits than 32 bits have.
    """
    program = exact(frame.program)
    start = widened({name: frame.values[name] for name in program.start})
    is_widened = program is not frame.program
    return Iteration(program, start, {}, frame.iteration, is_widened)


def iteration_at(program: Program, iteration: int, keep_going: KeepGoing = always) -> Iteration:
    """Run to an iteration and take it.

    Raises `ExpressionError` for one that is not run, `Interrupted` when `keep_going` says so.
    """
    if not 0 <= iteration < program.iterations:
        raise ExpressionError(f"iteration {iteration} is not run: they count from 0 to "
                              f"{program.iterations - 1}")  # fmt: skip
    timeline = Timeline(program)
    timeline.seek(timeline.clock.moment_of(0, iteration), keep_going)
    return iteration_of(timeline.frame())
