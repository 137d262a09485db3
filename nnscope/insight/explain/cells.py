"""Which cells of each operand a cell of an operation is computed from.

The rules of NumPy for broadcasting, for `axis` and `keepdims`, for products of matrices and
vectors, for transposes and for indices stand here and nowhere else: as one coordinate for each axis
of an operand. From the same coordinates follow the index that takes the cells out of an array, the
block of cells behind a block of the result, and the formula with a letter for each index.
"""

from collections.abc import Sequence
from enum import Enum

import numpy as np
from msgspec import Struct

from nnscope.expression.operation import Kind
from nnscope.expression.rearranging import kept
from nnscope.expression.shapes import joined_along, rearranged
from nnscope.expression.syntax import Call, Items, Operated
from nnscope.expression.table import options_of, row_of

Cell = tuple[int, ...]
Sizes = tuple[int, ...]

Box = tuple[range, ...]
"""A block of cells of an array: a range of indices for each axis. One cell has ranges of one."""


class Whole(Enum):
    """The coordinate of an axis all of whose cells go into each cell of the result."""

    AXIS = "the whole axis"


class Along(Struct, frozen=True):
    """The coordinate of an axis that follows an axis of the result.

    At place p of the result's axis, the operand's is at `start + step * p`.
    """

    axis: int
    start: int = 0
    step: int = 1


class Counted(Struct, frozen=True):
    """The coordinate of an axis of an array whose cells the result has in the same order.

    `axis` is that of the operand, whose shape is `shape`; `whole` is the shape of the result.
    """

    axis: int
    shape: Sizes
    whole: Sizes

    def place(self, cell: Cell) -> int:
        """Give the place on the axis of the cell that has the same number, counted row by row."""
        number = np.ravel_multi_index(cell, self.whole) if cell else 0
        return int(np.unravel_index(number, self.shape)[self.axis])


Coordinates = tuple[int | Along | Whole | Counted, ...]
"""For each axis of an operand: a fixed place, an axis of the result, the whole axis, or a count."""


def coordinates(node: Operated, shapes: Sequence[Sizes], rank: int) -> tuple[Coordinates, ...]:
    """Give the coordinates of each operand of an operation.

    `shapes` are those of the operands, which must fit each other, and `rank` is the number of axes
    of the result. Operations that no reader can write are not covered.
    """
    match row_of(node).kind:
        case Kind.PRODUCT:
            left, right = shapes
            return _of_product(left, right, rank)
        case Kind.REDUCTION | Kind.ALONG_AXIS:
            assert isinstance(node, Call)
            return (_of_reduction(shapes[0], node.option("axis"), rank),)
        case Kind.TRANSPOSE:
            return (tuple(map(Along, reversed(range(rank)))),)
        case Kind.RESHAPED:
            return (_of_reshaped(shapes[0], rearranged(node, shapes[0])),)
        case Kind.JOINED:
            return _of_joined(node, shapes[0])
        case Kind.OUTER:
            return (Along(0),), (Along(1),)
        case Kind.INDEX:
            items = dict(options_of(node))["at"]
            assert isinstance(items, tuple)
            return (_of_index(shapes[0], items),)
    return tuple(_of_broadcast(shape, rank) for shape in shapes)


def _of_broadcast(shape: Sizes, rank: int) -> Coordinates:
    """Align the axes at the last one; an axis of length 1 serves all cells along it."""
    first = rank - len(shape)
    return tuple(0 if size == 1 else Along(first + axis) for axis, size in enumerate(shape))


def _of_product(left: Sizes, right: Sizes, rank: int) -> tuple[Coordinates, Coordinates]:
    """Take a row of the left factor and a column of the right one; a vector is taken whole."""
    row: Coordinates = (Along(0), Whole.AXIS) if len(left) == 2 else (Whole.AXIS,)
    column: Coordinates = (Whole.AXIS, Along(rank - 1)) if len(right) == 2 else (Whole.AXIS,)
    return row, column


def _of_reduction(shape: Sizes, axis: int | None, rank: int) -> Coordinates:
    """Take one axis, or all, whole; the result may have lost the axis."""
    if axis is None:
        return (Whole.AXIS,) * len(shape)
    reduced, lost = axis % len(shape), len(shape) - rank
    return tuple(
        Whole.AXIS if at == reduced else Along(at - lost if at > reduced else at)
        for at in range(len(shape))
    )


def _of_index(shape: Sizes, items: Items) -> Coordinates:
    """Take an integer as a place, and a slice as an axis of the result."""
    found: list[int | Along | Whole] = []
    followed = 0
    for axis, size in enumerate(shape):
        item = items[axis] if axis < len(items) else None
        if isinstance(item, int):
            found.append(item % size)
            continue
        chosen = range(size)[slice(item.start, item.stop, item.step)] if item else range(size)
        found.append(Along(followed, chosen.start, chosen.step))
        followed += 1
    return tuple(found)


def _of_reshaped(shape: Sizes, whole: Sizes) -> Coordinates:
    """Follow the axes that stay; where some are split or put together, count the cells."""
    pairs = kept(shape, whole)
    if pairs is None:
        return tuple(Counted(axis, shape, whole) for axis in range(len(shape)))
    follows = {here: Along(there) for here, there in pairs}
    return tuple(follows.get(axis, 0) for axis in range(len(shape)))


def _of_joined(node: Operated, first: Sizes) -> tuple[Coordinates, Coordinates]:
    """Follow every axis; on the joined one the second array begins where the first ends."""
    axis = joined_along(node, len(first))
    rank = range(len(first))
    return (
        tuple(map(Along, rank)),
        tuple(Along(at, -first[at] if at == axis else 0) for at in rank),
    )


def index_at(taken: Coordinates, cell: Cell) -> tuple[int | slice, ...]:
    """Give the index that takes out of an operand the cells that a cell is computed from."""
    return tuple(slice(None) if at is Whole.AXIS else _placed(at, cell) for at in taken)


def cell_at(taken: Coordinates, cell: Cell, places: Sequence[int] = ()) -> Cell:
    """Give one cell of an operand; `places` has a place for each axis that is taken whole."""
    rest = iter(places)
    return tuple(next(rest) if at is Whole.AXIS else _placed(at, cell) for at in taken)


def _placed(at: int | Along | Counted, cell: Cell) -> int:
    if isinstance(at, Counted):
        return at.place(cell)
    return at.start + at.step * cell[at.axis] if isinstance(at, Along) else at


def is_inside(cell: Cell, shape: Sizes) -> bool:
    """Tell whether an array of this shape has a cell: one of two joined arrays has it."""
    return all(0 <= at < size for at, size in zip(cell, shape, strict=True))


def reader_at(taken: Coordinates, cell: Cell, whole: Sizes) -> Cell | None:
    """Give the first cell of a result of shape `whole` that a cell of an operand goes into.

    None if there is none: an index takes only some cells.
    """
    counted = next((at for at in taken if isinstance(at, Counted)), None)
    if counted is not None:
        number = np.ravel_multi_index(cell, counted.shape)
        return tuple(int(at) for at in np.unravel_index(number, counted.whole))
    found = [0] * len(whole)
    for at, place in zip(taken, cell, strict=True):
        match at:
            case Along(axis, start, step):
                along = range(start, start + step * whole[axis], step)
                if place not in along:
                    return None
                found[axis] = along.index(place)
            case int() if at != place:
                return None
    return tuple(found)


def places_of(taken: Coordinates, shape: Sizes, number: int) -> Cell:
    """Give the place of a term, counted from 0, on each axis that is taken whole."""
    whole = [size for at, size in zip(taken, shape, strict=True) if at is Whole.AXIS]
    return tuple(int(place) for place in np.unravel_index(number, whole))


def box_at(taken: Coordinates, box: Box, shape: Sizes) -> Box:
    """Give the block of an operand of this shape that a block of the result is computed from."""
    found = []
    is_one = is_one_cell(box)
    for at, size in zip(taken, shape, strict=True):
        match at:
            case Along(axis, start, step):
                along = box[axis]
                ends = (start + step * along.start, start + step * along.stop)
                found.append(_inside(range(*ends, step * along.step), size))
            case Counted() if is_one:
                place = at.place(tuple(along.start for along in box))
                found.append(range(place, place + 1))
            case Whole() | Counted():  # where cells are counted, those of a block lie anywhere
                found.append(range(size))
            case int():
                found.append(range(at, at + 1))
    return tuple(found)


def _inside(places: range, size: int) -> range:
    """Keep the places that an axis of this length has: of joined arrays each has only some."""
    if not places or (min(places) >= 0 and max(places) < size):
        return places
    kept_ = [number for number, at in enumerate(places) if 0 <= at < size]
    return places[kept_[0] : kept_[-1] + 1] if kept_ else range(0)


def box_of(cell: Cell) -> Box:
    """Give a single cell as a block."""
    return tuple(range(at, at + 1) for at in cell)


def is_one_cell(box: Box) -> bool:
    """Tell whether a block is a single cell."""
    return all(len(along) == 1 for along in box)


def stretched(shape: Sizes, whole: Sizes) -> tuple[int, ...]:
    """List the axes of a result along which an operand of this shape is broadcast.

    A single number is used everywhere, which says nothing: it has none.
    """
    taken = _of_broadcast(shape, len(whole))
    followed = {at.axis for at in taken if isinstance(at, Along)}
    axes = enumerate(whole) if shape else ()
    return tuple(axis for axis, size in axes if size > 1 and axis not in followed)
