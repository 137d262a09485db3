"""Changes that a stop can wait for: what a value is now, against the iteration before."""

from typing import ClassVar, Protocol

import numpy as np
from msgspec import Struct

from nnscope.expression.evaluate import Value


class Change(Protocol):
    """What must have happened to a value since the iteration before.

    `of_truth` tells whether that value is true or false, or else a number.
    """

    of_truth: ClassVar[bool]

    @property
    def words(self) -> str:
        """Say it of an expression that stands before."""
        ...

    def holds(self, then: Value, now: Value) -> bool:
        """Tell whether it has happened between two values without axes."""
        ...

    def holds_first(self, now: Value) -> bool:
        """Tell whether the first iteration counts, which has none before it."""
        ...


class Sign(Struct, frozen=True):
    """The sign of a number has changed, to or from 0 too; a nan has none."""

    of_truth: ClassVar[bool] = False
    words: ClassVar[str] = "changes sign"

    def holds(self, then: Value, now: Value) -> bool:
        """See `Change`."""
        return bool(np.sign(then) != np.sign(now)) and not bool(np.isnan(then) or np.isnan(now))

    def holds_first(self, _now: Value) -> bool:
        """See `Change`."""
        return False


class By(Struct, frozen=True):
    """A number has changed by more than `least`, up or down."""

    of_truth: ClassVar[bool] = False
    least: float

    @property
    def words(self) -> str:
        """See `Change`."""
        return f"changes by more than {self.least:g}"

    def holds(self, then: Value, now: Value) -> bool:
        """See `Change`."""
        return bool(abs(np.subtract(now, then)) > self.least)

    def holds_first(self, _now: Value) -> bool:
        """See `Change`."""
        return False


class Begins(Struct, frozen=True):
    """What was false has become true; in the first iteration what is true begins."""

    of_truth: ClassVar[bool] = True
    words: ClassVar[str] = "begins"

    def holds(self, then: Value, now: Value) -> bool:
        """See `Change`."""
        return bool(now) and not bool(then)

    def holds_first(self, now: Value) -> bool:
        """See `Change`."""
        return bool(now)
