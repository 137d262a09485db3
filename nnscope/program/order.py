"""Which of a program's forms each iteration runs."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

MOST_FORMS = 32
"""A program may have so many forms: more could not be told apart by a reader."""


class Order(Struct, frozen=True, eq=False, dict=True):
    """The number of the form of each iteration; behind the last one it begins anew.

    `numbers` has the shape (iterations until it begins anew,), and is of the type uint8.
    """

    numbers: NDArray[np.uint8]

    def at(self, iteration: int) -> int:
        """Give the number of the form of an iteration."""
        return int(self.numbers[iteration % len(self.numbers)])

    def end_of_stretch(self, first: int, last: int) -> int:
        """Give the end of the iterations from `first` on that have one form; `last` at most."""
        begin, place = first - first % len(self.numbers), first % len(self.numbers)
        return min(last, begin + self._ends[bisect_right(self._ends, place)])

    @cached_property
    def _ends(self) -> list[int]:
        """The places behind which another form begins, and the end."""
        others = np.flatnonzero(self.numbers[1:] != self.numbers[:-1]) + 1
        return [*others.tolist(), len(self.numbers)]

    def within(self, first: int, last: int) -> NDArray[np.uint8]:
        """Give the numbers of a stretch of iterations, shape (last - first,)."""
        found: NDArray[np.uint8] = self.numbers[np.arange(first, last) % len(self.numbers)]
        return found

    def first(self, form: int) -> int:
        """Give the first iteration that has a form; 0 where none has."""
        return int(np.argmax(self.numbers == form))


def order_of(numbers: Sequence[int] | bytes) -> Order:
    """Make an order of the numbers of forms."""
    return Order(np.array(list(numbers) or [0], dtype=np.uint8))


ONE = order_of([0])
"""The order of a program that has one form."""
