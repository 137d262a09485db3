"""Samples: a few numbers of some iterations, kept for the whole run whatever the cap is."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnscope.engine.run.flat_state import Flat
from nnscope.expression.syntax import Expression

_WIDEST = 64  # iterations between two samples at most


class Samples:
    """The values of some expressions, each a single number, in a row an iteration.

    The first `dense` iterations are all sampled, then every second until there are twice as many,
    every fourth until there are four times as many and so on, at last every 64th: a run costs a few
    bytes an iteration, and the start, where most happens, is seen best. They are computed before
    the first update of an iteration, where the parameters are still old.
    """

    def __init__(self, expressions: Sequence[Expression] = (), dense: int = 256) -> None:
        self.expressions = tuple(expressions)
        self._dense = dense
        self._rows = np.empty((0, 1 + len(self.expressions)))
        self._count = 0
        self.scope: dict[str, Any] = {  # what a loop that samples needs
            "_row": np.empty(len(self.expressions)), "_sample": self.note, "_sample_due": self.due,
        }  # fmt: skip

    @property
    def bytes(self) -> int:
        """The memory that the samples hold."""
        return self._rows.nbytes

    def bytes_of(self, iterations: int) -> int:
        """Give the memory that a run of so many iterations needs at most, roughly."""
        rows = min(iterations, 8 * self._dense + iterations // _WIDEST)
        return rows * self._rows.itemsize * self._rows.shape[1]

    def due(self, iteration: int) -> int:
        """Give the next iteration to sample, this one or a later one."""
        last = int(self._rows[self._count - 1, 0]) if self._count else -1
        at = max(iteration, last + 1)
        spacing = min(_WIDEST, max(1, (1 << at.bit_length()) // self._dense))
        return -(-at // spacing) * spacing

    def note(self, iteration: int, numbers: Flat) -> int:
        """Write the numbers of an iteration down, and give the next to sample."""
        if self._count == len(self._rows):
            more = np.empty((max(256, self._count), self._rows.shape[1]))
            self._rows = np.concatenate((self._rows, more))
        self._rows[self._count, 0] = iteration
        self._rows[self._count, 1:] = numbers
        self._count += 1
        return self.due(iteration + 1)

    def forget(self, count: int) -> None:
        """Drop all samples but the first `count`."""
        self._count = min(self._count, count)

    def known(self) -> Flat:
        """Give all samples, shape (iterations, 1 + expressions): the iteration comes first."""
        view = self._rows[: self._count]
        view.flags.writeable = False
        return view
