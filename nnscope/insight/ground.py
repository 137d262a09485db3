"""What a gradient check stands on: one whole iteration, computed again from where it started."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nnscope.engine.frame import Frame
from nnscope.engine.keep.history import KeepGoing, always
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.insight.patch import Array
from nnscope.insight.patched import Steady
from nnscope.program.model import Line, Phase, Program

_NUDGE = 2.0**-51


@dataclass(frozen=True, eq=False)
class Ground:
    """A program with what one iteration starts from: its constants and parameters.

    `nudges` hold a factor for each cell that the lines compute, 1 or an ulp or two away from it;
    how much a result changes under them is how far rounding may have changed it anyway.
    """

    program: Program
    start: Mapping[str, Value]
    nudges: Mapping[str, Array]

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """All values up to the update: parameters as the iteration starts, and its gradients.

        Raises `ExpressionError` for what can't be computed.
        """
        values = dict(self.start)
        for line in self.program.lines:
            if line.phase is not Phase.UPDATE:
                values[line.target] = self.nudged(line.target, evaluate(line.expression, values))
        return values

    @cached_property
    def steady(self) -> Steady:
        """The values without a change, and what the lines make of them on the way."""
        return Steady(self.values)

    @cached_property
    def cost(self) -> float:
        """The cost. Raises `ExpressionError` where it is not one number."""
        cost = np.asarray(self.values[self.program.cost])
        if cost.size != 1:
            message = f"has the shape {cost.shape}: only a single number has gradients to check"
            raise ExpressionError(f"{self.program.cost} {message}")
        return float(cost.reshape(-1)[0])

    def gradient(self, line: Line) -> Array:
        """Give what a line says of a gradient, as float64 and shaped as what it belongs to.

        A gradient that broadcasts to that shape acts as if it had it. Raises `ExpressionError`
        for one that does not.
        """
        found = np.asarray(self.values[line.target], dtype=np.float64)
        shape = np.shape(self.values[line.gradient_of])
        if np.broadcast_shapes(shape, (1,) * found.ndim) == shape:
            with suppress(ValueError):
                return np.broadcast_to(found, shape)
        raise ExpressionError(f"{line.target} has the shape {found.shape}, {line.gradient_of} has "
                              f"{shape}: a gradient is shaped as what it belongs to")  # fmt: skip

    @property
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

    def shaken(self, seed: int) -> "Ground":
        """Give the same ground with every computed cell an ulp or two off, at random."""
        generator = np.random.default_rng(seed)
        nudges = {
            line.target: 1 + _NUDGE * generator.choice([-1.0, 1.0],
                                                       np.shape(self.values[line.target]))
            for line in self.program.lines
            if line.phase is not Phase.UPDATE and line.target != self.program.cost
        }  # fmt: skip
        return Ground(self.program, self.start, nudges)


def ground_of(frame: Frame) -> Ground:
    """Stand on the iteration of a frame, wherever in the iteration the frame is."""
    return Ground(frame.program, {name: frame.values[name] for name in frame.program.start}, {})


def ground_at(program: Program, iteration: int, keep_going: KeepGoing = always) -> Ground:
    """Run to an iteration and stand on it.

    Raises `ExpressionError` for one that is not run, `Interrupted` when `keep_going` says so.
    """
    if not 0 <= iteration < program.iterations:
        raise ExpressionError(f"iteration {iteration} is not run: they count from 0 to "
                              f"{program.iterations - 1}")  # fmt: skip
    timeline = Timeline(program)
    timeline.seek(timeline.clock.moment_of(0, iteration), keep_going)
    return ground_of(timeline.frame())
