"""The one stream of random numbers that a scenario draws from."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.scenario.schema import Generator

Sizes = tuple[int, ...]


class Stream:
    """Random draws in file order, from a seed.

    `legacy` is `numpy.random.RandomState`, bit for bit what `np.random.seed` gives in a student's
    script; `default` is `numpy.random.default_rng`.
    """

    def __init__(self, kind: Generator, seed: int) -> None:
        self.kind = kind
        self.restart(seed)

    def restart(self, seed: int) -> None:
        """Start again from a seed, as a second `np.random.seed(seed)` would.

        Raises `ValueError` for a seed that the generator doesn't take (legacy: below 2**32).
        """
        self._legacy = np.random.RandomState(seed) if self.kind == "legacy" else None
        self._default = np.random.default_rng(seed)

    def copy(self) -> "Stream":
        """Give a stream of its own that goes on from here."""
        return deepcopy(self)

    def randn(self, shape: Sizes) -> NDArray[np.float64]:
        """Draw from the standard normal distribution."""
        return np.asarray((self._legacy or self._default).standard_normal(shape))

    def rand(self, shape: Sizes) -> NDArray[np.float64]:
        """Draw evenly from [0, 1)."""
        return np.asarray(
            self._legacy.random_sample(shape) if self._legacy else self._default.random(shape)
        )

    def integers(self, low: int, high: int, shape: Sizes) -> NDArray[np.int64]:
        """Draw whole numbers from `low` up to, not including, `high`."""
        draw: Callable[..., Any] = self._legacy.randint if self._legacy else self._default.integers
        return np.asarray(draw(low, high, shape))

    def permutation(self, count: int) -> NDArray[np.int64]:
        """Draw an order of the numbers from 0 to `count` - 1."""
        return np.asarray((self._legacy or self._default).permutation(count))
