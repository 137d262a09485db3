"""What Python itself, and not NumPy, would compute in an expression, and how large it can get."""

import math

from nnscope.expression.errors import ParseError
from nnscope.expression.operation import Kind, Operation, Truth
from nnscope.expression.source import code, source
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Transpose,
    Unary,
)
from nnscope.expression.table import row_of
from nnscope.visible import quoted

MAXIMUM_WHOLE = 2**63 - 1


def of_python(tree: Expression) -> bool:
    """Tell whether a value may be Python's own number, if all names hold NumPy's."""
    match tree:
        case Number():
            return True
        case Unary(_, operand):
            return row_of(tree).kind is Kind.SINGLE or of_python(operand)
        case Binary(_, left, right) if row_of(tree).kind is Kind.SINGLE:
            return of_python(left) or of_python(right)
        case Binary(_, left, right):
            return of_python(left) and of_python(right)
    return False


def largest_whole(tree: Expression) -> int | None:
    """Give the largest whole number that Python may make of a tree, None where it makes none.

    NumPy's whole numbers have 64 bits; Python's grow until memory ends, so `ParseError` is raised
    for `9 ** 64`. Names count as NumPy's numbers.
    """
    match tree:
        case Name():
            return None
        case Number(value):
            return value if isinstance(value, int) else None
        case Unary(_, operand):
            largest = largest_whole(operand)
            return 1 if row_of(tree).truth is Truth.MADE else largest
        case Binary(_, left, right):
            return _bounded(tree, _joined(row_of(tree), largest_whole(left), largest_whole(right)))
        case Call(_, arguments, _):  # leaky_relu multiplies what it is given
            known = [whole for each in arguments if (whole := largest_whole(each)) is not None]
            _bounded(tree, math.prod(known))
            return None
        case Transpose(operand) | Index(operand, _):
            largest_whole(operand)
    return None


def _joined(row: Operation, left: int | None, right: int | None) -> int | None:
    """Bound what Python makes of two of its whole numbers."""
    if row.truth is Truth.MADE:
        return 1
    if row.kind is Kind.SINGLE:
        return left if right is None else max(left or 0, right)
    if left is None or right is None or row.whole is None:
        return None
    return row.whole(left, right)


def _bounded(tree: Expression, largest: int | None) -> int | None:
    if largest is not None and largest > MAXIMUM_WHOLE:
        raise ParseError(f"`{quoted(source(tree))}` would be a whole number of 2**63 or more: "
                         "write a number in it with a point, such as 9.0")  # fmt: skip
    return largest


def numpy_source(tree: Expression) -> str:
    """Write a whole line as it runs: a number that Python would make is held as NumPy's.

    Python's own divides by zero with an error, and has complex roots.
    """
    return f"np.float64({code(tree)})" if of_python(tree) else code(tree)


def as_numpy(tree: Expression) -> Expression:
    """Make sure that the value of a whole line is not Python's own whole number.

    A name that held one could grow without end from line to line: `z ** 64`, and that again.
    """
    if isinstance(tree, Number):
        return Number(float(tree.value))
    return Binary("*", tree, Number(1.0)) if of_python(tree) else tree
