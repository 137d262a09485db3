"""Rewriting an expression at one place: on its tree, never in its text."""

from collections.abc import Callable, Iterator

from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Number,
    children,
    with_operands,
)

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
