"""What a script's update carries from iteration to iteration, told from its numbers alone.

A velocity is a share of what it was and of the gradient, a mean of squares one of the square. Both
shares are fitted at starts that are drawn, so it does not matter how the lines are written.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.syntax import Number, walk
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.moves import ancestors, states_of
from nnscope.insight.diagnose.points import drawn, trained_of, wide
from nnscope.program.model import Program

Array = NDArray[np.float64]
_ITERATIONS = (1, 3, 6)
_NEAR = 1e-9
_TINY = 1e-6


class Moment(Struct, frozen=True, eq=False):
    """One value that is carried beside a parameter: its power of the gradient, and its shares.

    It becomes `keeps` times what it was and `takes` times the gradient, or its square for `power`
    2. `is_corrected` says that it is divided by 1 - beta ** t as well.
    """

    name: str
    power: int
    keeps: float
    takes: float
    is_corrected: bool = False


class Drawn(Struct, frozen=True, eq=False):
    """All values of one iteration with a state that is drawn; `step` counts it from 1."""

    values: dict[str, Value]
    step: int

    def array(self, name: str) -> Array:
        """Give a value as numbers of 64 bits."""
        return np.asarray(self.values[name], dtype=np.float64)


class Moving(Struct, frozen=True, eq=False):
    """A parameter with its gradient, what is carried beside it, and the numbers to tell it from."""

    parameter: str
    gradient: str
    moments: tuple[Moment, ...]
    drawn: tuple[Drawn, ...]

    def step(self, at: Drawn, program: Program) -> Array:
        """Give by how much the parameter is moved down."""
        return at.array(self.parameter) - at.array(program.carried[self.parameter])


def movings(judging: Judging) -> Iterator[Moving]:
    """Yield the parameters whose update carries something of their shape, all of it understood."""
    program = judging.program
    for name in trained_of(program):
        states = [*states_of(program, name)]
        gradient = next((step.target for step in judging.steps if step.of == name), "")
        if not states or not gradient:
            continue
        known = [each for at in _ITERATIONS if at < program.iterations
                 if (each := _drawn(program, at)) is not None]  # fmt: skip
        found = [_moment(program, state, gradient, known) for state in states]
        if len(known) > 1 and None not in found:
            moments = tuple(each for each in found if each is not None)
            yield Moving(name, gradient, moments, tuple(known))


def _drawn(program: Program, iteration: int) -> Drawn | None:
    """Run an iteration from parameters and a state that are drawn; what is carried is positive."""
    draw = np.random.default_rng(iteration)
    values = {**program.start, **program.fed(iteration)}
    values |= {name: value for name, value in drawn(program, iteration).items()
               if name in trained_of(program)}  # fmt: skip
    for name in {*program.carried} - {*trained_of(program)}:
        shape = np.shape(values[name])
        if shape:
            values[name] = 0.1 * (0.2 + np.abs(draw.normal(size=shape)))
        else:
            values[name] = np.float64(np.asarray(values[name]) + iteration)
    values = {name: wide(value) for name, value in values.items()}
    try:
        for line in program.lines:
            values[line.target] = evaluate(line.expression, values)
    except ExpressionError:
        return None
    return Drawn(values, iteration + 1)


def _moment(program: Program, name: str, gradient: str, drawn: Sequence[Drawn]) -> Moment | None:
    end = program.carried[name]
    if any(at.array(end).shape != at.array(name).shape for at in drawn):
        return None
    for power in (1, 2):
        parts = [(at.array(name), at.array(gradient) ** power) for at in drawn]
        shares = fitted_together(parts, [at.array(end) for at in drawn])
        if shares is not None:
            return Moment(name, power, shares[0], shares[1])
        corrected = _corrected(program, name, gradient, power, drawn)
        if corrected is not None:
            return corrected
    return None


def _corrected(
    program: Program, name: str, gradient: str, power: int, drawn: Sequence[Drawn]
) -> Moment | None:
    """Tell whether a mean is divided by 1 - beta ** t, and carried on so."""
    end = program.carried[name]
    for beta in constants_in(program, end):
        if not 0 < beta < 1:
            continue
        mean = [beta * at.array(name) + (1 - beta) * at.array(gradient) ** power for at in drawn]
        wholes = [at.array(end) * (1 - beta**at.step) for at in drawn]
        if fitted_together([(each,) for each in mean], wholes) is not None:
            return Moment(name, power, beta, 1 - beta, is_corrected=True)
    return None


def constants_in(program: Program, of: str) -> list[float]:
    """List the single numbers that a value depends on: constants, and those in its lines."""
    wanted = ancestors(program, of)
    found = [float(np.asarray(program.start[name])) for name in wanted
             if name in program.start and not program.shapes[name]]  # fmt: skip
    found += [node.value for line in program.lines if line.target in wanted
              for node in walk(line.expression) if isinstance(node, Number)]  # fmt: skip
    return [*dict.fromkeys(found)]


def rate_in(program: Program, moving: Moving) -> str:
    """Give the id of the learning rate: the one number of an update that is none of the others."""
    wanted = ancestors(program, program.carried[moving.parameter])
    after = wanted - ancestors(program, moving.gradient)
    shares = [each.keeps for each in moving.moments]
    known = [*shares, *(1 - share for share in shares)]
    fed = program.feed.names if program.feed else ()
    found = [name for name in after if name in program.start and not program.shapes[name]
             and name not in program.carried and name not in fed
             and abs(float(np.asarray(program.start[name]))) > _TINY
             and not any(abs(float(np.asarray(program.start[name])) - each) < _NEAR
                         for each in known)]  # fmt: skip
    return found[0] if len(found) == 1 else ""


def fitted_together(
    parts: Sequence[Sequence[Array]], wholes: Sequence[Array]
) -> tuple[float, ...] | None:
    """Give the numbers, the same at all points, that some arrays are multiplied by in a sum.

    None where it is no such sum.
    """
    columns = np.concatenate([np.stack([np.broadcast_to(part, whole.shape).ravel()
                                        for part in point], axis=1)
                              for point, whole in zip(parts, wholes, strict=True)])  # fmt: skip
    whole = np.concatenate([each.ravel() for each in wholes])
    known = np.isfinite(whole)  # the root of a negative number is one on both sides
    if not np.array_equal(known, np.all(np.isfinite(columns), axis=1)):
        return None
    columns, whole = columns[known], whole[known]
    size = np.max(np.abs(columns), axis=0, initial=0.0)
    if not np.all(size) or not np.any(whole):
        return None
    found, *_ = np.linalg.lstsq(columns / size, whole, rcond=None)
    rest = np.abs(columns / size @ found - whole)
    if np.max(rest) > _NEAR * np.max(np.abs(whole)):
        return None
    return tuple(float(each) for each in found / size)
