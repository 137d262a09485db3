"""The arithmetic of one cell: a walk through an expression at one index.

It works on any expression, because it knows the language and not the line: a cell of a sum is two
cells, a cell of a product of matrices is a row and a column, and so on down to the names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.operation import Kind
from nnscope.expression.shapes import Axis, infer, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Transpose,
    Unary,
    children,
    with_operands,
)
from nnscope.expression.table import row_of
from nnscope.insight.explain.cells import Cell, Sizes, along, broadcast, picked, stretched

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, slots=True)
class Explanation:
    """One cell of an expression: its value, and the cells that it was made from.

    `exact` is the number as NumPy has it, with its type. `parts` are the cells of the operands, in
    order. A product of matrices has no parts but a `row` and a `column`, whose products are summed;
    a reduction, and a softmax, have the `row` of cells along their axis, and `place` is where in it
    the cell stands. `broadcast` are the axes of the result that this one cell serves all along.
    """

    expression: Expression
    cell: Cell
    exact: Value
    parts: tuple["Explanation", ...] = ()
    row: Array | None = None
    column: Array | None = None
    place: int = 0
    broadcast: tuple[int, ...] = ()

    @property
    def value(self) -> float:
        """The value of the cell; 1 for true and 0 for false."""
        return float(self.exact)

    @property
    def meant(self) -> "Explanation":
        """The cell that an index or a transpose stands for; any other cell means itself."""
        found = self
        while isinstance(found.expression, Index | Transpose) and found.parts:
            (inner,) = found.parts
            found = replace(inner, broadcast=found.broadcast)
        return found

    @property
    def text(self) -> str:
        """The cell as one would write it: `dW2[0, 1]`."""
        return written(self.expression, self.cell)

    @property
    def terms(self) -> Array:
        """What is summed, in a product of matrices or a sum, or compared in a max; else empty."""
        if self.row is None:
            return np.empty(0)
        if self.column is not None:
            with np.errstate(all="ignore"):
                return self.row * self.column
        call = self.expression
        addend = row_of(call).addend if isinstance(call, Call) else None
        with np.errstate(all="ignore"):
            return addend(self.row) if addend else self.row


def written(expression: Expression, cell: Cell) -> str:
    """Write the cell of an expression: `dW2[0, 1]`, `(A2 - Y)[0, 1]`."""
    if not cell:
        return source(expression)
    where = f"[{', '.join(map(str, cell))}]"
    loose = isinstance(expression, Binary | Unary)
    return f"({source(expression)}){where}" if loose else source(expression) + where


def explain(expression: Expression, cell: Cell, values: Mapping[str, Value]) -> Explanation:
    """Explain the cell of an expression at an index that has one number for each of its axes.

    The shapes must fit and the cell be inside; `nnscope.expression.shapes` tells beforehand. Raises
    `ExpressionError` for what NumPy refuses to compute.
    """
    with np.errstate(all="ignore"):
        return _Walk(values).at(expression, cell)


class _Walk:
    """Explains cells in one environment."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values
        self._shapes = {name: tuple(map(Axis, np.shape(value))) for name, value in values.items()}

    def at(self, expression: Expression, cell: Cell) -> Explanation:
        match expression:
            case Number(value):
                return Explanation(expression, (), value)
            case Name() | Transpose(Name()):
                return Explanation(expression, cell, self._array(expression)[cell])
            case Transpose(operand):
                inner = self.at(operand, cell[::-1])
                return Explanation(expression, cell, inner.exact, (inner,))
            case Index(operand, items):
                inner = self.at(operand, picked(cell, self._shape(operand), items))
                return Explanation(expression, cell, inner.exact, (inner,))
            case Call() if row_of(expression).kind in (Kind.REDUCTION, Kind.ALONG_AXIS):
                return self._along(expression, row_of(expression).kind, cell)
        if row_of(expression).kind is Kind.PRODUCT:
            return self._product(expression, cell)
        return self._computed(expression, children(expression), cell)

    def _computed(
        self, expression: Expression, operands: tuple[Expression, ...], cell: Cell
    ) -> Explanation:
        """Compute one cell from its parts with the very function that computes the whole."""
        whole, parts, numbers = self._shape(expression), list[Explanation](), dict[str, Value]()
        for place, operand in enumerate(operands):
            shape = self._shape(operand)
            part = self.at(operand, broadcast(cell, shape))
            parts.append(replace(part, broadcast=stretched(shape, whole)))
            # an array stays one, of one cell: NumPy has other code for single numbers
            numbers[f"part{place}"] = np.asarray(part.exact).reshape(1) if shape else part.exact
        value = np.asarray(evaluate(_on_names(expression, operands), numbers)).reshape(-1)[0]
        return Explanation(expression, cell, value, tuple(parts))

    def _product(self, expression: Expression, cell: Cell) -> Explanation:
        first, second = map(self._array, children(expression))
        row = first[cell[0]] if first.ndim == 2 else first
        column = second[:, cell[-1]] if second.ndim == 2 else second
        return Explanation(expression, cell, row @ column, (), row, column)

    def _along(self, call: Call, kind: Kind, cell: Cell) -> Explanation:
        """Explain a reduction, or a softmax, from the cells along its axis."""
        array, axis = self._array(call.arguments[0]), call.option("axis")
        stays = kind is Kind.ALONG_AXIS
        row = array.ravel() if axis is None else array[along(cell, axis % array.ndim, array.ndim)]
        place = cell[axis] if stays and axis is not None else 0
        options = (("axis", 0),) if stays else ()
        found = evaluate(Call(call.function, (Name("row"),), options), {"row": row})
        value = np.asarray(found)[place] if stays else found
        return Explanation(call, cell, value, (), row, place=place)

    def _array(self, expression: Expression) -> Array:
        match expression:
            case Name(name):
                return np.asarray(self._values[name])
            case Transpose(operand):
                return self._array(operand).T
        return np.asarray(evaluate(expression, self._values))

    def _shape(self, expression: Expression) -> Sizes:
        return sizes(infer(expression, self._shapes))


def _on_names(expression: Expression, operands: tuple[Expression, ...]) -> Expression:
    """Put plain names for the operands of the top of an expression, but for written numbers."""
    new = tuple(
        operand if _is_written(operand) else Name(f"part{place}")
        for place, operand in enumerate(operands)
    )
    return with_operands(expression, new)


def _is_written(operand: Expression) -> bool:
    """Tell whether an operand is a number that stands in the text, perhaps with its sign."""
    return isinstance(operand, Number) or (
        isinstance(operand, Unary) and isinstance(operand.operand, Number)
    )
