"""Mini-batches: the arrays of the examples that an iteration is about."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value, freeze
from nnscope.expression.number_types import of_type
from nnscope.network.orders import Order

Array = NDArray[Any]


class Batches(Struct, frozen=True, eq=False):
    """The examples of a scenario, cut into batches.

    `whole` holds the arrays that are cut, along `axis`; `order` says which examples come when.
    `counts` has the numbers that grow with a batch (m), each with how much an example adds to it.
    """

    whole: Mapping[str, Array]
    axis: int
    order: Order
    counts: Mapping[str, int]

    @property
    def count(self) -> int:
        """The number of batches in an epoch."""
        return self.order.count

    is_even = True  # the smaller batch has a form of its own

    @property
    def has_smaller(self) -> bool:
        """Whether the last batch of an epoch has fewer examples than the others."""
        return self.order.last != self.order.size

    @property
    def names(self) -> tuple[str, ...]:
        """The names that change from batch to batch: arrays, and m where the last is smaller."""
        return (*self.whole, *(self.counts if self.has_smaller else ()))

    def is_smaller(self, iteration: int) -> bool:
        """Tell whether an iteration is about the last batch of an epoch, where that is smaller."""
        return self.has_smaller and self.place(iteration)[1] == self.count - 1

    def length(self, iteration: int) -> int:
        """Give the number of examples that an iteration is about."""
        return self.order.last if self.is_smaller(iteration) else self.order.size

    def place(self, iteration: int) -> tuple[int, int]:
        """Give the epoch of an iteration, and the number of its batch in it, both from 0."""
        return divmod(iteration, self.count)

    def at(self, iteration: int) -> dict[str, Value]:
        """Give the arrays of one batch, in C order and read-only, and m where it changes."""
        chosen = self.order.at(iteration)
        found: dict[str, Value] = {
            name: freeze(np.ascontiguousarray(np.take(array, chosen, axis=self.axis)))
            for name, array in self.whole.items()
        }
        if self.has_smaller:
            kind = next(iter(self.whole.values())).dtype
            found |= {name: of_type(each * len(chosen), kind) for name, each in self.counts.items()}
        return found
