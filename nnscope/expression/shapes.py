"""The shape of an expression, known before anything is computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from nnscope.expression.errors import ExpressionError, ShapeError, UnknownNameError
from nnscope.expression.functions import FUNCTIONS, Kind
from nnscope.expression.source import source
from nnscope.expression.suggest import did_you_mean
from nnscope.expression.syntax import (
    COMPARISONS,
    LOGICAL,
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Slice,
    Transpose,
    Unary,
)

MAXIMUM_CELLS = 10**8

_TRUTHS = ("np.any", "np.all", "np.isnan", "np.isinf", "np.isfinite")
_KEEP_TRUTH = ("np.max", "np.min", "np.maximum", "np.minimum", "np.multiply", "np.abs")
_NEED_CELLS = ("np.max", "np.min", "np.mean", "softmax")


@dataclass(frozen=True, slots=True)
class Axis:
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
    `MAXIMUM_CELLS`, `UnknownNameError` for a name that is not in `shapes`, and `ExpressionError`
    where truth values are subtracted, which NumPy refuses.
    """
    shape = _infer(expression, shapes)
    if prod(sizes(shape)) > MAXIMUM_CELLS:
        raise ShapeError(f"`{source(expression)}` would have {prod(sizes(shape)):,} cells; "
                         f"the most is {MAXIMUM_CELLS:,}")  # fmt: skip
    return shape


def _infer(expression: Expression, shapes: Mapping[str, Shape]) -> Shape:
    match expression:
        case Number():
            return ()
        case Name(name):
            if name not in shapes:
                raise UnknownNameError(f"`{name}` has no value{did_you_mean(name, shapes)}")
            return shapes[name]
        case Unary(operator, operand):
            shape = infer(operand, shapes)
            if operator == "not":
                _one_truth(operand, shape, "not")
            else:
                _numbers(expression, operand)
            return shape
        case Transpose(operand):
            return _turned(operand, infer(operand, shapes))
        case Index(operand, items):
            return _indexed(expression, infer(operand, shapes), items)
        case Binary("@", left, right):
            return _product("", left, infer(left, shapes), right, infer(right, shapes))
        case Binary(operator, left, right):
            if operator == "-":
                _numbers(expression, left, right)
            first, second = infer(left, shapes), infer(right, shapes)
            if operator in LOGICAL:
                _one_truth(left, first, operator)
                _one_truth(right, second, operator)
            return _broadcast(operator, left, first, right, second)
        case Call():
            return _called(expression, shapes)


def _called(call: Call, shapes: Mapping[str, Shape]) -> Shape:
    inner = [infer(argument, shapes) for argument in call.arguments]
    kind = FUNCTIONS[call.function].kind
    if kind is Kind.REDUCTION:
        return _reduced(call, inner[0])
    if kind is Kind.ALONG_AXIS:
        _not_empty(call, inner[0], _axis(call, inner[0]))
        return inner[0]
    if kind is Kind.PRODUCT:
        return _product(call.function, call.arguments[0], inner[0], call.arguments[1], inner[1])
    shape, argument = inner[0], call.arguments[0]
    for other, its_shape in zip(call.arguments[1:], inner[1:], strict=True):
        shape = _broadcast("and", argument, shape, other, its_shape)
    return shape


def _product(function: str, left: Expression, a: Shape, right: Expression, b: Shape) -> Shape:
    """Give the shape of a product of matrices, written with `@` or as a function."""
    sign = function or "`@`"
    for operand, shape in ((left, a), (right, b)):
        if not shape:
            raise ShapeError(f"`{source(operand)}` is a single number: {sign} multiplies matrices, "
                             "`*` multiplies by a number")  # fmt: skip
        if len(shape) > 2:
            raise ShapeError(
                f"`{source(operand)}` has {len(shape)} axes; {sign} takes one or two here"
            )
    inner, outer = a[-1], b[-2] if len(b) == 2 else b[0]
    if inner.size != outer.size:
        pair = (_told(left, a), _told(right, b))
        raise ShapeError(
            (f"{function} of {' and '.join(pair)}" if function else " @ ".join(pair))
            + f": the {_counted(inner, 'column')} on the left "
            f"must agree with the {_counted(outer, 'row')} on the right"
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


def _reduced(call: Call, shape: Shape) -> Shape:
    keep = call.option("keepdims") is True
    axis = _axis(call, shape)
    _not_empty(call, shape, axis)
    if axis is None:
        return tuple(Axis(1) for _ in shape) if keep else ()
    return shape[:axis] + ((Axis(1),) if keep else ()) + shape[axis + 1 :]


def _axis(call: Call, shape: Shape) -> int | None:
    """Give the axis that a call names, counted from 0, or None where it means all of them."""
    axis = call.option("axis")
    if axis is None:
        return None
    if not -len(shape) <= axis < len(shape):
        told = _told(call.arguments[0], shape)
        if not shape:
            raise ShapeError(f"`{source(call)}`: {told} is a single number and has no axis {axis}")
        count = f"{len(shape)} ax{'is' if len(shape) == 1 else 'es'}"
        raise ShapeError(
            f"`{source(call)}`: there is no axis {axis}; {told} has {count}, counted from 0"
        )
    return axis % len(shape)


def _not_empty(call: Call, shape: Shape, axis: int | None) -> None:
    along = shape if axis is None else shape[axis : axis + 1]
    if call.function in _NEED_CELLS and prod(sizes(along)) == 0:
        raise ShapeError(f"`{source(call)}`: {_told(call.arguments[0], shape)} has no cells to "
                         "take it of")  # fmt: skip


def _turned(operand: Expression, shape: Shape) -> Shape:
    if not shape:
        raise ShapeError(f"`{source(operand)}` is a single number: `.T` is for arrays")
    return shape[::-1]


def _indexed(expression: Expression, shape: Shape, items: tuple[int | Slice, ...]) -> Shape:
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
        raise ShapeError(f"{_told(operand, shape)}: `{operator}` needs one truth value; "
                         "wrap it in np.any(...) or np.all(...)")  # fmt: skip


def _numbers(whole: Expression, *operands: Expression) -> None:
    """Refuse what NumPy does not do: to turn the sign of truth values, or to subtract them."""
    if all(is_truth(operand) for operand in operands):
        first = source(operands[0])
        raise ExpressionError(f"`{source(whole)}`: `-` takes no truth values; make them numbers, "
                              f"as in 1 * ({first})")  # fmt: skip


def is_truth(expression: Expression) -> bool:
    """Tell whether the cells of an expression are true or false, and not numbers."""
    match expression:
        case Transpose(operand) | Index(operand, _) | Unary("not", operand):
            return is_truth(operand)
        case Binary("and" | "or", left, right):
            return is_truth(left) and is_truth(right)
        case Call("np.where", (_, chosen, other), _):
            return is_truth(chosen) and is_truth(other)
        case Call(function, arguments, _) if function in _KEEP_TRUTH:
            return all(map(is_truth, arguments))
        case Call(function, _, _):
            return function in _TRUTHS
        case Binary("+" | "*", left, right):  # of truth values: or, and
            return is_truth(left) and is_truth(right)
        case Binary(operator, _, _):
            return operator in COMPARISONS
    return False


def _told(operand: Expression, shape: Shape) -> str:
    named = f" = {symbols(shape)}" if any(axis.name for axis in shape) else ""
    return f"{source(operand)} {sizes(shape)}{named}"


def _counted(axis: Axis, word: str) -> str:
    named = f" ({axis.name})" if axis.name else ""
    return f"{axis.size} {word}{'' if axis.size == 1 else 's'}{named}"
