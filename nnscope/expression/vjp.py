"""The rules of calculus of the table: a vector-Jacobian product for each operand of an operation.

Their machineries are `reverse` (numbers) and `jacobian` (expressions).
"""

from functools import lru_cache

from nnscope.expression.operation import Operation
from nnscope.expression.rules import Options, rule
from nnscope.expression.simplify import ONE, ZERO, folded, product_of
from nnscope.expression.syntax import Expression, Number, Unary, substitute

Numbers = tuple[tuple[str, Number], ...]


@lru_cache(maxsize=1024)
def backward_rule(
    row: Operation,
    place: int,
    options: Options = (),
    ranks: tuple[int, ...] = (),
    numbers: Numbers = (),
) -> Expression:
    """Give the vector-Jacobian product for the operand at a place, in the letters of the table.

    `g` is the gradient that arrives, `y` the result; `numbers` are the operands that are written
    as numbers, by their letter. It is the number 0 where no slope passes through.
    """
    text = row.rules(ranks)[place]
    return folded(substitute(rule(text, options), dict(numbers))) if text else ZERO


def derivative(row: Operation, place: int = 0) -> Expression:
    """Give the local derivative of an elementwise function, in its letters and the result `y`."""
    arriving = {"g": ONE}
    return product_of(substitute(backward_rule(row, place), arriving)).tree


def written_numbers(row: Operation, operands: tuple[Expression, ...]) -> Numbers:
    """List the operands that are written as numbers, perhaps with a sign, by their letter."""
    signed = zip(row.letters, map(_number, operands), strict=True)
    return tuple((letter, number) for letter, number in signed if number is not None)


def _number(operand: Expression) -> Number | None:
    match operand:
        case Number():
            return operand
        case Unary("-", Number(value)):
            return Number(-value)
    return None
