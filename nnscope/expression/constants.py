"""What Python itself, and not NumPy, would compute in an expression, and how large it can get."""

import math

from nnscope.expression.errors import ParseError, shown
from nnscope.expression.source import code, source
from nnscope.expression.syntax import (
    COMPARISONS,
    LOGICAL,
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Transpose,
    Unary,
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
    match tree:
        case Name():
            return None
        case Number(value):
            return value if isinstance(value, int) else None
        case Unary(operator, operand):
            largest = largest_whole(operand)
            return 1 if operator == "not" else largest
        case Binary(operator, left, right):
            return _bounded(tree, _joined(operator, largest_whole(left), largest_whole(right)))
        case Call(_, arguments, _):  # leaky_relu multiplies what it is given
            known = [whole for each in arguments if (whole := largest_whole(each)) is not None]
            _bounded(tree, math.prod(known))
            return None
        case Transpose(operand) | Index(operand, _):
            largest_whole(operand)
    return None


def _joined(operator: str, left: int | None, right: int | None) -> int | None:
    """Bound what Python makes of two of its whole numbers."""
    if operator in COMPARISONS:
        return 1
    if operator in LOGICAL:
        return left if right is None else max(left or 0, right)
    if left is None or right is None or operator in ("/", "@"):
        return None
    if operator == "**":
        return int(max(left, 1) ** right)
    return left * right if operator == "*" else left + right


def _bounded(tree: Expression, largest: int | None) -> int | None:
    if largest is not None and largest > MAXIMUM_WHOLE:
        raise ParseError(f"`{shown(source(tree))}` would be a whole number of 2**63 or more: "
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
