"""Functions that go on in another precision."""

from typing import Any

import numpy as np

from nnscope.expression.operation import Kind, Operation


def unrounded(z: Any) -> Any:
    """Give a number as it is: a slope goes on through the rounding as if it were not there."""
    return z


def of_python(z: Any) -> Any:
    """Make a number of Python's of a single number; an array has its numbers in 64 bits."""
    return np.float64(z) if np.ndim(z) else float(z)


PRECISION: tuple[Operation, ...] = (
    Operation(
        name="np.float32",
        kind=Kind.ELEMENTWISE,
        call=np.float32,
        at_complex=unrounded,
        vjp=("g",),
        symbol="float32({0})",
        meaning="the nearest number of 32 bits",
    ),
    Operation(
        name="np.float64",
        kind=Kind.ELEMENTWISE,
        call=np.float64,
        at_complex=unrounded,
        vjp=("g",),
        symbol="float64({0})",
        meaning="the same number in 64 bits",
    ),
    Operation(
        name="float",
        kind=Kind.ELEMENTWISE,
        call=of_python,
        at_complex=unrounded,
        vjp=("g",),
        symbol="float({0})",
        meaning="the same number as one of Python's, which leaves float32 what it is",
    ),
)
