"""What iterations are fed, kept once: a batch is a part of data that others are parts of, too."""

import weakref
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.script.memory import behind_boundary, copied, is_dense, narrowed
from nnscope.script.parts_of_arrays import Taken, View
from nnscope.script.tape import Known, root_of

_LEAST, _MOST = 512, 200 * 2**20
"""Arrays of fewer bytes are copied; so many bytes are kept as data that others are parts of."""


class _Buffer(Struct, eq=False):
    """The name of a copy of data, which had been changed so often by then."""

    name: str
    of: weakref.ref[NDArray[Any]]
    changes: int


class Buffers:
    """Tells a value as a part of data that was kept before, and has not been changed since."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._of: dict[int, _Buffer] = {}
        self.kept: dict[str, NDArray[Any]] = {}
        self._left = _MOST

    def told(self, value: Any) -> NDArray[Any] | View | Taken:
        """Give a value as a part of what was kept; a copy of it where it is none."""
        if not isinstance(value, np.ndarray) or value.nbytes < _LEAST or value.dtype.hasobject:
            return copied(value)
        return self._taken(value) or self._viewed(value) or copied(value)

    def _taken(self, value: NDArray[Any]) -> Taken | None:
        """Tell it as rows or columns of data by their numbers: a batch of what was shuffled."""
        whole = root_of(value)
        found = self._known.taken(whole)
        if found is None or not isinstance(whole, np.ndarray):
            return None
        part = _part(value, whole, found.axis, found.index)
        buffer = self._buffer(found.array) if part is not None else None
        if part is None or buffer is None or buffer.changes != found.changes:
            return None
        return Taken(buffer.name, found.axis, part, narrowed(value), behind_boundary(value))

    def _viewed(self, value: NDArray[Any]) -> View | None:
        """Tell it as a view of the data whose memory it lies in."""
        root = root_of(value)
        if not isinstance(root, np.ndarray) or root.dtype != value.dtype:
            return None
        buffer = self._buffer(root)
        if buffer is None:
            return None
        return View(buffer.name, _address(value) - _address(root), value.shape, value.strides)

    def _buffer(self, data: NDArray[Any]) -> _Buffer | None:
        """Give what was kept of data, or keep it, as long as there is room."""
        found, changes = self._of.get(id(data)), self._known.changes(root_of(data))
        if found is not None and found.of() is data and found.changes == changes:
            return found
        if data.nbytes > self._left or not is_dense(data):
            return None
        self._left -= data.nbytes
        found = self._of[id(data)] = _Buffer(str(len(self.kept)), weakref.ref(data), changes)
        self.kept[found.name] = copied(data)
        return found


def _part(
    value: NDArray[Any], whole: NDArray[Any], axis: int, index: NDArray[Any]
) -> NDArray[Any] | None:
    """Find which of the numbers lead to a part of what was taken; None for another sort of part."""
    if value is whole:
        return index
    stride = whole.strides[axis]
    if value.ndim != whole.ndim or stride < 1:
        return None
    first, apart = divmod(_address(value) - _address(whole), stride)
    if apart or value.strides[axis] % stride:
        return None
    step, length = value.strides[axis] // stride, value.shape[axis]
    if step < 1 or (*value.shape[:axis], *value.shape[axis + 1 :]) != (
        *whole.shape[:axis],
        *whole.shape[axis + 1 :],
    ):
        return None
    return index[first : first + step * length : step].copy()


def _address(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])
