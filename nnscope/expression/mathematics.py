"""From a tree to mathematics in Unicode: `∂J/∂W² = ∂J/∂Z² A¹ᵀ / m`."""

from collections.abc import Callable, Mapping

from nnscope.expression.functions import FUNCTIONS, Kind
from nnscope.expression.shapes import Shape, infer
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    COMPARISONS,
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
_LEVELS = {"or": 1, "and": 2, "not": 3, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5,
           "*": 6, "/": 6, "@": 6, "Σ": 7, "negative": 8, "**": 9}  # fmt: skip
_PRODUCT, _LEADING, _NEGATIVE, _POWER, _ATOM = 6, 7, 8, 9, 10


def raised(text: str) -> str:
    """Write digits as a superscript: `W` + `raised("2")` is `W²`."""
    return text.translate(_RAISED)


def lowered(text: str) -> str:
    """Write digits, `m` and `n` as a subscript."""
    return text.translate(_LOWERED)


def as_operator(expression: Expression) -> Expression:
    """Write a call that mathematics has a sign for as that sign; leave all else as it is."""
    if not isinstance(expression, Call):
        return expression
    row, arguments = FUNCTIONS[expression.function], expression.arguments
    if row.kind is Kind.PRODUCT:
        return Binary("@", arguments[0], arguments[1])
    if "⊙" in row.symbol:
        return Binary("*", arguments[0], arguments[1])
    return Binary("**", arguments[0], Number(2)) if row.symbol.endswith("²") else expression


def level(expression: Expression) -> int:
    """Tell how strongly the written form of an expression holds together: higher is tighter."""
    match as_operator(expression):
        case Binary(operator, _, _):
            return _LEVELS[operator]
        case Unary(operator, _):
            return _LEVELS["negative" if operator == "-" else operator]
        case Call(function, _, _) if _leads(FUNCTIONS[function].symbol):
            return _LEADING
    return _ATOM


def _leads(symbol: str) -> bool:
    """Tell whether a symbol stands before its operand without enclosing it: `Σ`, `max`, `√`."""
    return symbol.startswith("√") or symbol.endswith(" {0}")


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
        match as_operator(expression):
            case Number():
                return source(expression)
            case Name(name):
                return self._symbol(name)
            case Unary(operator, operand):
                sign = "−" if operator == "-" else "¬"
                return sign + self._within(operand, _LEADING if operator == "-" else 3)
            case Transpose(operand):
                return self._within(operand, _ATOM) + "ᵀ"
            case Index(operand, _):
                items = source(expression).rpartition("[")[2]
                return f"{self._within(operand, _ATOM)}[{items}"
            case Binary("**", left, right):
                return self._power(left, right)
            case Binary(operator, left, right):
                return self._binary(operator, left, right)
            case Call() as call:
                return self._call(call)

    def _within(self, operand: Expression, least: int) -> str:
        text = self.typeset(operand)
        return text if level(operand) >= least else f"({text})"

    def _power(self, left: Expression, right: Expression) -> str:
        base = self._within(left, _ATOM)
        if isinstance(left, Name | Transpose) and len(base) > 1:  # A¹² would read as A to the 12th
            base = f"({base})"
        return base + raised(source(right))

    def _binary(self, operator: str, left: Expression, right: Expression) -> str:
        if operator == "@":
            chained = isinstance(above := as_operator(left), Binary) and above.operator == "@"
            first = self._within(left, _PRODUCT if chained else _NEGATIVE)
            return f"{first} {self._within(right, _POWER)}"
        least = _LEVELS[operator]
        first, second = self._within(left, least), self._within(right, least + 1)
        if operator == "*" and self._rank(left) and self._rank(right):
            return f"{first} ⊙ {second}"
        return f"{first} {_SIGNS.get(operator, operator)} {second}"

    def _rank(self, expression: Expression) -> int:
        return len(infer(expression, self._shapes))

    def _call(self, call: Call) -> str:
        symbol, axis = FUNCTIONS[call.function].symbol, self._axis(call)
        if symbol.endswith(" {0}"):
            operand = self._within(call.arguments[0], _LEADING)
            return f"{symbol.removesuffix(' {0}')}{axis} {operand}"
        if symbol.startswith("√") and isinstance(call.arguments[0], Name | Number):
            return f"√{self.typeset(call.arguments[0])}"
        return symbol.format(*map(self.typeset, call.arguments)) + axis

    def _axis(self, call: Call) -> str:
        """Write the axis that a reduction runs along, where it has one."""
        axis = call.option("axis")
        if FUNCTIONS[call.function].kind is not Kind.REDUCTION or axis is None:
            return ""
        return lowered(infer(call.arguments[0], self._shapes)[axis].name or str(axis))
