"""The cost of every iteration that was reached: eight bytes each, kept for the whole run."""

import numpy as np
from numpy.typing import NDArray

Buffer = NDArray[np.float64]


class Costs:
    """A list of costs that grows. Iterations are reached in order, so there are no gaps."""

    def __init__(self) -> None:
        self._buffer: Buffer = np.empty(1024)
        self._count = 0

    @property
    def bytes(self) -> int:
        """The memory that the costs hold."""
        return self._buffer.nbytes

    def room(self, count: int) -> Buffer:
        """Give a buffer with room for `count` costs; a run writes into it, then calls `reached`."""
        if count > len(self._buffer):
            larger = np.empty(max(count, 2 * len(self._buffer)))
            larger[: self._count] = self._buffer[: self._count]
            self._buffer = larger
        return self._buffer

    def reached(self, count: int) -> None:
        """Say that the first `count` costs are written."""
        self._count = max(self._count, count)

    def put(self, iteration: int, cost: float) -> None:
        """Write one cost."""
        self.room(iteration + 1)[iteration] = cost
        self.reached(iteration + 1)

    def known(self) -> Buffer:
        """Give the costs so far as a read-only view."""
        view = self._buffer[: self._count]
        view.flags.writeable = False
        return view
