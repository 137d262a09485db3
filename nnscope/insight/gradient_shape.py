"""A gradient in the shape of what it belongs to, where it broadcasts to that shape."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value


def stretched_gradient(gradient: Value, shape: tuple[int, ...]) -> NDArray[Any] | None:
    """Give a gradient as float64 and of the `shape` of what it belongs to, as an update uses it.

    None where it does not broadcast to that shape.
    """
    found = np.asarray(gradient, dtype=np.float64)
    try:
        return np.broadcast_to(found, shape) if found.ndim <= len(shape) else None
    except ValueError:
        return None
