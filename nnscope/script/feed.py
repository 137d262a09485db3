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
    `iterations` are those that read it, by default all; what they don't read may not be known.
    """

    count = 1

    def __init__(
        self,
        fed: Mapping[str, Sequence[tuple[int, Any]]],
        buffers: Mapping[str, NDArray[Any]],
        iterations: NDArray[np.int64] | None = None,
    ) -> None:
        self._iterations = iterations
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
        places = self._places(id_) or [0]
        first = np.asarray(self._read(id_, places[0]))
        *_, behind = layout_of(first)
        are_alike = {self._layout(self._told[id_][each]) for each in places} == {layout_of(first)}
        return are_alike and is_dense(first) and (not first.ndim or not behind)

    def _places(self, id_: str) -> Sequence[int]:
        """List the values of a variable that are read."""
        if self._iterations is None:
            return range(len(self._told[id_]))
        found = np.searchsorted(self._from[id_], self._iterations, "right") - 1
        return [max(0, int(each)) for each in np.unique(found)]

    def _layout(self, told: Any) -> Layout:
        if isinstance(told, View | Taken):
            return told.layout(self._buffers[told.buffer])
        return layout_of(np.asarray(told))

    def at(self, iteration: int) -> Mapping[str, Value]:
        """Give the values of one iteration."""
        return {id_: self._value(id_, max(0, bisect_right(told, iteration) - 1))
                for id_, told in self._from.items()}  # fmt: skip

    def place(self, iteration: int) -> tuple[int, int]:
        """Give the epoch of an iteration, and its batch: each counts as an epoch of its own."""
        return iteration, 0
