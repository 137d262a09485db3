"""The shape of an expression, known before anything is computed."""

import operator
from collections.abc import Callable, Mapping, Sequence
from math import prod

from msgspec import Struct

from nnscope.expression.errors import ExpressionError, ShapeError, UnknownNameError
from nnscope.expression.operation import Kind, Truth
from nnscope.expression.rearranging import Sizes, joined, kept, reshaped, squeezed
from nnscope.expression.source import source
from nnscope.expression.suggest import did_you_mean
from nnscope.expression.syntax import (
    Call,
    Expression,
    Items,
    Name,
    Number,
    Operated,
    Option,
    Slice,
    children,
)
from nnscope.expression.table import is_called, options_of, row_of
from nnscope.limits import CELLS


class Axis(Struct, frozen=True):
    """One axis of an array: its length, and its name in the text (`n1`, `m`) if it has one."""

    size: int
    name: str = ""


Shape = tuple[Axis, ...]


def sizes(shape: Shape) -> tuple[int, ...]:
    """Give the plain shape, as NumPy has it."""
    return tuple(axis.size for axis in shape)


def symbols(shape: Shape) -> str:
    """Write a shape with the names of its axes where they have one: `(n1, m)`."""
    words = [axis.name or str(axis.size) for axis in shape]
    return f"({', '.join(words)}{',' if len(words) == 1 else ''})"


def infer(expression: Expression, shapes: Mapping[str, Shape]) -> Shape:
    """Find the shape of an expression from the shapes of the names that it reads.

    Raises `ShapeError` where operands do not fit or the result would be larger than
    `CELLS`, `UnknownNameError` for a name that is not in `shapes`, and `ExpressionError`
    where truth values are subtracted, which NumPy refuses.
    """
    shape = _infer(expression, shapes)
    if prod(sizes(shape)) > CELLS:
        raise ShapeError(f"`{source(expression)}` would have {prod(sizes(shape)):,} cells; "
                         f"the most is {CELLS:,}")  # fmt: skip
    return shape


def _infer(expression: Expression, shapes: Mapping[str, Shape]) -> Shape:
    match expression:
        case Number():
            return ()
        case Name(name):
            if name not in shapes:
                raise UnknownNameError(f"`{name}` has no value{did_you_mean(name, shapes)}")
            return shapes[name]
        case _:
            return _computed(expression, shapes)


def _computed(whole: Operated, shapes: Mapping[str, Shape]) -> Shape:
    """Find the shape that an operation gives, by its kind."""
    row, operands = row_of(whole), children(whole)
    if row.truth is Truth.REFUSED and all(map(is_truth, operands)):
        raise _refused(whole, operands[0])
    inner = [infer(operand, shapes) for operand in operands]
    if row.kind in _BY_KIND:
        return _BY_KIND[row.kind](whole, operands, inner)
    if is_called(whole, operator.pow) and inner[1]:
        told = _told(operands[1], inner[1])
        raise ShapeError(f"`{source(whole)}`: an exponent is a single number; {told} is an array")
    return _joined(whole, operands, inner)


def _joined(whole: Operated, operands: Sequence[Expression], inner: Sequence[Shape]) -> Shape:
    """Broadcast all operands against each other; the first stands for what is joined so far."""
    sign = "and" if isinstance(whole, Call) else row_of(whole).name
    shape = inner[0]
    for operand, its_shape in zip(operands[1:], inner[1:], strict=True):
        shape = _broadcast(sign, operands[0], shape, operand, its_shape)
    return shape


def _product(whole: Operated, operands: Sequence[Expression], inner: Sequence[Shape]) -> Shape:
    """Give the shape of a product of matrices, written with `@` or as a function."""
    (left, right), (a, b) = operands, inner
    function = row_of(whole).name if isinstance(whole, Call) else ""
    sign = function or "`@`"
    for operand, shape in ((left, a), (right, b)):
        if not shape:
            raise ShapeError(f"`{source(operand)}` is a single number: {sign} multiplies matrices, "
                             "`*` multiplies by a number")  # fmt: skip
        if len(shape) > 2:
            raise ShapeError(
                f"`{source(operand)}` has {len(shape)} axes; {sign} takes one or two here"
            )
    last, first = a[-1], b[-2] if len(b) == 2 else b[0]
    if last.size != first.size:
        pair = (_told(left, a), _told(right, b))
        raise ShapeError(
            (f"{function} of {' and '.join(pair)}" if function else " @ ".join(pair))
            + f": the {_counted(last, 'column')} on the left "
            f"must agree with the {_counted(first, 'row')} on the right"
        )
    return a[:-1] + b[1:] if len(b) == 2 else a[:-1]


def _broadcast(operator: str, left: Expression, a: Shape, right: Expression, b: Shape) -> Shape:
    length = max(len(a), len(b))
    padded_a = (Axis(1),) * (length - len(a)) + a
    padded_b = (Axis(1),) * (length - len(b)) + b
    result = []
    for position, (first, second) in enumerate(zip(padded_a, padded_b, strict=True)):
        if first.size != second.size and 1 not in (first.size, second.size):
            raise ShapeError(
                f"{_told(left, a)} {operator} {_told(right, b)}: on axis {position}, "
                f"{_counted(first, 'cell')} meet {_counted(second, 'cell')}; "
                "they must agree, or one of them be 1"
            )
        result.append(second if first.size == 1 and (second.size > 1 or not first.name) else first)
    return tuple(result)


def _reduced(whole: Operated, operand: Expression, shape: Shape) -> Shape:
    keep = _option(whole, "keepdims") is True
    axis = _axis(whole, operand, shape)
    _not_empty(whole, operand, shape, axis)
    if axis is None:
        return tuple(Axis(1) for _ in shape) if keep else ()
    return shape[:axis] + ((Axis(1),) if keep else ()) + shape[axis + 1 :]


def _option(whole: Operated, name: str) -> Option:
    return whole.option(name) if isinstance(whole, Call) else None


def _items(whole: Operated) -> Items:
    items = dict(options_of(whole))["at"]
    assert isinstance(items, tuple)
    return items


def _reshaped(whole: Operated, operand: Expression, shape: Shape) -> Shape:
    """Give the shape of the same cells in another one; an axis that stays keeps its name."""
    _axis(whole, operand, shape)
    found = rearranged(whole, sizes(shape))
    stays = {there: shape[here] for here, there in kept(sizes(shape), found) or ()}
    return tuple(stays.get(at, Axis(length)) for at, length in enumerate(found))


def rearranged(whole: Operated, size: Sizes) -> Sizes:
    """Give the shape that an operation puts the cells of an array into, which has this one."""
    wanted = dict(options_of(whole)).get("shape")
    try:
        if isinstance(wanted, tuple):
            return reshaped(size, tuple(each for each in wanted if isinstance(each, int)))
        axis = _option(whole, "axis")
        return squeezed(size, None if axis is None else axis % len(size))
    except ShapeError as error:
        raise ShapeError(f"`{source(whole)}`: {error}") from None


def _one_behind_the_other(
    whole: Operated, operands: Sequence[Expression], inner: Sequence[Shape]
) -> Shape:
    first, second = inner
    _axis(whole, operands[0], first)
    axis = joined_along(whole, len(first))
    try:
        found = joined(sizes(first), sizes(second), axis)
    except ShapeError as error:
        pair = " and ".join(_told(*each) for each in zip(operands, inner, strict=True))
        raise ShapeError(f"`{source(whole)}`: {pair}: {error}") from None
    return (*first[:axis], Axis(found[axis]), *first[axis + 1 :])


def joined_along(whole: Operated, rank: int) -> int:
    """Give the axis along which arrays are put one behind the other: the first, if none is said."""
    if rank == 0:
        raise ShapeError(f"`{source(whole)}`: single numbers have no axis to be joined along")
    return (_option(whole, "axis") or 0) % rank


def _outer(whole: Operated, operands: Sequence[Expression], inner: Sequence[Shape]) -> Shape:
    for operand, shape in zip(operands, inner, strict=True):
        if len(shape) != 1:
            raise ShapeError(
                f"`{source(whole)}`: {_told(operand, shape)} has {len(shape)} axes, and "
                f"{row_of(whole).name} takes vectors of one; write a column times a row as `a @ b`"
            )
    return (*inner[0], *inner[1])


def _axis(whole: Operated, operand: Expression, shape: Shape) -> int | None:
    """Give the axis that a call names, counted from 0, or None where it means all of them."""
    axis = _option(whole, "axis")
    if axis is None:
        return None
    if not -len(shape) <= axis < len(shape):
        told = _told(operand, shape)
        if not shape:
            raise ShapeError(f"`{source(whole)}`: {told} is a single number and has no axis {axis}")
        count = f"{len(shape)} ax{'is' if len(shape) == 1 else 'es'}"
        raise ShapeError(
            f"`{source(whole)}`: there is no axis {axis}; {told} has {count}, counted from 0"
        )
    return axis % len(shape)


def _not_empty(whole: Operated, operand: Expression, shape: Shape, axis: int | None) -> None:
    cells = prod(sizes(shape if axis is None else shape[axis : axis + 1]))
    if row_of(whole).needs_cells and cells == 0:
        raise ShapeError(f"`{source(whole)}`: {_told(operand, shape)} has no cells to take it of")
    less = _option(whole, "ddof") or 0
    if less >= cells > 0:
        raise ShapeError(f"`{source(whole)}`: {cells} cell{'s' * (cells != 1)} less ddof={less} "
                         "leaves none to divide by")  # fmt: skip


def _turned(operand: Expression, shape: Shape) -> Shape:
    if not shape:
        raise ShapeError(f"`{source(operand)}` is a single number: `.T` is for arrays")
    return shape[::-1]


def _indexed(expression: Expression, shape: Shape, items: Items) -> Shape:
    if len(items) > len(shape):
        count = f"{len(items)} ind{'ex' if len(items) == 1 else 'ices'}"
        raise ShapeError(f"`{source(expression)}`: {count}, but the shape is {sizes(shape)}")
    result: list[Axis] = []
    for axis, item in zip(shape, items, strict=False):
        if isinstance(item, Slice):
            size = len(range(*slice(item.start, item.stop, item.step).indices(axis.size)))
            result.append(axis if size == axis.size else Axis(size))
        elif not -axis.size <= item < axis.size:
            within = f"is outside 0 to {axis.size - 1}" if axis.size else "has no cell to point at"
            raise ShapeError(f"`{source(expression)}`: index {item} {within}")
    return (*result, *shape[len(items) :])


def _one_truth(operand: Expression, shape: Shape, operator: str) -> None:
    if shape:
        raise ShapeError(
            f"{_told(operand, shape)}: `{operator}` needs one truth value; "
            "wrap it in np.any(...) or np.all(...)"
        )


def _refused(whole: Expression, first: Expression) -> ExpressionError:
    """Say that NumPy does not turn the sign of truth values, nor subtract them."""
    return ExpressionError(
        f"`{source(whole)}`: `-` takes no truth values; make them numbers, "
        f"as in 1 * ({source(first)})"
    )


def is_truth(expression: Expression) -> bool:
    """Tell whether the cells of an expression are true or false, and not numbers."""
    if isinstance(expression, Number | Name):
        return False
    row = row_of(expression)
    if row.truth is Truth.KEPT:  # the product and the sum of truth values are `and` and `or`
        return all(map(is_truth, children(expression)[row.conditions :]))
    return row.truth is Truth.MADE


def _told(operand: Expression, shape: Shape) -> str:
    named = f" = {symbols(shape)}" if any(axis.name for axis in shape) else ""
    return f"{source(operand)} {sizes(shape)}{named}"


def _counted(axis: Axis, word: str) -> str:
    named = f" ({axis.name})" if axis.name else ""
    return f"{axis.size} {word}{'' if axis.size == 1 else 's'}{named}"


def _along_axis(whole: Operated, operands: Sequence[Expression], inner: Sequence[Shape]) -> Shape:
    _not_empty(whole, operands[0], inner[0], _axis(whole, operands[0], inner[0]))
    return inner[0]


def _single(whole: Operated, operands: Sequence[Expression], inner: Sequence[Shape]) -> Shape:
    for operand, shape in zip(operands, inner, strict=True):
        _one_truth(operand, shape, row_of(whole).name)
    return ()


_BY_KIND: dict[Kind, Callable[[Operated, Sequence[Expression], Sequence[Shape]], Shape]] = {
    Kind.REDUCTION: lambda whole, operands, inner: _reduced(whole, operands[0], inner[0]),
    Kind.ALONG_AXIS: _along_axis,
    Kind.PRODUCT: _product,
    Kind.SINGLE: _single,
    Kind.TRANSPOSE: lambda _, operands, inner: _turned(operands[0], inner[0]),
    Kind.INDEX: lambda whole, _, inner: _indexed(whole, inner[0], _items(whole)),
    Kind.RESHAPED: lambda whole, operands, inner: _reshaped(whole, operands[0], inner[0]),
    Kind.JOINED: _one_behind_the_other,
    Kind.OUTER: _outer,
    Kind.SPREAD: lambda _, __, inner: inner[1],
    Kind.COUNT: lambda _, __, ___: (),
    Kind.COLUMN: lambda _, __, inner: (*inner[0], Axis(1)),
}
"""How the shape of the result follows, for the kinds whose operands are not just broadcast."""
