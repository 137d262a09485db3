"""Copies of arrays that lie in memory as the script's own did.

A product of matrices that have gaps, or that begin elsewhere, may differ in the last digit from one
of the same numbers.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Strides = tuple[int, ...]
"""By how many bytes the cells of each axis are apart."""


BOUNDARY = 16
"""Bytes that instructions of the processor read at once: what begins between is read otherwise."""


def copied(array: Any) -> NDArray[Any]:
    """Copy an array, or a number, without the gaps that are wider than they need to be."""
    given = np.asarray(array)
    return laid_out(given, narrowed(given), behind_boundary(given))


def behind_boundary(array: NDArray[Any]) -> int:
    """Give how many bytes behind a boundary the first cell is."""
    return int(array.__array_interface__["data"][0]) % BOUNDARY


def is_dense(array: NDArray[Any]) -> bool:
    """Tell whether an array has no gaps."""
    return bool(array.flags.c_contiguous or array.flags.f_contiguous)


def laid_out(values: NDArray[Any], strides: Strides, behind: int) -> NDArray[Any]:
    """Copy values to new memory with the given strides, so many bytes behind a boundary."""
    steps = list(zip(strides, values.shape, strict=True))
    size = sum(abs(stride) * (length - 1) for stride, length in steps if length)
    first = sum(-stride * (length - 1) for stride, length in steps if length and stride < 0)
    memory = np.zeros(size + values.itemsize + 2 * BOUNDARY, dtype=np.uint8)
    first += (behind - first - behind_boundary(memory)) % BOUNDARY
    made = np.ndarray(values.shape, values.dtype, memory.data, first, strides)
    made[...] = values
    return made


def narrowed(array: NDArray[Any]) -> Strides:
    """Give the strides of an array with each gap made as small as one cell.

    What reads an array asks whether there are gaps, in which order the axes are, and whether one
    goes backwards. Cells that share their memory get cells of their own.
    """
    found, next_ = [0] * array.ndim, array.itemsize
    without_gap = array.itemsize
    for axis in sorted(range(array.ndim), key=lambda each: (abs(array.strides[each]), -each)):
        stride = array.strides[axis]
        if array.shape[axis] > 1 and abs(stride) > without_gap:
            next_ += array.itemsize
        found[axis] = -next_ if stride < 0 and array.shape[axis] > 1 else next_
        next_ *= array.shape[axis] or 1
        without_gap = max(without_gap, abs(stride) * array.shape[axis])
    return tuple(found)
