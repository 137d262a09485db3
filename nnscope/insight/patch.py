"""A value under many small changes at once, kept as the few cells that each of them reaches.

A change of one weight reaches one row of the weighted sum, so a row is what is computed: the
arithmetic of a check then costs as many operations as there are cells that can differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Places = Mapping[int, NDArray[np.intp]]
"""For an axis that a change reaches at one index only: that index, of shape (changes,)."""


@dataclass(frozen=True, eq=False, slots=True)
class Patch:
    """What becomes of a value under each of many changes.

    `base` is the value without a change. `block` is the part that the changes reach, of shape
    (changes, *base.shape) but with length 1 along the axes in `at`, where it stands at that index.
    """

    base: Array
    block: Array
    at: Places

    @property
    def change(self) -> Array:
        """How far the block is from what was there, shaped as the block."""
        before = taken(self.base, self.at)
        kind = np.result_type(self.block, before, np.float64)  # truth values can't be subtracted
        return np.subtract(self.block, before, dtype=kind)

    def along(self, axes: Sequence[int]) -> "Patch":
        """Give the same with the block as long as the value itself along some axes."""
        kept = {axis: index for axis, index in self.at.items() if axis not in axes}
        dropped = [axis for axis in self.at if axis in axes and self.base.shape[axis] > 1]
        if not dropped:
            return Patch(self.base, self.block, kept)
        count = len(self.block)
        around = taken(self.base, kept)
        whole = np.array(np.broadcast_to(around, (count, *around.shape[1:])), self.block.dtype)
        front = range(1, len(dropped) + 1)
        moved = np.moveaxis(whole, [axis + 1 for axis in dropped], front)
        block = np.moveaxis(self.block, [axis + 1 for axis in dropped], front)
        ahead = block.reshape(count, *block.shape[len(dropped) + 1 :])  # without its length-1 axes
        moved[(np.arange(count), *(self.at[axis] for axis in dropped))] = ahead
        return Patch(self.base, whole, kept)

    def whole(self) -> Array:
        """Give every cell of the value under each change: (changes, *base.shape)."""
        return self.along(range(self.base.ndim)).block


def taken(array: Array, at: Places) -> Array:
    """Take what stands at the places of each change: (changes, ...), or (1, ...) for no places."""
    axes = [axis for axis in at if array.shape[axis] > 1]
    if not axes:
        return array[None]
    front = np.moveaxis(array, axes, range(len(axes)))
    picked = front[tuple(at[axis] for axis in axes)]
    return np.expand_dims(picked, [axis + 1 for axis in axes])


def common(patches: Sequence[Patch], shape: tuple[int, ...]) -> Places:
    """Find the axes of a result, of this shape, that all its patched operands restrict alike."""
    lifted = [_lifted(patch.at, len(shape) - patch.base.ndim) for patch in patches]
    sizes = [(1,) * (len(shape) - patch.base.ndim) + patch.base.shape for patch in patches]
    return {
        axis: index
        for axis, index in lifted[0].items()
        if all(places.get(axis) is index for places in lifted)
        and all(size[axis] == shape[axis] for size in sizes)
    }


def aligned(operand: Array | Patch, rank: int, at: Places) -> Array:
    """Bring an operand to the rank of a result, and to the places of its block."""
    if isinstance(operand, Patch):
        missing = rank - operand.base.ndim
        own = operand.along([axis for axis in operand.at if axis + missing not in at]).block
        return own.reshape(len(own), *(1,) * missing, *own.shape[1:])
    return taken(operand.reshape((1,) * (rank - operand.ndim) + operand.shape), at)


def _lifted(at: Places, missing: int) -> Places:
    return {axis + missing: index for axis, index in at.items()} if missing else at
