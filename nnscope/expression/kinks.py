"""Kinks: for each function that has some, which of its branches a cell of real numbers is on.

A difference between two points is no slope where a cell changes its branch in between.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def positive(z: Array, *_: Array) -> Array:
    """Tell the cells above 0 from the rest: relu, leaky_relu, abs, sign."""
    return np.asarray(np.asarray(z) > 0)


def first_is_larger(a: Array, b: Array) -> Array:
    """Tell which of two is taken: maximum, minimum."""
    return np.asarray(np.asarray(a) > np.asarray(b))


def side_of_bounds(x: Array, low: Array, high: Array) -> Array:
    """Tell the cells below both bounds, between them, and above: clip."""
    return np.asarray(np.greater(x, low) + 2 * np.greater(x, high))


def holds(condition: Array, *_: Array) -> Array:
    """Tell where a condition holds: where."""
    return np.asarray(np.asarray(condition) != 0)


def is_largest(z: Array, axis: int | None = None, **_: Any) -> Array:
    """Tell the cells that a maximum takes."""
    return np.asarray(z == np.max(z, axis=axis, keepdims=True))


def place_of_largest(z: Array, axis: int | None = None, **_: Any) -> Array:
    """Tell the place of the largest: argmax."""
    return np.asarray(np.argmax(z, axis=axis))


def is_smallest(z: Array, axis: int | None = None, **_: Any) -> Array:
    """Tell the cells that a minimum takes."""
    return np.asarray(z == np.min(z, axis=axis, keepdims=True))
