"""Checkpoints: what some iterations started from, in one arena under a cap of bytes."""

import numpy as np

from nnscope.engine.run.flat_state import Flat
from nnscope.engine.run.loop import Keep

OVERHEAD = 1  # the byte that tells whether a slot is taken


class Checkpoints:
    """States at every multiple of a stride, from the start to the farthest iteration reached.

    The state of iteration i has slot i / stride - 1, so nothing has to be looked up. When the arena
    is full every second state goes and the stride doubles. The arena is as large as the cap, or as
    `most` states need, but the system gives it memory only as far as it is used.
    """

    def __init__(self, first: Flat, cap: int, most: int, stride: int = 1) -> None:
        self._first = first.copy()
        self._most = most
        self._each = first.nbytes + OVERHEAD
        self.stride = stride
        self._taken = bytearray()  # a flag for each slot up to the last that was used
        self._used = 0
        self._arena = self._empty(cap)

    @property
    def bytes(self) -> int:
        """The memory that the checkpoints hold, with slots that were used and are free again."""
        return (self._used + 1) * self._each

    def offer(self, iteration: int, state: Flat) -> None:
        """Copy the state that an iteration starts from, if the stride wants it."""
        if iteration // self.stride > len(self._arena):
            self._thin()
        slot, rest = divmod(iteration, self.stride)
        if rest or not 0 < slot <= len(self._arena):
            return
        self._reserve(slot)
        if not self._taken[slot - 1]:
            self._arena[slot - 1] = state
            self._taken[slot - 1] = True

    def keep_all(self, last: int) -> Keep | None:
        """Give what keeps every state up to iteration `last`, where there is room for that.

        Of small networks every iteration is kept; then it counts how long keeping takes.
        """
        if self.stride != 1 or last > len(self._arena):
            return None
        self._reserve(last)
        arena, taken = self._arena, self._taken

        def keep(iteration: int, state: Flat) -> int:
            arena[iteration - 1] = state
            taken[iteration - 1] = True
            return iteration + 1

        return keep

    def next_due(self, iteration: int) -> int:
        """Give the next iteration whose state is wanted."""
        return iteration - iteration % self.stride + self.stride

    def nearest(self, iteration: int) -> tuple[int, Flat]:
        """Find the last kept state that is not after `iteration`; the array must not be changed."""
        slot = self._taken.rfind(True, 0, iteration // self.stride)
        return ((slot + 1) * self.stride, self._arena[slot]) if slot >= 0 else (0, self._first)

    def resize(self, cap: int) -> None:
        """Set the cap in bytes; states go until the rest fits, but the start always stays."""
        arena = self._empty(cap)
        while len(self._taken) > len(arena):
            self._thin()
        arena[: len(self._taken)] = self._arena[: len(self._taken)]
        self._arena, self._used = arena, len(self._taken)

    def _reserve(self, slots: int) -> None:
        self._taken += bytes(max(0, slots - len(self._taken)))
        self._used = max(self._used, slots)

    def _empty(self, cap: int) -> Flat:
        return np.empty((min(max(0, cap // self._each - 1), self._most), self._first.size))

    def _thin(self) -> None:
        """Let every second state go, and close the gaps, without a copy of the whole."""
        taken, self._taken = self._taken[1::2], bytearray()  # none counts while they move
        self.stride *= 2
        begin, end, left = 0, 1, len(taken)
        while begin < left:  # slot i takes 2 i + 1, in stretches that don't overlap their sources
            end = min(end, left)
            self._arena[begin:end] = self._arena[2 * begin + 1 : 2 * end : 2]
            begin, end = end, 2 * end + 1
        self._taken = taken
