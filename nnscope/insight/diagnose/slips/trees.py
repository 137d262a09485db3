"""Rewriting an expression at one place: on its tree, never in its text."""

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import combinations

from nnscope.expression.rows.internal import INTERNAL
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Name,
    Number,
    children,
    walk,
    with_operands,
)
from nnscope.expression.table import row_of

Put = Callable[[Expression], Expression]
"""Gives the whole expression with something else in one place."""


def places(whole: Expression) -> Iterator[tuple[Expression, Put]]:
    """Yield every part of an expression, with what puts another one there; the whole first."""
    yield whole, lambda new: new
    operands = children(whole)
    for at, operand in enumerate(operands):
        for part, put in places(operand):
            yield part, _outer(whole, operands, at, put)


def _outer(whole: Expression, operands: tuple[Expression, ...], at: int, put: Put) -> Put:
    return lambda new: with_operands(whole, [*operands[:at], put(new), *operands[at + 1 :]])


_CALLS = {
    "*": "np.multiply", "+": "np.add", "-": "np.subtract", "/": "np.divide", "@": "np.dot",
}  # fmt: skip


def operands_of(part: Expression, sign: str) -> tuple[Expression, Expression] | None:
    """Give the two operands of an operator, written as such or as NumPy's function; else None."""
    match part:
        case Call("np.power" | "np.square", (left, *rest), _) if sign == "**":
            return left, rest[0] if rest else Number(2)
        case Binary(operator, left, right) if operator == sign:
            return left, right
        case Call(function, (left, right), _) if function == _CALLS.get(sign) or (
            sign == "@" and function == "np.matmul"
        ):
            return left, right
    return None


def joined(part: Expression, sign: str, left: Expression, right: Expression) -> Expression:
    """Join two operands in the style of a part: by an operator, or by NumPy's function."""
    if isinstance(part, Call) and sign in _CALLS:
        return Call(_CALLS[sign], (left, right))
    return Binary(sign, left, right)


def times(left: Expression, right: Expression) -> Expression:
    """Multiply cell by cell."""
    return Binary("*", left, right)


def is_writable(expression: Expression) -> bool:
    """Tell whether a reader could write an expression: no operation in it is internal."""
    return all(
        isinstance(node, Name | Number) or row_of(node) not in INTERNAL.values()
        for node in walk(expression)
    )


def factors_in(whole: Expression) -> Iterator[tuple[Expression, Put]]:
    """Yield some factors of each product, multiplied together, with what puts another there.

    In `dA * s * (1 - s)` the derivative `s * (1 - s)` is no part of the tree, but two factors.
    """
    for part, put in places(whole):
        factors = _factors(part)
        if 2 < len(factors) <= _MOST_FACTORS:
            for chosen in _choices(len(factors)):
                inside = _product([factors[at] for at in chosen])
                rest = [each for at, each in enumerate(factors) if at not in chosen]
                yield inside, _with_rest(put, rest)


_MOST_FACTORS = 6


def _choices(count: int) -> Iterator[tuple[int, ...]]:
    for size in range(2, count):
        yield from combinations(range(count), size)


def _with_rest(put: Put, rest: list[Expression]) -> Put:
    return lambda new: put(_product([*rest, new]))


def _factors(part: Expression) -> list[Expression]:
    """Take a product cell by cell apart, however it is bracketed."""
    pair = operands_of(part, "*")
    return [*_factors(pair[0]), *_factors(pair[1])] if pair else [part]


def _product(factors: list[Expression]) -> Expression:
    return reduce(times, factors)
