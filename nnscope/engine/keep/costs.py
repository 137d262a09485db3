"""The cost of every iteration that was reached: eight bytes each, kept for the whole run."""

import numpy as np
from numpy.typing import NDArray

Buffer = NDArray[np.float64]

_AT_ONCE = 2**24  # costs, 128 MB of addresses: more are asked for when they are needed


class Costs:
    """A list of costs that grows, to `most` in the end.

    Iterations are reached in order, so there are no gaps.
    """

    def __init__(self, most: int = 1024) -> None:
        # the system gives memory only as far as it is used, and nothing has to be copied
        self._buffer: Buffer = np.empty(min(most, _AT_ONCE))
        self._count = 0
        self._finite = 0  # so many at the start are known to be neither nan nor inf

    @property
    def bytes(self) -> int:
        """The memory that the costs hold."""
        return self.bytes_of(self._count)

    @staticmethod
    def bytes_of(count: int) -> int:
        """Give the memory that so many costs hold."""
        return 8 * count

    def room(self, count: int) -> Buffer:
        """Give a buffer with room for `count` costs; a run writes into it, then calls `reached`."""
        if count > len(self._buffer):
            larger = np.empty(max(count, 2 * len(self._buffer)))
            larger[: len(self._buffer)] = self._buffer
            self._buffer = larger
        return self._buffer

    def reached(self, count: int) -> None:
        """Say that the first `count` costs are written."""
        self._count = max(self._count, count)

    def put(self, iteration: int, cost: float) -> None:
        """Write one cost."""
        if iteration >= len(self._buffer):
            self.room(iteration + 1)
        self._buffer[iteration] = cost
        if iteration >= self._count:
            self._count = iteration + 1

    def first_bad(self) -> int | None:
        """Find the first iteration whose cost is nan or inf; None if there is none so far."""
        new = np.isfinite(self._buffer[self._finite : self._count])
        self._finite += len(new) if new.all() else int(np.argmin(new))
        return self._finite if self._finite < self._count else None

    def known(self) -> Buffer:
        """Give the costs so far as a read-only view."""
        view = self._buffer[: self._count]
        view.flags.writeable = False
        return view
