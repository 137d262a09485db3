"""The shape of every line, and of lines that do not fit the one that is wrong.

A compiled line is right. Where one does not fit, it is because of a line of the scenario's own that
it reads, at once or by way of others, and that has not the shape that it should have.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from nnscope.expression.errors import ExpressionError, UnknownNameError
from nnscope.expression.shapes import Shape, infer, sizes
from nnscope.expression.syntax import names
from nnscope.network.overrides import Overridden
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase
from nnscope.scenario.errors import ScenarioError, wrong


class _Suspect(Struct, frozen=True, eq=False):
    """A line that has not the shape that it should have, as the error to be told.

    Where it `broadcasts` to that shape, or stands for no gradient, it may have been meant so.
    """

    error: ScenarioError
    broadcasts: bool


def line_shapes(
    lines: Sequence[Assignment],
    start: Mapping[str, Shape],
    overridden: Mapping[str, Overridden],
    only: Phase | None = None,
) -> dict[str, Shape]:
    """Infer the shape of every line on top of the shapes of the start.

    `overridden` has the lines that were replaced, by target; `only` takes one phase. Raises
    `ScenarioError` for operands that do not fit, and for a gradient that can't be subtracted from
    its parameter; it names the first line that is wrong.
    """
    shapes, suspects = dict(start), dict[str, _Suspect]()
    updated = {line.target for line in lines if line.phase is Phase.UPDATE}
    for index, line in enumerate(lines):
        if only is not None and line.phase is not only:
            continue
        own = overridden.get(line.target) if line.because else None
        where = own.where if own else f"line {index + 1}, {line.text}"
        blamed = _blamed(line, suspects)
        try:
            shape = infer(line.expression, shapes)
            if line.phase is Phase.UPDATE:
                _check_update(line, shape, start)
        except UnknownNameError as error:
            raise wrong(where, explained(error, lines[index:])) from None
        except ExpressionError as error:
            raise (blamed.error if blamed else wrong(where, str(error))) from None
        suspect = _judged(line, shape, shapes, own, where)
        if suspect and not suspect.broadcasts and line.gradient_of in updated:
            raise (blamed or suspect).error
        suspect = blamed or (suspect if own else None)
        suspects |= {line.target: suspect} if suspect else {}
        if line.phase is Phase.UPDATE:
            shapes.setdefault(line.target, shape)
        else:
            shapes[line.target] = shape
    return shapes


def _blamed(line: Assignment, suspects: Mapping[str, _Suspect]) -> _Suspect | None:
    """Give the first line to blame if this one does not fit; None for itself."""
    read = set(names(line.expression))
    return next(
        (suspect for target, suspect in suspects.items()
         if target in read and not (line.because and suspect.broadcasts)),
        None,
    )  # fmt: skip


def _judged(
    line: Assignment,
    shape: Shape,
    shapes: Mapping[str, Shape],
    own: Overridden | None,
    where: str,
) -> _Suspect | None:
    """Compare the shape of a line with that of what it is the gradient of, or was compiled as."""
    if line.phase is Phase.UPDATE:
        return None
    found = sizes(shape)
    if line.gradient_of in shapes:
        wanted, of = sizes(shapes[line.gradient_of]), f"of {line.gradient_of}, "
        broadcasts = _broadcasts(found, wanted)
    elif own and (compiled := _compiled(own, shapes)) is not None:
        wanted, of, broadcasts = compiled, "", True
    else:
        return None
    message = f"{line.target} must have the shape {of}{wanted}; found {found}"
    return None if found == wanted else _Suspect(wrong(where, message), broadcasts)


def _compiled(own: Overridden, shapes: Mapping[str, Shape]) -> tuple[int, ...] | None:
    """Give the shape of what was compiled; None where that does not fit here."""
    try:
        return sizes(infer(own.compiled, shapes))
    except ExpressionError:
        return None


def _broadcasts(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return len(found) <= len(wanted) and all(
        size in (1, own) for size, own in zip(found[::-1], wanted[::-1], strict=False)
    )


def _check_update(line: Assignment, shape: Shape, start: Mapping[str, Shape]) -> None:
    """See that what is carried on keeps its shape."""
    if line.target in start and sizes(shape) != sizes(start[line.target]):
        raise ExpressionError(
            f"the result is {sizes(shape)}, but {line.target} must stay {sizes(start[line.target])}"
        )


def explained(error: UnknownNameError, rest: Sequence[Assignment]) -> str:
    """Say of a name without a value that its line comes later, where that is so."""
    for place, line in enumerate(rest):
        if str(error).startswith(f"`{line.target}` "):
            when = "later" if place else "by this very line"
            return f"`{line.target}` has no value on this line: it is computed {when}"
    return str(error)
