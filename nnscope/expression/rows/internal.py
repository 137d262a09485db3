"""Operations that no reader can write: vector-Jacobian products call them.

Their names begin with an underscore, as no name of a value may.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.operation import Kind, Operation
from nnscope.expression.rows.operators import INDEX

Array = NDArray[Any]


def spread(g: Array, x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """Give every cell of `x` what its reduction along `axis` (over all, if None) was given."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, np.shape(x))


def taken(y: Array, x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """Tell from which cell of `x` along `axis` the largest or smallest, `y`, was taken: 1, else 0.

    Of several it is the first one, as the complex step has it. A nan is taken before any number.
    """
    cells, chosen = np.asarray(x), spread(y, x, axis, keepdims)
    same = (cells == chosen) | (np.isnan(cells) & np.isnan(chosen))
    found = np.zeros(cells.shape)
    if axis is None:
        found.reshape(-1)[np.argmax(same)] = 1
    else:
        np.put_along_axis(found, np.argmax(same, axis=axis, keepdims=True), 1, axis)
    return found


def count(x: Array, axis: int | None = None) -> int:
    """Count the cells along an axis, or all."""
    return np.size(x, axis)


def column(x: Array) -> Array:
    """Stand a vector upright: (n,) becomes (n, 1)."""
    return np.reshape(x, (-1, 1))


def scatter(g: Array, x: Array, at: Any) -> Array:
    """Put `g` where `x[at]` reads, and 0 where it does not. Shape as `x`."""
    whole = np.zeros(np.shape(x))
    whole[at] = g
    return whole


_ROWS = (
    Operation(
        name="_spread",
        kind=Kind.SPREAD,
        call=spread,
        operands=2,
        options=("axis", "keepdims"),
        vjp=("np.sum(g, axis=axis, keepdims=keepdims)", ""),
        symbol="spread({0})",
        meaning="a number for every cell that it was reduced from",
    ),
    Operation(
        name="_scatter",
        kind=Kind.SPREAD,
        call=scatter,
        operands=2,
        options=("at",),
        vjp=("_picked(g, at=at)", ""),
        symbol="scatter({0})",
        meaning="the cells of an index, and 0 for the others",
    ),
    Operation(
        name="_picked",
        kind=Kind.INDEX,
        call=INDEX.call,
        options=INDEX.options,
        vjp=INDEX.vjp,
        symbol="picked({0})",
        meaning=INDEX.meaning,
    ),
    Operation(
        name="_taken",
        kind=Kind.SPREAD,
        call=taken,
        operands=2,
        options=("axis", "keepdims"),
        vjp=("", ""),
        symbol="taken({0})",
        meaning="1 for the cell that a maximum or a minimum takes, else 0",
    ),
    Operation(
        name="_count",
        kind=Kind.COUNT,
        call=count,
        options=("axis",),
        vjp=("",),
        symbol="count({0})",
        meaning="how many cells there are",
    ),
    Operation(
        name="_column",
        kind=Kind.COLUMN,
        call=column,
        vjp=("np.sum(g, axis=1)",),
        symbol="column({0})",
        meaning="a vector, upright",
    ),
)

INTERNAL: dict[str, Operation] = {row.name: row for row in _ROWS}
"""What only rules call, by name."""
