"""The shape of what only puts cells in another order, or together: reshape, squeeze, concatenate.

Lengths only; `nnscope.expression.shapes` has the names of the axes. What does not fit is a
`ShapeError` whose message goes on from the text of the call.
"""

from collections.abc import Sequence
from math import prod

from nnscope.expression.errors import ShapeError

Sizes = tuple[int, ...]
MAXIMUM_AXES = 8


def reshaped(size: Sizes, wanted: Sizes) -> Sizes:
    """Give the shape that `wanted` means for an array; -1 stands for the length that is left."""
    cells, known = prod(size), prod(each for each in wanted if each >= 0)
    if len(wanted) > MAXIMUM_AXES:
        raise ShapeError(f"a shape has {MAXIMUM_AXES} axes at most")
    if min(wanted, default=0) < -1 or wanted.count(-1) > 1:
        raise ShapeError("a shape has lengths from 0, and -1 once for the length that is left")
    is_open = -1 in wanted
    if (known == 0 or cells % known) if is_open else known != cells:
        raise ShapeError(f"the {cells:,} cells of {size} do not fill the shape {wanted}")
    return tuple(cells // known if each == -1 else each for each in wanted)


def squeezed(size: Sizes, axis: int | None) -> Sizes:
    """Leave out the axes of length 1, or only the one that is named, counted from 0."""
    if axis is not None and size[axis] != 1:
        raise ShapeError(f"axis {axis} has the length {size[axis]}; only a length of 1 can go")
    gone = [at for at, length in enumerate(size) if length == 1 and axis in (None, at)]
    return tuple(length for at, length in enumerate(size) if at not in gone)


def kept(size: Sizes, whole: Sizes) -> list[tuple[int, int]] | None:
    """Pair the axes of two shapes of the same cells that are longer than 1, by their places.

    None where such axes were split or put together.
    """
    first = [at for at, length in enumerate(size) if length != 1]
    second = [at for at, length in enumerate(whole) if length != 1]
    is_same = [size[at] for at in first] == [whole[at] for at in second]
    return list(zip(first, second, strict=True)) if is_same else None


def joined(first: Sequence[int], second: Sequence[int], axis: int) -> Sizes:
    """Give the shape of two arrays, one behind the other along an axis."""
    if len(first) != len(second):
        raise ShapeError("both must have as many axes")
    for at, (a, b) in enumerate(zip(first, second, strict=True)):
        if at != axis and a != b:
            raise ShapeError(f"only axis {axis} may differ, but on axis {at} {a} meets {b}")
    return (*first[:axis], first[axis] + second[axis], *first[axis + 1 :])
