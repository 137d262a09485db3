"""In which order the examples come: one class for each way to cut them into batches.

Which examples an iteration is about depends on its number alone, so that going back and forth in
time repeats the same batches bit for bit.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from nnscope.scenario.random import Stream

Places = NDArray[np.int64]
"""The numbers of examples, from 0."""


class Order(Protocol):
    """Tells which examples an iteration is about.

    All batches of an epoch have `size` examples, but the last one, which has `last`. `count` is the
    number of batches in an epoch.
    """

    @property
    def size(self) -> int:
        """The number of examples in a batch."""
        ...

    @property
    def last(self) -> int:
        """The number of examples in the last batch of an epoch."""
        ...

    @property
    def count(self) -> int:
        """The number of batches in an epoch."""
        ...

    def at(self, iteration: int) -> Places:
        """Give the examples of an iteration."""
        ...


class _Epochs:
    """What orders have in common that take every example once in an epoch."""

    examples: int
    size: int

    @property
    def last(self) -> int:
        """The number of examples in the last batch of an epoch."""
        return self.examples % self.size or self.size

    @property
    def count(self) -> int:
        """The number of batches in an epoch."""
        return -(-self.examples // self.size)

    def at(self, iteration: int) -> Places:
        """Cut the batch of an iteration out of the order of its epoch."""
        epoch, batch = divmod(iteration, self.count)
        return self.of_epoch(epoch)[batch * self.size : (batch + 1) * self.size]

    def of_epoch(self, epoch: int) -> Places:
        """Give all examples in the order of an epoch."""
        raise NotImplementedError


class InOrder(Struct, _Epochs, frozen=True):
    """The order of the file, in every epoch."""

    examples: int
    size: int

    def of_epoch(self, epoch: int) -> Places:
        """Give the examples as they stand."""
        return np.arange(self.examples)


class Shuffled(Struct, _Epochs, frozen=True):
    """An order of its own for each epoch: the permutation of `RandomState(seed + epoch)`."""

    examples: int
    size: int
    seed: int
    _known: dict[int, Places] = field(default_factory=dict)

    def of_epoch(self, epoch: int) -> Places:
        """Give the permutation of an epoch."""
        if epoch not in self._known:
            if len(self._known) > 8:
                self._known.clear()
            random = np.random.RandomState((self.seed + epoch) % 2**32)
            self._known[epoch] = random.permutation(self.examples)
        return self._known[epoch]


class Listed(Struct, frozen=True):
    """Batches that are written out, one an iteration, and then again from the first."""

    batches: Sequence[Sequence[int]]

    @property
    def size(self) -> int:
        """The number of examples in a batch."""
        return len(self.batches[0])

    @property
    def last(self) -> int:
        """The number of examples in the last batch."""
        return len(self.batches[-1])

    @property
    def count(self) -> int:
        """The number of batches."""
        return len(self.batches)

    def at(self, iteration: int) -> Places:
        """Give the batch that is written for an iteration."""
        return np.array(self.batches[iteration % self.count], dtype=np.int64)


_ROUND = 2**16
"""So many examples are drawn between two states of a stream that are kept."""


class Rows(Struct, frozen=True):
    """Rows of examples, of which each is drawn behind the one before, from one stream.

    The state of the stream is kept before every round of rows, from which they are drawn again.
    """

    stream: Stream
    length: int
    draw: Callable[[Stream], Places]
    _states: list[Stream] = field(default_factory=list)
    _known: dict[int, list[Places]] = field(default_factory=dict)

    def row(self, number: int) -> Places:
        """Give one row."""
        part, place = divmod(number, self._rows)
        if part not in self._known:
            if len(self._known) > 8:
                self._known.clear()
            self._known[part] = self._round(self._before(part).copy())
        return self._known[part][place]

    @property
    def _rows(self) -> int:
        return max(1, _ROUND // self.length)

    def _before(self, part: int) -> Stream:
        """Give the state of the stream before a round."""
        if not self._states:
            self._states.append(self.stream.copy())
        while len(self._states) <= part:
            following = self._states[-1].copy()
            self._round(following)
            self._states.append(following)
        return self._states[part]

    def _round(self, stream: Stream) -> list[Places]:
        return [self.draw(stream) for _ in range(self._rows)]


class ShuffledOn(_Epochs):
    """An order of its own for each epoch, drawn from a stream that goes on: `permutation(m)`."""

    def __init__(self, examples: int, size: int, stream: Stream) -> None:
        self.examples, self.size = examples, size
        self._rows = Rows(stream, examples, lambda each: each.permutation(examples))

    def of_epoch(self, epoch: int) -> Places:
        """Give the permutation of an epoch."""
        return self._rows.row(epoch)


class Drawn:
    """Every batch drawn from all examples, with replacement: `randint(0, m, size)`.

    The draws of an iteration follow those of the one before in the stream.
    """

    def __init__(self, examples: int, size: int, stream: Stream) -> None:
        self.examples, self.size = examples, size
        self._rows = Rows(stream, size, lambda each: each.integers(0, examples, (size,)))

    @property
    def last(self) -> int:
        """The number of examples in every batch."""
        return self.size

    @property
    def count(self) -> int:
        """The number of batches in which as many are drawn as there are examples."""
        return -(-self.examples // self.size)

    def at(self, iteration: int) -> Places:
        """Give the examples that are drawn for an iteration."""
        return self._rows.row(iteration)
