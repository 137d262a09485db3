"""What the iterations of a recorded script were given: batches, random draws, counters."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value, freeze
from nnscope.script.memory import behind_boundary


class RecordedFeed:
    """Gives each iteration what the script had in it; see `nnscope.program.feed.Feed`."""

    count = 1

    def __init__(self, fed: Mapping[str, Sequence[tuple[int, Any]]]) -> None:
        self._from = {id_: [at for at, _ in told] for id_, told in fed.items()}
        self._values = {id_: [freeze(value) for _, value in told] for id_, told in fed.items()}
        self.names = tuple(fed)

    @property
    def is_even(self) -> bool:
        """Whether one buffer can take the values of every iteration, as they lie in memory."""
        return all(
            len({(each.shape, each.dtype, each.strides) for each in arrays}) == 1
            and all(map(_is_without_gaps, arrays))
            for arrays in ([*map(np.asarray, values)] for values in self._values.values())
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


def _is_without_gaps(array: NDArray[Any]) -> bool:
    is_dense = array.flags.c_contiguous or array.flags.f_contiguous
    return is_dense and (not array.ndim or not behind_boundary(array))
