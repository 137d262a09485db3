"""The formula of one cell, with an index at every name: `(Σᵢ dZ2[0, i]·A1.T[i, 1]) / m`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from nnscope.expression.operation import Binding, Kind
from nnscope.expression.shapes import Shape
from nnscope.expression.source import binding, source
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Name,
    Number,
    Operated,
    Transpose,
    children,
    with_operands,
)
from nnscope.expression.table import SUM, row_of
from nnscope.insight.explain.cells import Along, Coordinates, Counted, Whole
from nnscope.insight.explain.reads import Shapes
from nnscope.insight.explain.terms import Summed

Place = tuple[int | str, ...]
_SUBSCRIPTS = str.maketrans("ijk", "ᵢⱼₖ")


def cell_formula(expression: Expression, cell: Sequence[int], shapes: Mapping[str, Shape]) -> str:
    """Write the formula of a cell; a sum runs over i, one inside it over j, and so on."""
    writer, place, letters = _Writer(Shapes(shapes)), tuple(cell), iter("ijk")
    while isinstance(expression, Transpose) and not isinstance(expression.operand, Name):
        expression, place = expression.operand, place[::-1]
    if _is_sum(expression):
        return writer.sum(expression, place, letters)
    return source(writer.at(expression, place, letters))


def _is_sum(expression: Expression) -> TypeGuard[Summed]:
    """Tell whether an expression is a sum, or a product of matrices."""
    if not isinstance(expression, Binary | Call):
        return False
    row = row_of(expression)
    return row.kind is Kind.PRODUCT or row is SUM


class _Writer:
    """Puts a name with its index for each part; the text around it comes from `source`."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def at(self, expression: Expression, place: Place, letters: Iterator[str]) -> Expression:
        """Put a name with its index for every cell that an expression reads at a place."""
        match expression:
            case Number():
                return expression
            case Name() | Transpose(Name()):
                return Name(_indexed(expression, place))
        return self._operated(expression, place, letters)

    def _operated(self, whole: Operated, place: Place, letters: Iterator[str]) -> Expression:
        if _is_sum(whole):
            return Name(f"({self.sum(whole, place, letters)})")
        if row_of(whole).kind not in (Kind.ELEMENTWISE, Kind.SINGLE, Kind.TRANSPOSE):
            return Name(_indexed(whole, place))
        pairs = zip(children(whole), self._shapes.coordinates(whole), strict=True)
        found = [self.at(each, _placed(taken, place, ()), letters) for each, taken in pairs]
        is_turned = row_of(whole).kind is Kind.TRANSPOSE
        return found[0] if is_turned else with_operands(whole, found)

    def sum(self, whole: Summed, place: Place, letters: Iterator[str]) -> str:
        """Write a product of matrices, or a sum, with a letter for each axis summed over."""
        operands, taken = children(whole), self._shapes.coordinates(whole)
        pairs = zip(taken[0], self._shapes.of(operands[0]), strict=True)
        lengths = [size for at, size in pairs if at is Whole.AXIS]
        runs = [size > 1 or len(lengths) == 1 for size in lengths]
        own = [next(letters, "i") if each else 0 for each in runs]
        factors = [
            self._factor(each, _placed(at, place, own), letters)
            for each, at in zip(operands, taken, strict=True)
        ]
        over = "".join(each for each in own if isinstance(each, str))
        return f"Σ{over.translate(_SUBSCRIPTS)} {'·'.join(factors)}"

    def _factor(self, operand: Expression, place: Place, letters: Iterator[str]) -> str:
        tree = self.at(operand, place, letters)
        return source(tree) if binding(tree) >= Binding.PRODUCT else f"({source(tree)})"


def _placed(taken: Coordinates, place: Place, own: Sequence[int | str]) -> Place:
    """Give the place in an operand, with the sum's own letters for what is summed over."""
    rest, found = iter(own), list[int | str]()
    for at in taken:
        assert not isinstance(at, Counted)  # of a reshaped array the text has the whole call
        along = place[at.axis] if isinstance(at, Along) else at
        found.append(next(rest) if isinstance(along, Whole) else along)
    return tuple(found)


def _indexed(expression: Expression, place: Place) -> str:
    return source(expression) + (f"[{', '.join(map(str, place))}]" if place else "")
