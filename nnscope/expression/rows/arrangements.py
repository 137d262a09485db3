"""Functions that put cells in another order, or together; they compute no new numbers.

np.outer is here for its shape: it puts the cells of two vectors together in every combination.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.operation import Kind, Operation, Truth

Array = NDArray[Any]


def reshaped(x: Any, shape: tuple[int, ...]) -> Array:
    """Put the same cells in the same order into another shape."""
    return np.reshape(x, shape)


def joined(*arrays: Any, axis: int = 0) -> Array:
    """Put arrays one behind the other along an axis; they may stand in a tuple."""
    listed = arrays[0] if len(arrays) == 1 else arrays
    return np.concatenate(listed, axis=axis)


ARRANGEMENTS: tuple[Operation, ...] = (
    Operation(
        name="np.reshape",
        kind=Kind.RESHAPED,
        call=reshaped,
        options=("shape",),
        needed=("shape",),
        placed=("shape",),
        vjp=("_shaped(g, x)",),
        truth=Truth.KEPT,
        symbol="reshape({0})",
        meaning="the same cells in the same order, in another shape",
        phrase="{0} in the shape {shape}",
    ),
    Operation(
        name="np.squeeze",
        kind=Kind.RESHAPED,
        call=np.squeeze,
        options=("axis",),
        vjp=("_shaped(g, x)",),
        truth=Truth.KEPT,
        symbol="squeeze({0})",
        meaning="the same cells, without the axes of length 1",
        phrase="{0} without its axes of length 1",
    ),
    Operation(
        name="np.concatenate",
        kind=Kind.JOINED,
        call=joined,
        operands=2,
        options=("axis",),
        takes_tuple=True,
        vjp=("_first_part(g, a, axis=axis)", "_last_part(g, b, axis=axis)"),
        truth=Truth.KEPT,
        symbol="[{0}; {1}]",
        meaning="the second behind the first, along an axis",
        phrase="{operands}, one behind the other{along}",
    ),
    Operation(
        name="np.outer",
        kind=Kind.OUTER,
        call=np.outer,
        operands=2,
        vjp=("g @ b", "a @ g"),
        symbol="{0} ⊗ {1}",
        meaning="every cell of the first times every cell of the second",
        phrase="every cell of {0} times every cell of {1}",
        formula="{0} · {1}",
    ),
)
