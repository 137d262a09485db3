"""What a cell of a product of matrices, or of a reduction, is made from: its terms, in order."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from msgspec import Struct

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.number_types import number_type
from nnscope.expression.operation import Kind, Operation
from nnscope.expression.syntax import Binary, Call, Expression, Name, children
from nnscope.expression.table import SUM, row_of
from nnscope.insight.explain.cells import (
    Box,
    Cell,
    Coordinates,
    Whole,
    box_at,
    box_of,
    cell_at,
    index_at,
    places_of,
)
from nnscope.insight.explain.environment import Array, Environment
from nnscope.insight.explain.reads import Reads, collected
from nnscope.insight.numbers import short

Summed = Binary | Call
"""A product of matrices, a reduction, or a function along an axis."""

_HEAD = 1024
"""So many terms are looked through first for those that are not 0; a long row has them there."""


class Terms(Struct, frozen=True, eq=False, dict=True):
    """The numbers that one cell of a product, a reduction or a softmax takes in, in their order.

    The place of a term counts from 0, along the axes that are summed over.
    """

    node: Summed
    cell: Cell
    environment: Environment

    @cached_property
    def row(self) -> Array:
        """The cells along the axes that are summed over; of a product, those of its left factor."""
        return self._line(0)

    @cached_property
    def column(self) -> Array | None:
        """The cells of the right factor of a product; None for a reduction."""
        return self._line(1) if row_of(self.node).kind is Kind.PRODUCT else None

    def _line(self, operand: int) -> Array:
        array = self.environment.array(children(self.node)[operand])
        return array[index_at(self.coordinates[operand], self.cell)].reshape(-1)

    @cached_property
    def coordinates(self) -> tuple[Coordinates, ...]:
        """The coordinates of each operand."""
        return self.environment.shapes.coordinates(self.node)

    @property
    def own(self) -> int:
        """Where in the row a cell of a function along an axis, such as softmax, stands itself."""
        stays = row_of(self.node).kind is Kind.ALONG_AXIS
        return self.cell[self.coordinates[0].index(Whole.AXIS)] if stays else 0

    @cached_property
    def values(self) -> Array:
        """What every place adds, or in a max, a min and the like, what stands there."""
        with np.errstate(all="ignore"):
            if self.column is not None:
                return np.asarray(self.row * self.column)
            addend = row_of(self.node).addend
            return addend(self.row) if addend else self.row

    @property
    def exact(self) -> Value:
        """What NumPy makes of these numbers alone."""
        if self.column is not None:
            with np.errstate(all="ignore"):
                return self.row @ self.column
        assert isinstance(self.node, Call)
        along = row_of(self.node).kind is Kind.ALONG_AXIS
        options = (("axis", 0),) if along else ()
        found = evaluate(Call(self.node.function, (Name("row"),), options), {"row": self.row})
        return np.asarray(found)[self.own] if along else found

    @property
    def reduction(self) -> Operation:
        """The row of the reduction that joins the terms; of products, the sum."""
        return row_of(self.node) if self.column is None else SUM

    @property
    def is_sum(self) -> bool:
        """Whether the terms are added up; else they are compared."""
        return bool(self.reduction.term)

    @property
    def are_joined(self) -> bool:
        """Whether the terms are joined one after the other, added up or compared."""
        return self.reduction.reduces is not None or self.is_sum

    @property
    def are_cells(self) -> bool:
        """Whether each term is a cell of the operand as it stands, not a product or a function."""
        return self.values is self.row

    def __len__(self) -> int:
        return len(self.row)

    def indices(self, place: int) -> Cell:
        """Give the index of a term on each axis that is summed over."""
        shape = self.environment.shapes.of(children(self.node)[0])
        return places_of(self.coordinates[0], shape, place)

    def cells(self, place: int) -> tuple[Cell, ...]:
        """Give the cell of each operand that makes a term."""
        indices = self.indices(place)
        return tuple(cell_at(taken, self.cell, indices) for taken in self.coordinates)

    def reads(self, place: int) -> Reads:
        """Tell what one term reads, and for a product the row and the column that it is in."""
        return collected(self._blocks(place))

    def _blocks(self, place: int) -> Iterator[tuple[Expression, Box]]:
        shapes, operands = self.environment.shapes, children(self.node)
        for operand, taken, cell in zip(operands, self.coordinates, self.cells(place), strict=True):
            yield from shapes.behind(operand, box_of(cell))
            if self.column is not None:
                line = box_at(taken, box_of(self.cell), shapes.of(operand))
                yield from shapes.behind(operand, line)

    def running(self, start: int = 0, stop: int | None = None) -> float:
        """Join terms one after the other, as one does on paper; NumPy has its own order."""
        ufunc = self.reduction.reduces
        assert ufunc is not None
        values = self.values[start:stop]
        with np.errstate(all="ignore"):
            return float(ufunc.accumulate(values)[-1] if len(values) else ufunc.identity)

    def number(self, start: int = 0, stop: int | None = None) -> Value:
        """Give what `running` gives as a number of NumPy, of float32 where the terms are."""
        return number_type(self.values).type(self.running(start, stop))  # type: ignore[no-any-return]

    def first(self, count: int) -> list[int]:
        """Give the places of the first terms; where some are left out, of those that are not 0."""
        if self.is_sum and count < len(self):
            found = np.flatnonzero(self.values[:_HEAD])
            if len(found) < count:
                found = np.flatnonzero(self.values)
            return [int(at) for at in found[:count]] or list(range(count))
        return list(range(min(count, len(self))))

    def largest(self, count: int) -> list[int]:
        """Give the places of the terms that add most, whatever their sign, largest first."""
        sizes = np.abs(np.asarray(self.values, dtype=np.float64))
        sizes[np.isnan(sizes)] = np.inf  # what spoils the sum comes first
        if count < len(sizes) // 2:  # no need to sort a long row for its head
            cut = np.partition(sizes, len(sizes) - count)[len(sizes) - count]
            near = np.flatnonzero(sizes >= cut)
            return [int(at) for at in near[np.argsort(-sizes[near], kind="stable")][:count]]
        return [int(at) for at in np.argsort(-sizes, kind="stable")[:count]]

    def others(self, shown: list[int]) -> list[int]:
        """List the places that are not shown."""
        return [int(at) for at in np.delete(np.arange(len(self)), shown)]

    def rest(self, shown: list[int]) -> float:
        """Add up the terms that are not shown."""
        with np.errstate(all="ignore"):
            return float(np.delete(self.values, shown).sum(dtype=np.float64))

    def text(self, place: int, digits: int = 4) -> str:
        """Write what one place adds, with its numbers: `0.5·(-0.25)`, `e^2`."""
        own = bracketed(float(self.row[place]), digits)
        if self.column is not None:
            return f"{own}·{bracketed(float(self.column[place]), digits)}"
        return (self.reduction.term or "{0}").format(own)

    def finished(self, total: str, digits: int = 4) -> str:
        """Write what is done with the sum: nothing, or a division by the count, a root ..."""
        row = row_of(self.node)
        if self.column is not None:
            return total
        own = bracketed(float(self.row[self.own]), digits) if len(self) else ""
        return (row.formula or f"{row.word}({{0}})").format(total, count=len(self), own=own)


def bracketed(value: float, digits: int = 4) -> str:
    """Write a number, in brackets if it is negative."""
    text = short(value, digits)
    return f"({text})" if text.startswith("-") else text
