"""Drawn arrays: one entry for each kind of draw, with what it needs to know."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from nnscope.scenario.errors import found, wrong
from nnscope.scenario.random import Sizes, Stream

Array = NDArray[np.float64]
Draw = Callable[[Stream, Sizes, Mapping[str, float]], Array]


def uniform(stream: Stream, shape: Sizes, given: Mapping[str, float]) -> Array:
    """Draw evenly from [low, high)."""
    return given["low"] + (given["high"] - given["low"]) * stream.rand(shape)


def integers(stream: Stream, shape: Sizes, given: Mapping[str, float]) -> Array:
    """Draw whole numbers from `low` up to, not including, `high`."""
    return stream.integers(int(given["low"]), int(given["high"]), shape).astype(np.float64)


def linspace(_stream: Stream, shape: Sizes, given: Mapping[str, float]) -> Array:
    """Walk from `start` to `stop` in equal steps, row by row."""
    return np.linspace(given["start"], given["stop"], int(np.prod(shape))).reshape(shape)


def randn(stream: Stream, shape: Sizes, _given: Mapping[str, float]) -> Array:
    """Draw from the standard normal distribution."""
    return stream.randn(shape)


def rand(stream: Stream, shape: Sizes, _given: Mapping[str, float]) -> Array:
    """Draw evenly from [0, 1)."""
    return stream.rand(shape)


def zeros(_stream: Stream, shape: Sizes, _given: Mapping[str, float]) -> Array:
    """Draw nothing: every cell is 0."""
    return np.zeros(shape)


def ones(_stream: Stream, shape: Sizes, _given: Mapping[str, float]) -> Array:
    """Draw nothing: every cell is 1."""
    return np.ones(shape)


DRAWS: dict[str, Draw] = {
    each.__name__: each for each in (randn, rand, uniform, integers, linspace, zeros, ones)
}
NEEDS = {
    "uniform": ("low", "high"),
    "integers": ("low", "high"),
    "linspace": ("start", "stop"),
}
"""The numbers that belong to a kind of draw, where it has some."""

ELSEWHERE = {
    "normal": "randn", "standard_normal": "randn", "gaussian": "randn", "random": "rand",
    "random_sample": "rand", "randint": "integers", "zero": "zeros", "one": "ones",
}  # fmt: skip
"""Names that NumPy and books give to a kind of draw."""

_LARGEST = 2.0**53  # up to here every whole number has a float of its own


def check_numbers(kind: str, given: Mapping[str, float], where: str) -> None:
    """Raise `ScenarioError` for numbers that a draw can't be made with."""
    for key in NEEDS.get(kind, ()):
        number = given[key]
        whole = kind == "integers"
        if not np.isfinite(number) or (whole and not number.is_integer()):
            wanted = "a whole number" if whole else "a finite number"
            raise wrong(f"{where}, {key}", f"must be {wanted}, found {found(number)}")
        if whole and abs(number) > _LARGEST:
            raise wrong(f"{where}, {key}", f"must be at most 2**53, found {found(number)}")
    if kind == "integers" and given["high"] <= given["low"]:
        raise wrong(f"{where}, high", f"must be above low = {given['low']:g}")
