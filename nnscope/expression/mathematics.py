"""From a tree to mathematics in Unicode: `∂J/∂W₂ = ∂J/∂Z₂ A₁ᵀ / m`."""

from collections.abc import Callable, Mapping

from nnscope.expression.operation import Binding, Grouping, Kind
from nnscope.expression.rules import applied
from nnscope.expression.shapes import Shape, infer
from nnscope.expression.source import binding, is_product, source, written_items
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

_RAISED = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
_LOWERED = str.maketrans("0123456789mn", "₀₁₂₃₄₅₆₇₈₉ₘₙ")


def raised(text: str) -> str:
    """Write digits as a superscript, which is a power: `W` + `raised("2")` is W squared."""
    return text.translate(_RAISED)


def lowered(text: str) -> str:
    """Write digits, `m` and `n` as a subscript: `W` + `lowered("2")` is `W₂`, of layer 2."""
    return text.translate(_LOWERED)


def _is_letter(symbol: str) -> bool:
    """Tell whether a symbol is one letter, perhaps with a subscript."""
    return len(symbol.rstrip("₀₁₂₃₄₅₆₇₈₉ₘₙ")) == 1


def as_operator(expression: Expression) -> Expression:
    """Write a call that mathematics has a sign for as that sign; leave all else as it is."""
    if not isinstance(expression, Call) or not row_of(expression).written_as:
        return expression
    return applied(row_of(expression).written_as, expression, expression.arguments)


def level(expression: Expression) -> int:
    """Tell how strongly the written form of an expression holds together: higher is tighter."""
    expression = as_operator(expression)
    if isinstance(expression, Call):
        row = row_of(expression)
        return Binding.LEADING if row.sign or row.bare else Binding.ATOM
    return Binding.ATOM if isinstance(expression, Number) else binding(expression)


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
            case Unary() as unary:
                row = row_of(unary)
                return row.sign + self._within(unary.operand, min(row.binding, Binding.LEADING))
            case Transpose() as turned:
                return self._within(turned.operand, Binding.ATOM) + row_of(turned).sign
            case Index(operand, items):
                return f"{self._within(operand, Binding.ATOM)}[{written_items(items)}]"
            case Binary() as binary:
                return self._binary(binary)
            case Call() as call:
                return self._call(call)

    def _within(self, operand: Expression, least: int) -> str:
        text = self.typeset(operand)
        return text if level(operand) >= least else f"({text})"

    def _power(self, left: Expression, right: Expression) -> str:
        base = self._within(left, Binding.ATOM)
        if isinstance(left, Name | Transpose) and not _is_letter(
            base
        ):  # in ∂J/∂W² what is squared?
            base = f"({base})"
        is_written = isinstance(right.operand if isinstance(right, Unary) else right, Number)
        return base + (
            raised(source(right)) if is_written else f"^{self._within(right, Binding.ATOM)}"
        )

    def _binary(self, binary: Binary) -> str:
        row, left, right = row_of(binary), binary.left, binary.right
        if row.groups is Grouping.RIGHT:
            return self._power(left, right)
        if row.kind is Kind.PRODUCT:
            chained = is_product(as_operator(left))
            first = self._within(left, Binding.PRODUCT if chained else Binding.NEGATIVE)
            return f"{first} {self._within(right, Binding.POWER)}"
        first, second = self._within(left, row.binding), self._within(right, row.binding + 1)
        is_by_cells = row.cells_sign and self._rank(left) and self._rank(right)
        return f"{first} {row.cells_sign if is_by_cells else row.sign} {second}"

    def _rank(self, expression: Expression) -> int:
        return len(infer(expression, self._shapes))

    def _call(self, call: Call) -> str:
        row, axis = row_of(call), self._axis(call)
        if row.sign:
            return f"{row.sign}{axis} {self._within(call.arguments[0], Binding.LEADING)}"
        is_bare = row.bare and isinstance(call.arguments[0], Name | Number)
        form = row.bare if is_bare else row.symbol
        return form.format(*map(self.typeset, call.arguments)) + axis

    def _axis(self, call: Call) -> str:
        """Write the axis that a reduction runs along, where it has one."""
        axis = call.option("axis")
        if row_of(call).kind is not Kind.REDUCTION or axis is None:
            return ""
        return lowered(infer(call.arguments[0], self._shapes)[axis].name or str(axis))
