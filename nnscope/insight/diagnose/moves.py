"""The updates: by how much each parameter moves, as a number times the slope of the cost."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from nnscope.expression.evaluate import Value
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import Expression, Name, Number, names, substitute, walk
from nnscope.expression.table import row_of
from nnscope.insight.diagnose.expected import Array, agreed, constant
from nnscope.insight.diagnose.points import Point, trained_of
from nnscope.insight.diagnose.steps import Given, Reading
from nnscope.program.model import Line, Phase, Program
from nnscope.program.rates import learning_rate


class Move(Struct, frozen=True):
    """The update of one parameter.

    `line` is its last line, `expression` the whole update with its own lines put in. `given` are
    the gradients that it reads. `total` is the number that the slope of the cost, as it follows
    from what was given, is multiplied by to get the step down: the learning rate. It is None where
    there is no such number, 0 where the parameter stays.
    """

    parameter: str
    line: Line
    expression: Expression
    given: Given
    total: float | None

    @property
    def factor(self) -> float:
        """The factor of the gradients that the update was given."""
        return self.given[0][1].factor if self.given else 1.0


def moves_of(reading: Reading) -> Iterator[Move]:
    """Yield the update of every parameter that the cost depends on."""
    program = reading.program
    for name in trained_of(program):
        line = program.lines[program.line_of[program.carried[name]]]
        expression = reading.whole(written_out(program, line))
        given = reading.given(expression)
        yield Move(name, line, expression, given, _total(reading, name, given))


def written_out(program: Program, line: Line) -> Expression:
    """Put into an update the lines that it is computed by, but for gradients and other updates."""
    ends = {*program.carried.values()}
    own = {each.target: each for each in program.lines
           if each.phase is Phase.UPDATE and each.target not in ends}  # fmt: skip
    expression = line.expression
    for _ in range(len(own)):
        read = [name for name in names(expression) if name in own]
        if not read:
            break
        expression = substitute(expression, {name: own[name].expression for name in read})
    return expression


def _total(reading: Reading, name: str, given: Given) -> float | None:
    """Give the number between a step down and the slope.

    With a schedule it is another one in each iteration: then it is that of the first.
    """
    end = reading.program.carried[name]
    if has_state(reading.program, name):
        return None
    ratios = [step_ratio(reading, name, point.values[end], point, given)
              for point in reading.expected.points]  # fmt: skip
    found = agreed(ratios)
    if found is None and None not in ratios:
        return next((each for each in ratios if each and np.isfinite(each)), None)
    return found


def has_state(program: Program, name: str) -> bool:
    """Tell whether the update of a parameter depends on something of its shape that is carried."""
    return any(True for _ in states_of(program, name))


def states_of(program: Program, name: str) -> Iterator[str]:
    """Yield what is carried, of a parameter's shape, and leads to its next value."""
    trained, wanted = trained_of(program), ancestors(program, program.carried[name])
    for other in program.carried:
        is_alike = sizes(program.shapes[other]) == sizes(program.shapes[name])
        if other not in trained and other in wanted and is_alike:
            yield other


def ancestors(program: Program, of: str) -> set[str]:
    """List the values that a value depends on, itself among them."""
    found = {of}
    for line in reversed(program.lines):
        if line.target in found:
            found |= {*names(line.expression)}
    return found


def is_plain(program: Program, move: Move) -> bool:
    """Tell whether an update only adds, subtracts and multiplies by numbers, without a state."""
    return not has_state(program, move.parameter) and all(
        isinstance(node, Name | Number) or row_of(node).name in _PLAIN
        for node in walk(written_out(program, move.line))
    )


def decays(reading: Reading, move: Move) -> bool:
    """Tell whether a step may be one down the slope and a share of the parameter: weight decay.

    With a constant learning rate both shares are the same everywhere. Else each iteration may have
    its own, and of few cells nothing can be told.
    """
    parts = [_both(reading, move, point) for point in reading.expected.points]
    if any(part is None for part in parts):
        return False
    known = [part for part in parts if part is not None]
    if learning_rate(reading.program):
        known = [(np.concatenate([both for both, _ in known]),
                  np.concatenate([step for _, step in known]))]  # fmt: skip
    return all(len(step) < _FEW or _is_combined(both, step) for both, step in known)


def _both(reading: Reading, move: Move, point: Point) -> tuple[Array, Array] | None:
    """Give the slope beside the parameter, and the step, cell by cell; None for other shapes."""
    before = np.asarray(point.values[move.parameter], dtype=np.float64)
    wanted = reading.expected.at(point, move.parameter, move.given)
    step = before - np.asarray(point.values[reading.program.carried[move.parameter]])
    if wanted is None or step.shape != before.shape:
        return None
    return np.stack([wanted.ravel(), before.ravel()], axis=1), step.ravel()


def _is_combined(both: Array, step: Array) -> bool:
    parts, *_ = np.linalg.lstsq(both, step, rcond=None)
    room = 1e-9 * np.max(np.abs(step)) + 1e-13 * np.max(np.abs(both[:, 1]))
    return bool(np.max(np.abs(both @ parts - step)) <= room)


_FEW = 3


def has_own_rates(reading: Reading, move: Move) -> bool:
    """Tell whether each cell has a learning rate of its own, the same everywhere."""
    parts = [_both(reading, move, point) for point in reading.expected.points]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or any(np.any(both[:, 0] == 0) for both, _ in known):
        return False
    rates = np.stack([step / both[:, 0] for both, step in known])
    return bool(np.all(rates > 0) and np.all(np.ptp(rates, axis=0) <= 1e-6 * rates[0]))


_PLAIN = ("+", "-", "*", "/", "np.add", "np.subtract", "np.multiply", "np.divide", ".T")


def step_ratio(
    reading: Reading, name: str, after: Value, point: Point, given: Given
) -> float | None:
    """Give the number between a step down to a value and the slope by a parameter."""
    before = np.asarray(point.values[name])
    wanted = reading.expected.at(point, name, given)
    if np.shape(after) != before.shape:
        return None
    step = before - np.asarray(after)
    if not np.any(step):
        return 0.0 if wanted is not None and _is_felt(wanted, before) else float("nan")
    return _unrounded(step, wanted, before)


def _is_felt(wanted: Array, before: Array) -> bool:
    """Tell whether a slope is more than what rounding has left of 0."""
    size = max(float(np.max(np.abs(before), initial=0.0)), 1e-3)
    return bool(np.max(np.abs(wanted), initial=0.0) > 1e-12 * size)


def _unrounded(step: Array, wanted: Array | None, before: Array) -> float | None:
    """Give the ratio of a step, which has fewer digits than the parameter that it was taken off."""
    found = constant(step, wanted)
    if found is not None or wanted is None:
        return found
    below = float(np.sum(wanted * wanted))
    if step.shape != wanted.shape or not below:
        return None
    ratio = float(np.sum(step * wanted)) / below
    room = 8 * np.finfo(float).eps * (np.abs(before) + np.abs(step))
    room = room + 1e-9 * np.max(np.abs(step))
    return ratio if np.all(np.abs(step - ratio * wanted) <= room) else None
