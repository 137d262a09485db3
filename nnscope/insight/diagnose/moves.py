"""The updates: by how much each parameter moves, as a number times the slope of the cost."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnscope.expression.syntax import Expression, names
from nnscope.insight.diagnose.expected import agreed, constant
from nnscope.insight.diagnose.points import trained_of
from nnscope.insight.diagnose.steps import Given, Reading
from nnscope.program.model import Line, Phase, Program


@dataclass(frozen=True, slots=True)
class Move:
    """The update of one parameter.

    `line` is its last line, `expression` the whole update with its own lines put in. `given` are
    the gradients that it reads. `total` is the number that the slope of the cost, as it follows from
    what was given, is multiplied by to get the step down: the learning rate. It is None where there
    is no such number, 0 where the parameter stays.
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
    from nnscope.expression.syntax import substitute  # noqa: PLC0415

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
    """Give the number between a step down and the slope."""
    end = reading.program.carried[name]
    ratios = list[float | None]()
    for point in reading.expected.points:
        step = np.asarray(point.values[name]) - np.asarray(point.values[end])
        wanted = reading.expected.at(point, name, given)
        if np.shape(step) != np.shape(point.values[name]):
            return None
        if not np.any(step):
            ratios.append(0.0)
            continue
        ratios.append(_unrounded(step, wanted, np.asarray(point.values[name])))
    return agreed(ratios)


def _unrounded(step: object, wanted: object, before: object) -> float | None:
    """Give the ratio of a step, which has fewer digits than the parameter that it was taken off."""
    found = constant(step, wanted)  # type: ignore[arg-type]
    if found is not None or wanted is None:
        return found
    array, target = np.asarray(step, dtype=float), np.asarray(wanted)
    below = float(np.sum(target * target))
    if array.shape != target.shape or not below:
        return None
    ratio = float(np.sum(array * target)) / below
    room = 8 * np.finfo(float).eps * (np.abs(np.asarray(before, dtype=float)) + np.abs(array))
    room = room + 1e-9 * np.max(np.abs(array))
    return ratio if np.all(np.abs(array - ratio * target) <= room) else None
