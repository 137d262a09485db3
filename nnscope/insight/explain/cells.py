"""Which cell of an operand stands behind a cell of a result."""

from nnscope.expression.syntax import Slice

Cell = tuple[int, ...]
Sizes = tuple[int, ...]


def broadcast(cell: Cell, shape: Sizes) -> Cell:
    """Give the cell of an operand of this shape that stands behind a cell of the result."""
    if not shape:
        return ()
    return tuple(
        0 if size == 1 else at for at, size in zip(cell[-len(shape) :], shape, strict=True)
    )


def stretched(shape: Sizes, whole: Sizes) -> tuple[int, ...]:
    """List the axes of a result along which an operand of this shape is used again and again.

    A single number is used everywhere, which says nothing: it has none.
    """
    if not shape:
        return ()
    padded = (1,) * (len(whole) - len(shape)) + shape
    return tuple(
        axis
        for axis, (size, full) in enumerate(zip(padded, whole, strict=True))
        if size == 1 and full > 1
    )


def picked(cell: Cell, shape: Sizes, items: tuple[int | Slice, ...]) -> Cell:
    """Give the cell of an array of this shape that stands at a cell of the array's index."""
    rest, found = list(cell), list[int]()
    for size, item in zip(shape, items, strict=False):
        if isinstance(item, int):
            found.append(item % size)
        else:
            found.append(range(size)[slice(item.start, item.stop, item.step)][rest.pop(0)])
    return (*found, *rest)


def along(cell: Cell, axis: int, rank: int) -> tuple[int | slice, ...]:
    """Give the index of all cells of an operand along the axis that a cell was reduced over.

    `rank` is the operand's; where the result has lost the axis, its place is put back.
    """
    place = list(cell)
    if len(place) < rank:
        place.insert(axis, 0)
    return tuple(slice(None) if number == axis else at for number, at in enumerate(place))
