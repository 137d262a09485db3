"""The arithmetic of one cell: a walk through an expression at one index.

It works on any expression, because it knows the language and not the line: a cell of a sum is two
cells, a cell of a product of matrices is a row and a column, and so on down to the names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.functions import FUNCTIONS, Kind
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Slice,
    Transpose,
    Unary,
    children,
)

Cell = tuple[int, ...]
Array = NDArray[Any]


@dataclass(frozen=True, eq=False, slots=True)
class Explanation:
    """One cell of an expression: its value, and the cells that it was made from.

    `parts` are the cells of the operands, in order. A product of matrices has no parts but a `row`
    and a `column`, whose products are summed; a reduction has the `row` of cells that it takes in.
    """

    expression: Expression
    cell: Cell
    value: float
    parts: tuple["Explanation", ...] = ()
    row: Array | None = None
    column: Array | None = None

    @property
    def text(self) -> str:
        """The cell as one would write it: `dW2[0, 1]`."""
        where = f"[{', '.join(map(str, self.cell))}]" if self.cell else ""
        text = source(self.expression)
        return text + where if isinstance(self.expression, Name | Transpose) else f"({text}){where}"

    @property
    def terms(self) -> Array:
        """The numbers that are summed, in a product of matrices or a sum; else empty."""
        if self.row is None:
            return np.empty(0)
        return self.row if self.column is None else self.row * self.column


def explain(expression: Expression, cell: Cell, values: Mapping[str, Value]) -> Explanation:
    """Explain the cell of an expression at an index that has one number for each of its axes.

    The shapes must fit and the index be inside; `nnscope.expression.shapes` tells beforehand.
    """
    with np.errstate(all="ignore"):
        return _Walk(values).at(expression, cell)


class _Walk:
    """Explains cells in one environment."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def at(self, expression: Expression, cell: Cell) -> Explanation:
        match expression:
            case Number(value):
                return Explanation(expression, (), float(value))
            case Name() | Transpose() | Index():
                return Explanation(expression, cell, self._looked_up(expression, cell))
            case Unary(_, operand):
                return self._computed(expression, cell, (self.at(operand, cell),))
            case Binary("@", left, right):
                return self._product(expression, left, right, cell)
            case Binary(_, left, right):
                return self._computed(expression, cell, self._cells((left, right), cell))
            case Call(function, arguments, _):
                kind = FUNCTIONS[function].kind
                if kind is Kind.ELEMENTWISE:
                    return self._computed(expression, cell, self._cells(arguments, cell))
                if kind is Kind.PRODUCT:
                    return self._product(expression, arguments[0], arguments[1], cell)
                return self._along(expression, cell)

    def _cells(self, operands: tuple[Expression, ...], cell: Cell) -> tuple[Explanation, ...]:
        """Explain the cell of each operand that broadcasting pairs with this one."""
        return tuple(
            self.at(operand, broadcast(cell, self._shape(operand))) for operand in operands
        )

    def _computed(
        self, expression: Expression, cell: Cell, parts: tuple[Explanation, ...]
    ) -> Explanation:
        """Compute one cell from its parts with the very function that computes the whole."""
        letters = [f"part{number}" for number in range(len(parts))]
        numbers = {letter: np.float64(part.value)
                   for letter, part in zip(letters, parts, strict=True)}  # fmt: skip
        value = evaluate(_with_operands(expression, letters), numbers)
        return Explanation(expression, cell, float(value), parts)

    def _product(
        self, expression: Expression, left: Expression, right: Expression, cell: Cell
    ) -> Explanation:
        first, second = self._array(left), self._array(right)
        row = first[cell[0]] if first.ndim == 2 else first
        column = second[:, cell[-1]] if second.ndim == 2 else second
        return Explanation(expression, cell, float(row @ column), (), row, column)

    def _along(self, call: Call, cell: Cell) -> Explanation:
        """Explain a reduction, or a softmax, from the cells along its axis."""
        array, axis = self._array(call.arguments[0]), call.option("axis")
        whole = np.asarray(evaluate(call, self._values))
        value = float(whole[cell])
        if axis is None:
            return Explanation(call, cell, value, (), array.ravel())
        place = list(cell)
        if whole.ndim < array.ndim:
            place.insert(axis % array.ndim, 0)
        index = tuple(slice(None) if at == axis % array.ndim else i for at, i in enumerate(place))
        return Explanation(call, cell, value, (), array[index])

    def _looked_up(self, expression: Expression, cell: Cell) -> float:
        return float(self._array(expression)[cell])

    def _array(self, expression: Expression) -> Array:
        match expression:
            case Name(name):
                return np.asarray(self._values[name])
            case Transpose(operand):
                return self._array(operand).T
            case Index(operand, items):
                return np.asarray(self._array(operand)[tuple(map(_numpy_item, items))])
        return np.asarray(evaluate(expression, self._values))

    def _shape(self, expression: Expression) -> tuple[int, ...]:
        if isinstance(expression, Number):
            return ()
        match expression:
            case Name() | Transpose() | Index():
                return self._array(expression).shape
            case Binary("@", left, right):
                first, second = self._shape(left), self._shape(right)
                return first[:-1] + second[1:]
        inner = [self._shape(child) for child in children(expression)]
        if isinstance(expression, Call) and FUNCTIONS[expression.function].kind is Kind.REDUCTION:
            return self._array(expression).shape
        return np.broadcast_shapes(*inner)


def broadcast(cell: Cell, shape: tuple[int, ...]) -> Cell:
    """Give the cell of an operand of this shape that stands behind a cell of the result."""
    if not shape:
        return ()
    return tuple(
        0 if size == 1 else at for at, size in zip(cell[-len(shape) :], shape, strict=True)
    )


def _with_operands(expression: Expression, letters: list[str]) -> Expression:
    """Put plain names for the operands of the top of an expression."""
    new = [Name(letter) for letter in letters]
    match expression:
        case Unary(operator, _):
            return Unary(operator, new[0])
        case Binary("**", _, right):
            return Binary("**", new[0], right)  # an exponent is always written as a number
        case Binary(operator, _, _):
            return Binary(operator, new[0], new[1])
        case Call(function, _, options):
            return Call(function, tuple(new), options)
    return expression


def _numpy_item(item: int | Slice) -> int | slice:
    return item if isinstance(item, int) else slice(item.start, item.stop, item.step)
