"""The formula of one cell, with an index at every name: `(Σᵢ dZ2[0, i]·A1.T[i, 1]) / m`."""

from collections.abc import Iterator, Mapping, Sequence

from nnscope.expression.operation import Binding, Kind
from nnscope.expression.shapes import Shape
from nnscope.expression.source import binding, source
from nnscope.expression.syntax import (
    Call,
    Expression,
    Index,
    Name,
    Number,
    Operated,
    Transpose,
    children,
    with_children,
)
from nnscope.expression.table import SUM, row_of
from nnscope.insight.explain.reads import Reader

Place = tuple[int | str, ...]
_SUBSCRIPTS = str.maketrans("ijk", "ᵢⱼₖ")


def indexed(expression: Expression, cell: Sequence[int], shapes: Mapping[str, Shape]) -> str:
    """Write the formula of a cell; a sum runs over i, one inside it over j, and so on."""
    text = source(_Writer(Reader(shapes)).at(expression, tuple(cell), iter("ijk")))
    whole = text.startswith("(Σ") and text.count(")") == 1 and text.endswith(")")
    return text[1:-1] if whole else text


class _Writer:
    """Puts a name with its index for each part; the text around it comes from `source`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def at(self, expression: Expression, place: Place, letters: Iterator[str]) -> Expression:
        """Put a name with its index for every cell that an expression reads at a place."""
        match expression:
            case Number():
                return expression
            case Name() | Transpose(Name()):
                return Name(source(expression) + _written(place))
            case Transpose(operand):
                return self.at(operand, place[::-1], letters)
            case Index():
                return Name(f"{source(expression)}{_written(place)}")
        return self._operated(expression, place, letters)

    def _operated(self, whole: Operated, place: Place, letters: Iterator[str]) -> Expression:
        row, operands = row_of(whole), children(whole)
        if row.kind is Kind.PRODUCT:
            left, right = operands
            return self._product(left, right, place, letters)
        if isinstance(whole, Call) and row is SUM:
            return self._sum(whole, operands[0], place, letters)
        if row.kind in (Kind.ELEMENTWISE, Kind.SINGLE):
            return with_children(whole, lambda each: self._part(each, place, letters))
        return Name(f"{source(whole)}{_written(place)}")

    def _part(self, operand: Expression, place: Place, letters: Iterator[str]) -> Expression:
        shape = self._reader.shape(operand)
        pairs = zip(place[len(place) - len(shape) :], shape, strict=True)
        return self.at(operand, tuple(0 if size == 1 else at for at, size in pairs), letters)

    def _product(
        self, left: Expression, right: Expression, place: Place, letters: Iterator[str]
    ) -> Name:
        letter = next(letters, "i")
        row, column = len(self._reader.shape(left)) == 2, len(self._reader.shape(right)) == 2
        first = self._factor(left, (*place[: 1 if row else 0], letter), letters)
        second = self._factor(right, (letter, *place[len(place) - column :]), letters)
        return Name(f"(Σ{letter.translate(_SUBSCRIPTS)} {first}·{second})")

    def _sum(self, call: Call, argument: Expression, place: Place, letters: Iterator[str]) -> Name:
        shape, axis, inner = self._reader.shape(argument), call.option("axis"), list(place)
        if axis is None:
            inner = [next(letters, "i") if size > 1 else 0 for size in shape]
        else:
            if len(inner) == len(shape):
                del inner[axis % len(shape)]
            inner.insert(axis % len(shape), next(letters, "i"))
        over = "".join(str(at) for at in inner if isinstance(at, str) and at not in place)
        added = self._factor(argument, tuple(inner), letters)
        return Name(f"(Σ{over.translate(_SUBSCRIPTS)} {added})")

    def _factor(self, operand: Expression, place: Place, letters: Iterator[str]) -> str:
        tree = self.at(operand, place, letters)
        return source(tree) if binding(tree) >= Binding.PRODUCT else f"({source(tree)})"


def _written(place: Place) -> str:
    return f"[{', '.join(map(str, place))}]" if place else ""
