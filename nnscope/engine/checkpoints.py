"""Checkpoints: what some iterations started from, under a cap of bytes."""

import numpy as np

from nnscope.engine.model import State


def state_bytes(state: State) -> int:
    """Count the bytes that a state keeps alive, with what Python adds to each value."""
    return sum(np.asarray(value).nbytes + 112 for value in state) + 100


class Checkpoints:
    """States at every multiple of a stride, from the start to the farthest iteration reached.

    When the cap is reached every second one goes and the stride doubles. A state is kept by
    reference: values are never changed in place, so nothing is copied.
    """

    def __init__(self, first: State, cap: int) -> None:
        self._each = max(1, state_bytes(first))
        self._states = {0: first}
        self.stride = 1
        self.cap = cap

    @property
    def bytes(self) -> int:
        """The memory that the checkpoints hold."""
        return self._each * len(self._states)

    def offer(self, iteration: int, state: State) -> None:
        """Keep the state that an iteration starts from, if the stride wants it."""
        if iteration % self.stride == 0:
            self._states[iteration] = state
            if self.bytes > self.cap:
                self._thin()

    def nearest(self, iteration: int) -> tuple[int, State]:
        """Find the last kept state that is not after `iteration`."""
        at = iteration - iteration % self.stride
        while at not in self._states:
            at -= self.stride
        return at, self._states[at]

    def resize(self, cap: int) -> None:
        """Set the cap in bytes; checkpoints go until they fit, but the start always stays."""
        self.cap = cap
        while self.bytes > self.cap and len(self._states) > 1:
            self._thin()

    def forget_after(self, iteration: int) -> None:
        """Drop the states of all later iterations, because the program has changed there."""
        self._states = {at: state for at, state in self._states.items() if at <= iteration}

    def _thin(self) -> None:
        self.stride *= 2
        self._states = {at: state for at, state in self._states.items() if at % self.stride == 0}
