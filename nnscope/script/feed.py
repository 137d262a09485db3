"""What the iterations of a recorded script were given: batches, random draws, counters."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value, freeze
from nnscope.script.memory import is_dense
from nnscope.script.parts_of_arrays import Layout, Taken, View, layout_of

_MOST = 64  # values that are held


class RecordedFeed:
    """Gives each iteration what the script had in it; see `nnscope.program.feed.Feed`.

    `buffers` are the arrays that values may be told as parts of: only some of these are held.
    """

    count = 1

    def __init__(
        self, fed: Mapping[str, Sequence[tuple[int, Any]]], buffers: Mapping[str, NDArray[Any]]
    ) -> None:
        self._from = {id_: [at for at, _ in told] for id_, told in fed.items()}
        self._told = {id_: [value for _, value in told] for id_, told in fed.items()}
        self._buffers = buffers
        self._value = lru_cache(_MOST)(self._read)
        self.names = tuple(fed)

    def _read(self, id_: str, place: int) -> Value:
        told = self._told[id_][place]
        is_part = isinstance(told, View | Taken)
        return freeze(told.of(self._buffers[told.buffer]) if is_part else told)

    @cached_property
    def is_even(self) -> bool:
        """Whether one buffer can take the values of every iteration, as they lie in memory."""
        return all(self._is_even(id_) for id_ in self.names)

    def _is_even(self, id_: str) -> bool:
        first = np.asarray(self._read(id_, 0))
        *_, behind = layout_of(first)
        are_alike = {self._layout(each) for each in self._told[id_]} == {layout_of(first)}
        return are_alike and is_dense(first) and (not first.ndim or not behind)

    def _layout(self, told: Any) -> Layout:
        if isinstance(told, View | Taken):
            return told.layout(self._buffers[told.buffer])
        return layout_of(np.asarray(told))

    def at(self, iteration: int) -> Mapping[str, Value]:
        """Give the values of one iteration."""
        return {id_: self._value(id_, bisect_right(told, iteration) - 1)
                for id_, told in self._from.items()}  # fmt: skip

    def is_smaller(self, iteration: int) -> bool:
        """Tell whether an iteration has the smaller shapes of a last batch: never."""
        return False

    def place(self, iteration: int) -> tuple[int, int]:
        """Give the epoch of an iteration, and its batch: each counts as an epoch of its own."""
        return iteration, 0
