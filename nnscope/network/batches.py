"""Mini-batches: which examples an iteration is about.

The batch of an iteration depends on its number alone, so that going back and forth in time repeats
the same batches bit for bit, and no random state has to be kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value, freeze

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Batches:
    """The examples of a scenario, cut into batches.

    `whole` holds the arrays that are cut, along `axis`. The last batch of an epoch is smaller where
    `size` does not divide the number of examples. With a `seed` each epoch has its own order, the
    permutation of `numpy.random.RandomState(seed + epoch)`; without one the order is the file's.
    `counts` has the numbers that grow with a batch (m), each with how much an example adds to it.
    """

    whole: Mapping[str, Array]
    axis: int
    size: int
    seed: int | None
    counts: Mapping[str, int]
    _order: dict[int, NDArray[np.int64]] = field(default_factory=dict)

    @property
    def examples(self) -> int:
        """The number of examples."""
        return int(next(iter(self.whole.values())).shape[self.axis])

    @property
    def count(self) -> int:
        """The number of batches in an epoch."""
        return -(-self.examples // self.size)

    @property
    def is_even(self) -> bool:
        """Whether all batches are equally large."""
        return self.examples % self.size == 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names that change from batch to batch: arrays, and m where the last is smaller."""
        return (*self.whole, *(() if self.is_even else self.counts))

    def is_smaller(self, iteration: int) -> bool:
        """Tell whether an iteration is about the last batch of an epoch, where that is smaller."""
        return not self.is_even and self.place(iteration)[1] == self.count - 1

    def length(self, iteration: int) -> int:
        """Give the number of examples that an iteration is about."""
        return self.examples % self.size if self.is_smaller(iteration) else self.size

    def place(self, iteration: int) -> tuple[int, int]:
        """Give the epoch of an iteration, and the number of its batch in it, both from 0."""
        return divmod(iteration, self.count)

    def at(self, iteration: int) -> dict[str, Value]:
        """Give the arrays of one batch, in C order and read-only, and m where it changes."""
        epoch, batch = self.place(iteration)
        chosen = self._examples(epoch)[batch * self.size : (batch + 1) * self.size]
        found: dict[str, Value] = {
            name: freeze(np.ascontiguousarray(np.take(array, chosen, axis=self.axis)))
            for name, array in self.whole.items()
        }
        if not self.is_even:
            found |= {name: np.float64(each * len(chosen)) for name, each in self.counts.items()}
        return found

    def _examples(self, epoch: int) -> NDArray[np.int64]:
        """Give the order of the examples in an epoch."""
        if self.seed is None:
            return np.arange(self.examples)
        if epoch not in self._order:
            if len(self._order) > 8:
                self._order.clear()
            random = np.random.RandomState((self.seed + epoch) % 2**32)
            self._order[epoch] = random.permutation(self.examples)
        return self._order[epoch]
