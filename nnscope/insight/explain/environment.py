"""The values that an expression reads, with the array and the shape of each of its parts."""

from collections.abc import Mapping

import numpy as np

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.operation import Kind
from nnscope.expression.shapes import Axis, Shape
from nnscope.expression.syntax import Expression, Name, Operated, Transpose, children, names
from nnscope.expression.table import row_of
from nnscope.insight.explain.cells import Cell, Whole, cell_at, index_at, places_of
from nnscope.insight.explain.reads import Shapes
from nnscope.insight.explain.terms import Array, Summed, Terms


def shapes_of(values: Mapping[str, Value]) -> dict[str, Shape]:
    """Give the shape of every value; its axes have no names."""
    return {name: tuple(map(Axis, np.shape(value))) for name, value in values.items()}


class Environment:
    """Values by name; every array that is computed from them is computed once."""

    def __init__(self, values: Mapping[str, Value], shapes: Mapping[str, Shape]) -> None:
        self.values, self.shapes = values, Shapes(shapes)
        self._arrays: dict[Expression, Array] = {}

    @classmethod
    def of(cls, expression: Expression, values: Mapping[str, Value]) -> "Environment":
        """Take of some values those that an expression reads."""
        read = {name: values[name] for name in names(expression)}
        return cls(read, shapes_of(read))

    def array(self, expression: Expression) -> Array:
        """Compute an expression."""
        match expression:
            case Name(name):
                return np.asarray(self.values[name])
            case Transpose(operand):
                return self.array(operand).T
        if expression not in self._arrays:
            self._arrays[expression] = np.asarray(evaluate(expression, self.values))
        return self._arrays[expression]

    def terms(self, node: Summed, cell: Cell) -> Terms:
        """Collect what a cell of a product or a reduction, or of a softmax, is made from."""
        taken = self.shapes.coordinates(node)
        pairs = zip(children(node), taken, strict=True)
        row, *column = (self.array(each)[index_at(at, cell)].reshape(-1) for each, at in pairs)
        stays = row_of(node).kind is Kind.ALONG_AXIS
        own = cell[taken[0].index(Whole.AXIS)] if stays else 0
        return Terms(node, row, column[0] if column else None, own)

    def term_places(self, node: Operated, number: int) -> Cell:
        """Give the place of a term, counted from 0, on each axis that is summed over."""
        taken, shape = self.shapes.coordinates(node)[0], self.shapes.of(children(node)[0])
        return places_of(taken, shape, number)

    def term_cells(self, node: Operated, cell: Cell, number: int) -> tuple[Cell, ...]:
        """Give the cell of each operand that makes the term of this number, counted from 0."""
        places = self.term_places(node, number)
        return tuple(cell_at(at, cell, places) for at in self.shapes.coordinates(node))
