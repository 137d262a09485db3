"""Checkpoints: what some iterations started from, in one arena under a cap of bytes."""

import numpy as np

from nnscope.engine.state import Flat

OVERHEAD = 120  # bytes that Python adds to a kept state


class Checkpoints:
    """States at every multiple of a stride, from the start to the farthest iteration reached.

    When the arena is full every second state goes and the stride doubles. The arena is as large as
    the cap, but the system gives it memory only as far as it is used.
    """

    def __init__(self, first: Flat, cap: int, stride: int = 1) -> None:
        self._first = first.copy()
        self.stride = stride
        self._states: dict[int, int] = {}
        self._arrange(cap)

    @property
    def bytes(self) -> int:
        """The memory that the checkpoints hold."""
        return (len(self._states) + 1) * (self._first.nbytes + OVERHEAD)

    def offer(self, iteration: int, state: Flat) -> None:
        """Copy the state that an iteration starts from, if the stride wants it."""
        if iteration % self.stride or iteration in self._states or not iteration:
            return
        if not self._room():
            self._thin()
            if not self._room() or iteration % self.stride:
                return
        slot = self._free.pop() if self._free else len(self._states)
        self._arena[slot] = state
        self._states[iteration] = slot

    def next_due(self, iteration: int) -> int:
        """Give the next iteration whose state is wanted."""
        return iteration - iteration % self.stride + self.stride

    def nearest(self, iteration: int) -> tuple[int, Flat]:
        """Find the last kept state that is not after `iteration`; the array must not be changed."""
        at = iteration - iteration % self.stride
        while at > 0 and at not in self._states:
            at -= self.stride
        return (at, self._arena[self._states[at]]) if at > 0 else (0, self._first)

    def resize(self, cap: int) -> None:
        """Set the cap in bytes; states go until the rest fits, but the start always stays."""
        kept = {at: self._arena[slot].copy() for at, slot in self._states.items()}
        self._states = {}
        self._arrange(cap)
        while len([at for at in kept if at % self.stride == 0]) > self._room() and kept:
            self.stride *= 2
            kept = {at: state for at, state in kept.items() if at % self.stride == 0}
        for at, state in kept.items():
            self.offer(at, state)

    def _arrange(self, cap: int) -> None:
        slots = max(0, cap // (self._first.nbytes + OVERHEAD) - 1)
        self._arena = np.empty((slots, self._first.size))
        self._free: list[int] = []  # slots that were used before

    def _room(self) -> int:
        return len(self._arena) - len(self._states)

    def _thin(self) -> None:
        self.stride *= 2
        for at in [at for at in self._states if at % self.stride]:
            self._free.append(self._states.pop(at))
