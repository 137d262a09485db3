"""Slips of a product and of its shape: `*` for `@`, a transpose too many or too few."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.syntax import Call, Expression, Name, Number, Transpose, walk
from nnscope.expression.table import is_called, row_of
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.trees import joined, operands_of, places

_NOTES = "CS231n, Backpropagation, Intuitions: gradients for vectorized operations"


def _cell_by_cell(line: Expression, _context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        pair = operands_of(part, "@")
        if pair:
            yield put(_as(part, "*", *pair))


def _as_product(line: Expression, _context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        pair = operands_of(part, "*")
        if pair:
            yield put(_as(part, "@", *pair))
            yield put(_as(part, "@", *pair[::-1]))


def _as(part: Expression, sign: str, left: Expression, right: Expression) -> Expression:
    return joined(part, sign, left, right)


def _without_transpose(line: Expression, _context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        if is_transposed(part):
            yield put(inside(part))


def _with_transpose(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        rank = context.shape(part)
        if isinstance(part, Number) or is_transposed(part):
            continue
        if isinstance(part, Name) and rank is not None and len(rank) == 2:
            turned = put(Transpose(part))
            if not any(_is_turned_twice(each) for each in walk(turned)):
                yield turned
    if not is_transposed(line):
        yield Transpose(line)


def is_transposed(part: Expression) -> bool:
    """Tell whether a part turns an array, as `x.T` or as a call."""
    return isinstance(part, Transpose) or is_called(part, np.transpose)


def inside(part: Expression) -> Expression:
    """Give what is turned."""
    assert isinstance(part, Transpose | Call)
    return part.operand if isinstance(part, Transpose) else part.arguments[0]


def _is_turned_twice(part: Expression) -> bool:
    return is_transposed(part) and is_transposed(inside(part))


def _reshaped(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        if is_transposed(part):
            shape = context.shape(part)
            if shape:
                yield put(Call("np.reshape", (inside(part),), (("shape", shape),)))


def _turned(line: Expression, _context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        if not isinstance(part, Name | Number) and row_of(part).name == "np.reshape":
            assert isinstance(part, Call)
            yield put(Transpose(part.arguments[0]))


SHAPING = (
    Slip(
        "cell-by-cell-for-product", Kind.DIRECTION,
        "`*` multiplies cell by cell, where a product of matrices (`@`) is meant",
        "the formula on paper has no sign between the two, and broadcasting hides the mistake",
        "the sum over the units or the examples is missing",
        _NOTES, _cell_by_cell, _as_product,
    ),
    Slip(
        "product-for-cell-by-cell", Kind.DIRECTION,
        "`@` multiplies matrices, where a product cell by cell (`*`) is meant",
        "the formula on paper has no sign between the two, and square matrices hide the mistake",
        "every unit is given the derivative of all the others",
        _NOTES, _as_product, _cell_by_cell,
    ),
    Slip(
        "transpose-lost", Kind.DIRECTION,
        "a transpose is missing",
        "with a square matrix the product works without it, and nothing complains",
        "the gradient goes back along other connections than the values came forward on",
        _NOTES, _without_transpose, _with_transpose,
    ),
    Slip(
        "transpose-too-many", Kind.DIRECTION,
        "a transpose is too many",
        "the transpose was put in until the shapes fitted; with a square matrix they always do",
        "the gradient goes back along other connections than the values came forward on",
        _NOTES, _with_transpose, _without_transpose,
    ),
    Slip(
        "reshape-for-transpose", Kind.DIRECTION,
        "the array is reshaped, where it has to be transposed",
        "both give the shape that is wanted, but a reshape leaves the numbers in their order",
        "examples and units are mixed up",
        _NOTES, _reshaped, _turned,
    ),
)  # fmt: skip
