"""Adding the sums of a line up, as far as one wants to look, and telling what each term reads."""

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.shapes import Axis, infer
from nnscope.expression.syntax import Binary, Expression, Index, Name, Transpose, names
from nnscope.insight.explain.cell import Explanation, explain
from nnscope.insight.explain.cells import Cell
from nnscope.insight.explain.reads import Box, Reader, Reads, box_of
from nnscope.insight.explain.sums import Sum, split

Array = NDArray[Any]
_PRODUCT = Binary("*", Name("left"), Name("right"))


class Adder:
    """Adds up the sums of an expression in one environment, as far as one wants.

    `rest` is what is left of the expression when each of the `sums` has a name; `values` and
    `reader` know these names as well.
    """

    def __init__(self, expression: Expression, values: Mapping[str, Value]) -> None:
        self.rest, self.sums = split(expression)
        self.values: dict[str, Value] = dict(values)
        shapes = {name: tuple(map(Axis, np.shape(value))) for name, value in values.items()}
        for each in self.sums:
            shapes[each.name.id] = infer(each.node, shapes)
            shapes[each.count.id] = ()
        self.reader = Reader(shapes)
        for each in self.sums:
            self.values[each.count.id] = np.float64(self.count(each))
        self._arrays: dict[Expression, Array] = {}

    def count(self, sum_: Sum) -> int:
        """Count the terms of a sum."""
        if sum_.factors:
            return self.reader.shape(sum_.factors[0])[-1]
        shape, axis = self.reader.shape(sum_.argument), self._axis(sum_)
        return prod(shape) if axis is None else shape[axis]

    def place(self, sum_: Sum, cell: Cell) -> Cell:
        """Give the cell of a sum that a cell of the whole expression is computed from."""
        boxes = self.reader.reads(self.rest, box_of(cell))
        found = boxes.get(sum_.name) or boxes[Transpose(sum_.name)]
        place = tuple(along.start for along in found[0])
        return place if sum_.name in boxes else place[::-1]

    def terms(self, sum_: Sum, place: Cell, start: int = 0, stop: int | None = None) -> Array:
        """Give the terms of a cell of a sum, or some of them."""
        if sum_.factors:
            row, column = self.row_and_column(sum_, place)
            with np.errstate(all="ignore"):
                return np.asarray(row[start:stop] * column[start:stop])
        array, axis = self.array(sum_.argument), self._axis(sum_)
        if axis is None:
            return array.reshape(-1)[start:stop]
        return np.asarray(np.moveaxis(array, axis, -1)[self._beside(sum_, place)][start:stop])

    def row_and_column(self, sum_: Sum, place: Cell) -> tuple[Array, Array]:
        """Give the row and the column that a product multiplies for one of its cells."""
        assert sum_.factors
        left, right = (self.array(factor) for factor in sum_.factors)
        row = left[place[0]] if left.ndim == 2 else left
        return row, right[:, place[-1]] if right.ndim == 2 else right

    def running(self, sum_: Sum, place: Cell, start: int = 0, stop: int | None = None) -> float:
        """Add terms up, one after the other, as one does on paper."""
        terms = self.terms(sum_, place, start, stop)
        with np.errstate(all="ignore"):
            ufunc = sum_.reduction.reduces
            assert ufunc is not None
            return float(ufunc.accumulate(terms)[-1])

    def term_cell(self, sum_: Sum, place: Cell, number: int) -> Cell:
        """Give the cell of a reduction's argument that is its term of this number."""
        axis = self._axis(sum_)
        if axis is None:
            shape = self.reader.shape(sum_.argument)
            return tuple(int(at) for at in np.unravel_index(number, shape))
        beside = self._beside(sum_, place)
        return (*beside[:axis], number, *beside[axis:])

    def term(
        self, sum_: Sum, place: Cell, number: int
    ) -> tuple[Expression, Cell, dict[str, Value]]:
        """Give one term as an expression, with its cell and the values that it reads."""
        if sum_.factors:
            row, column = self.row_and_column(sum_, place)
            return _PRODUCT, (), {"left": row[number], "right": column[number]}
        return sum_.argument, self.term_cell(sum_, place, number), {**self.values}

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left to compute when the sums are known, but at most to look up."""
        rest = self.rest
        while isinstance(rest, Transpose | Index):
            rest = rest.operand
        return isinstance(rest, Name)

    def closing(self, cell: Cell) -> Explanation:
        """Explain what is left of a cell of the whole expression when its sums are known."""
        values = {**self.values}
        for each in self.sums:
            total = np.float64(self.running(each, self.place(each, cell)))
            values[each.name.id] = np.broadcast_to(total, self.reader.shape(each.name))
        return explain(self.rest, cell, values)

    def closing_reads(self, cell: Cell) -> Reads:
        """Tell what is read when the sums are known, without these."""
        own = {letter.id for each in self.sums for letter in (each.name, each.count)}
        reads = self.reader.reads(self.rest, box_of(cell))
        return {operand: boxes for operand, boxes in reads.items() if names(operand)[0] not in own}

    def reads(self, sum_: Sum, place: Cell, number: int) -> Reads:
        """Tell what one term reads, and for a product the row and the column that it is in."""
        if not sum_.factors:
            cell = self.term_cell(sum_, place, number)
            return self.reader.reads(sum_.argument, box_of(cell))
        at, all_ = range(number, number + 1), range(self.count(sum_))
        boxes: dict[Expression, tuple[Box, ...]] = {}
        for along in (at, all_):
            lines = ((*box_of(place[:1]), along)[-self._rank(sum_, 0) :],
                     (along, *box_of(place[-1:]))[: self._rank(sum_, 1)])  # fmt: skip
            for factor, line in zip(sum_.factors, lines, strict=True):
                for operand, found in self.reader.reads(factor, line).items():
                    boxes[operand] = tuple(dict.fromkeys((*boxes.get(operand, ()), *found)))
        return boxes

    def _rank(self, sum_: Sum, side: int) -> int:
        assert sum_.factors
        return len(self.reader.shape(sum_.factors[side]))

    def array(self, expression: Expression) -> Array:
        """Compute an operand of a sum, once."""
        if expression not in self._arrays:
            self._arrays[expression] = np.asarray(evaluate(expression, self.values))
        return self._arrays[expression]

    def _axis(self, sum_: Sum) -> int | None:
        """Give the axis of a reduction, counted from 0, or None for everything."""
        return None if sum_.axis is None else sum_.axis % len(self.reader.shape(sum_.argument))

    def _beside(self, sum_: Sum, place: Cell) -> Cell:
        """Give a cell of a reduction without the axis that is reduced."""
        axis, rank = self._axis(sum_), len(self.reader.shape(sum_.argument))
        assert axis is not None
        return place if len(place) < rank else place[:axis] + place[axis + 1 :]
