"""From a tree to mathematics in Unicode: `∂J/∂W² = ∂J/∂Z² A¹ᵀ / m`."""

from collections.abc import Callable, Mapping

from nnscope.expression.functions import FUNCTIONS, Kind
from nnscope.expression.shapes import Shape, infer
from nnscope.expression.source import binding, source
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

_RAISED = str.maketrans("0123456789-+LTm", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᴸᵀᵐ")
_LOWERED = str.maketrans("0123456789mn", "₀₁₂₃₄₅₆₇₈₉ₘₙ")
_SIGNS = {"*": "·", "<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "and": "∧", "or": "∨", "-": "−"}
_SUM, _PRODUCT, _ATOM = 5, 6, 10


def raised(text: str) -> str:
    """Write digits as a superscript: `W` + `raised("2")` is `W²`."""
    return text.translate(_RAISED)


def lowered(text: str) -> str:
    """Write digits, `m` and `n` as a subscript."""
    return text.translate(_LOWERED)


class Typesetter:
    """Writes expressions as mathematics.

    `symbol` gives the mathematical form of a name; `shapes` tells a product of numbers (`·`) from
    one of matrices, cell by cell (`⊙`), and names the axis of a sum.
    """

    def __init__(self, symbol: Callable[[str], str], shapes: Mapping[str, Shape]) -> None:
        self._symbol = symbol
        self._shapes = shapes

    def typeset(self, expression: Expression) -> str:
        """Write one expression. Every name in it must have a shape."""
        match expression:
            case Number():
                return source(expression)
            case Name(name):
                return self._symbol(name)
            case Unary(operator, operand):
                sign = "−" if operator == "-" else "¬"
                return sign + self._within(operand, binding(expression))
            case Transpose(operand):
                return self._within(operand, _ATOM) + "ᵀ"
            case Index(operand, _):
                items = source(expression).rpartition("[")[2]
                return f"{self._within(operand, _ATOM)}[{items}"
            case Binary("**", left, right):
                return self._power(left, right)
            case Binary():
                return self._binary(expression)
            case Call():
                return self._call(expression)

    def _within(self, operand: Expression, level: int) -> str:
        text = self.typeset(operand)
        return text if binding(operand) >= level else f"({text})"

    def _power(self, left: Expression, right: Expression) -> str:
        base = self._within(left, _ATOM)
        if isinstance(left, Name) and len(base) > 1:  # A¹² would read as A to the twelfth
            base = f"({base})"
        return base + raised(source(right))

    def _binary(self, expression: Binary) -> str:
        operator, left, right = expression.operator, expression.left, expression.right
        level = binding(expression)
        first, second = self._within(left, level), self._within(right, level + 1)
        if operator == "@":
            return f"{first} {second}"
        if operator == "*" and self._rank(left) and self._rank(right):
            return f"{first} ⊙ {second}"
        return f"{first} {_SIGNS.get(operator, operator)} {second}"

    def _rank(self, expression: Expression) -> int:
        return len(infer(expression, self._shapes))

    def _call(self, call: Call) -> str:
        row = FUNCTIONS[call.function]
        enclosed = "({" in row.symbol or "|{" in row.symbol or "‖{" in row.symbol
        level = 0 if enclosed else _PRODUCT
        text = row.symbol.format(*(self._within(argument, level) for argument in call.arguments))
        axis = call.option("axis")
        if row.kind is Kind.REDUCTION and isinstance(axis, int):
            head, _, rest = text.partition(" ")
            return f"{head}{self._axis_name(call.arguments[0], axis)} {rest}"
        return text

    def _axis_name(self, operand: Expression, axis: int) -> str:
        return lowered(infer(operand, self._shapes)[axis].name or str(axis))
