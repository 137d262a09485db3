"""What the iterations of a recorded script were given: batches, random draws, counters."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnscope.expression.evaluate import Value, freeze


class RecordedFeed:
    """Gives each iteration what the script had in it; see `nnscope.program.feed.Feed`."""

    count = 1

    def __init__(self, fed: Mapping[str, Sequence[tuple[int, Any]]]) -> None:
        self._from = {id_: [at for at, _ in told] for id_, told in fed.items()}
        self._values = {id_: [freeze(value) for _, value in told] for id_, told in fed.items()}
        self.names = tuple(fed)

    @property
    def is_even(self) -> bool:
        """Whether every iteration is given arrays of the same shapes."""
        return all(
            len({np.shape(each) for each in values}) == 1 for values in self._values.values()
        )

    def at(self, iteration: int) -> Mapping[str, Value]:
        """Give the values of one iteration."""
        return {id_: values[bisect_right(self._from[id_], iteration) - 1]
                for id_, values in self._values.items()}  # fmt: skip

    def is_smaller(self, iteration: int) -> bool:
        """Tell whether an iteration has the smaller shapes of a last batch: never."""
        return False

    def place(self, iteration: int) -> tuple[int, int]:
        """Give the epoch of an iteration, and its batch: each counts as an epoch of its own."""
        return iteration, 0
