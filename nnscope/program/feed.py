"""What differs from iteration to iteration and is not computed: batches, masks, random draws."""

from collections.abc import Mapping
from typing import Protocol

from nnscope.expression.evaluate import Value


class Feed(Protocol):
    """Gives each iteration what it does not compute itself.

    What an iteration is given depends on its number alone, so that going back and forth in time
    repeats it bit for bit.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that are fed, by their ids."""
        ...

    @property
    def is_even(self) -> bool:
        """Whether one buffer can take what all iterations of this form are given: of one shape."""
        ...

    def at(self, iteration: int) -> Mapping[str, Value]:
        """Give the values of one iteration, read-only."""
        ...

    def place(self, iteration: int) -> tuple[int, int]:
        """Give the epoch of an iteration, and the number of its batch in it, both from 0."""
        ...

    @property
    def count(self) -> int:
        """The number of batches in an epoch."""
        ...
