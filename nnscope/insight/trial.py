"""What NumPy would do with a line whose shapes are wrong: the values, and where it ends."""

from collections.abc import Iterator, Mapping
from math import prod

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.engine.frame import Frame
from nnscope.expression.errors import ExpressionError, UnknownNameError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.operation import Kind
from nnscope.expression.shapes import Shape, infer, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name, Number, Transpose, children, walk
from nnscope.expression.table import row_of
from nnscope.insight.explain.environment import shapes_of
from nnscope.program.resolve import read

MOST_CELLS = 10**6
"""So many cells may a value have that is made to be looked at."""

Sizes = tuple[int, ...]


class Meeting(Struct, frozen=True):
    """Two operands whose shapes do not go together as they should: texts and sizes of both.

    `result` are the sizes of what NumPy makes of them, None where it refuses. `is_product` tells a
    product of matrices, whose inner axes must agree; other operands are aligned at their last axes.
    """

    left: str
    left_sizes: Sizes
    right: str
    right_sizes: Sizes
    result: Sizes | None
    is_product: bool


class TriedLine(Struct, frozen=True, eq=False):
    """A line that makes something else than it should.

    `value` is what NumPy makes, None where it refuses: then `error` is what it raises. `wanted` are
    the sizes that the value should have, `meeting` the operands that made them others. Of the tried
    line itself `is_same` tells that it has, stretched to these sizes, the numbers that the line has
    as it stands.
    """

    iteration: int
    index: int
    text: str
    value: Value | None
    error: str
    wanted: Sizes
    meeting: Meeting | None
    is_same: bool = False

    @property
    def made(self) -> Sizes | None:
        """The sizes of what NumPy makes; None where it refuses."""
        return None if self.value is None else np.shape(self.value)

    @property
    def is_right(self) -> bool:
        """Whether the value has the shape that it should have."""
        return self.made == self.wanted


def tried(frame: Frame, text: str) -> tuple[TriedLine, ...]:
    """Run the current line with another expression, and what follows to the next iteration's end.

    Gives the line itself, and each later one whose shape is wrong, up to the first that NumPy
    refuses. Raises `ExpressionError` for text that is not an expression, unknown names, a moment
    without a line, and values too large to be tried.
    """
    program, line = frame.program, frame.line
    if line is None:
        raise ExpressionError("nothing has run yet: run a line first, then try another one")
    expression = read(program, text, frame.index - 1)
    values = dict(frame.values)
    first = _run(frame, frame.iteration, frame.index, expression, values)
    found = [replace(first, is_same=_is_same(first, frame.values[line.target]))]
    if not first.error:
        for step in _following(frame, values, expression):
            if not step.is_right:
                found.append(step)
            if step.error:
                break
    return tuple(found)


def _is_same(step: TriedLine, wanted: Value) -> bool:
    """Tell whether a line makes the same numbers, at most in fewer rows or columns."""
    if step.value is None:
        return False
    try:
        stretched = np.broadcast_to(np.asarray(step.value), step.wanted)
    except ValueError:
        return False
    return bool(np.allclose(stretched, np.asarray(wanted), equal_nan=True))


def _following(frame: Frame, values: dict[str, Value], changed: Expression) -> Iterator[TriedLine]:
    """Run the rest of this iteration, and all of the next one where there is one like it."""
    program, later = frame.program, frame.iteration + 1
    for index in range(frame.index + 1, len(program.lines)):
        yield _run(frame, frame.iteration, index, program.lines[index].expression, values)
    if later >= program.iterations or not program.carried:
        return
    values |= {name: values[end] for name, end in program.carried.items()}
    form, line_now = frame.whole.during(later), frame.program.lines[frame.index]
    values = {**form.start, **values, **form.fed(later)}
    for index, line in enumerate(form.lines):
        expression = changed if line == line_now else line.expression
        yield _run(frame, later, index, expression, values)


def _run(
    frame: Frame, iteration: int, index: int, expression: Expression, values: dict[str, Value]
) -> TriedLine:
    """Run one line, and keep what it makes among the values."""
    form = frame.whole.during(iteration)
    line = form.lines[index]
    shapes = shapes_of(values)
    _check_size(expression, shapes)
    value, error = None, ""
    try:
        value = evaluate(expression, values)
        values[line.target] = value
    except UnknownNameError:
        raise
    except ExpressionError as refused:
        error = _of_numpy(refused)
    text = f"{line.spelled} = {source(expression)}"
    wanted = sizes(form.shapes[line.target])
    meeting = _meeting(expression, shapes)
    return TriedLine(iteration, index, text, value, error, wanted, meeting)


def _of_numpy(refused: ExpressionError) -> str:
    """Give what NumPy itself has raised, with the name of its class."""
    raised = refused.__context__
    return f"{type(raised).__name__}: {raised}".strip() if raised is not None else str(refused)


def _check_size(expression: Expression, shapes: Mapping[str, Shape]) -> None:
    """See that no part of an expression is too large, as far as it can be computed."""
    for part in walk(expression):
        shape = _shape(part, shapes)
        if shape is not None and prod(shape) > MOST_CELLS:
            told = f"`{source(part)}` would have {prod(shape):,} cells: too many to be tried"
            raise ExpressionError(told)


def _shape(part: Expression, shapes: Mapping[str, Shape]) -> Sizes | None:
    try:
        return sizes(infer(part, shapes))
    except ExpressionError:
        return None


def _meeting(expression: Expression, shapes: Mapping[str, Shape]) -> Meeting | None:
    """Find the innermost operands that do not fit, or that are both stretched."""
    for part in reversed(list(walk(expression))):
        if isinstance(part, Name | Number | Transpose) or len(children(part)) != 2:
            continue
        left, right = children(part)
        pair = _shape(left, shapes), _shape(right, shapes)
        if pair[0] is None or pair[1] is None:
            continue
        result, kind = _shape(part, shapes), row_of(part).kind
        is_stretched = kind is Kind.ELEMENTWISE and result not in (*pair, None)
        if result is None or is_stretched:
            return Meeting(source(left), pair[0], source(right), pair[1], result,
                           kind is Kind.PRODUCT)  # fmt: skip
    return None
