"""What Python itself, and not NumPy, would compute in an expression, and how large it can get."""

import math

from nnscope.expression.errors import ParseError, shown
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    COMPARISONS,
    LOGICAL,
    Binary,
    Call,
    Expression,
    Number,
    Unary,
    children,
)

MAXIMUM_WHOLE = 2**63 - 1


def of_python(tree: Expression) -> bool:
    """Tell whether a value may be Python's own number, if all names hold NumPy's."""
    match tree:
        case Number() | Unary("not", _):
            return True
        case Unary(_, operand):
            return of_python(operand)
        case Binary(operator, left, right) if operator in LOGICAL:
            return of_python(left) or of_python(right)
        case Binary(_, left, right):
            return of_python(left) and of_python(right)
    return False


def largest_whole(tree: Expression) -> int | None:
    """Give the largest whole number that Python may make of a tree, None where it makes none.

    NumPy's whole numbers have 64 bits; Python's grow until memory ends, so `ParseError` is raised
    for `9 ** 64`. Names count as NumPy's numbers.
    """
    inner = [largest_whole(child) for child in children(tree)]
    largest = _whole(tree, inner)
    if largest is not None and largest > MAXIMUM_WHOLE:
        raise ParseError(f"`{shown(source(tree))}` would be a whole number of 2**63 or more: "
                         "write a number in it with a point, such as 9.0")  # fmt: skip
    return None if isinstance(tree, Call) else largest


def _whole(tree: Expression, inner: list[int | None]) -> int | None:
    """Give the largest whole number of the top of a tree, from those of its operands."""
    known = [number for number in inner if number is not None]
    match tree:
        case Number(int(value)):
            return value
        case Unary("not", _):
            return 1
        case Unary():
            return inner[0]
        case Binary(operator, _, _) if operator in COMPARISONS:
            return 1
        case Binary(operator, _, _) if operator in LOGICAL:
            return max(known, default=None)
        case Binary("**", _, Number(int(exponent))) if inner[0] is not None:
            return int(max(inner[0], 1) ** exponent)
        case Binary("+" | "-") if len(known) == 2:
            return sum(known)
        case Binary("*") if len(known) == 2:
            return math.prod(known)
        case Call():  # what a function makes of numbers alone: leaky_relu multiplies them
            return math.prod(known)
    return None
