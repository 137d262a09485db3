"""Parts of arrays that are kept once, told by where they are."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from nnscope.script.memory import behind_boundary, laid_out

Layout = tuple[tuple[int, ...], np.dtype[Any], tuple[int, ...], int]
"""A shape, the type of the numbers, the strides, and the bytes behind a boundary."""


def layout_of(array: NDArray[Any]) -> Layout:
    """Give the shape of an array, and how it lies in memory."""
    return array.shape, array.dtype, array.strides, behind_boundary(array)


class View:
    """A view of an array: so many bytes behind its first, with a shape and strides of its own."""

    def __init__(
        self, buffer: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        self.buffer, self.offset, self.shape, self.strides = buffer, offset, shape, strides

    @property
    def fields(self) -> tuple[Any, ...]:
        """What it is made of."""
        return self.buffer, self.offset, self.shape, self.strides

    def of(self, kept: NDArray[Any]) -> NDArray[Any]:
        """Give the part of the array that is called `buffer`."""
        flat = kept.ravel(order="K")[self.offset // kept.itemsize :]
        return as_strided(flat, self.shape, self.strides)

    def layout(self, kept: NDArray[Any]) -> Layout:
        """Give its shape, and how it lies in memory."""
        return layout_of(self.of(kept))

    def is_same(self, other: object) -> bool:
        """Tell whether another part is the same."""
        return isinstance(other, View) and self.fields == other.fields


class Taken:
    """Rows or columns of an array, by their numbers along an axis.

    `strides` and `behind` say how they lie in memory (see `nnscope.script.memory`).
    """

    def __init__(
        self, buffer: str, axis: int, index: NDArray[Any], strides: tuple[int, ...], behind: int
    ) -> None:
        self.buffer, self.axis, self.index = buffer, axis, index
        self.strides, self.behind = strides, behind

    @property
    def fields(self) -> tuple[Any, ...]:
        """What it is made of."""
        return self.buffer, self.axis, self.index, self.strides, self.behind

    def of(self, kept: NDArray[Any]) -> NDArray[Any]:
        """Give the part of the array that is called `buffer`."""
        return laid_out(np.take(kept, self.index, self.axis), self.strides, self.behind)

    def layout(self, kept: NDArray[Any]) -> Layout:
        """Give its shape, and how it lies in memory."""
        shape = (*kept.shape[: self.axis], len(self.index), *kept.shape[self.axis + 1 :])
        return shape, kept.dtype, self.strides, self.behind

    def is_same(self, other: object) -> bool:
        """Tell whether another part is the same."""
        if not isinstance(other, Taken) or not np.array_equal(self.index, other.index):
            return False
        mine, others = self.fields, other.fields
        return mine[:2] + mine[3:] == others[:2] + others[3:]
