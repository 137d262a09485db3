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


def count(x: Array, axis: int | None = None, ddof: int = 0) -> int:
    """Count the cells along an axis, or all, less `ddof`."""
    return np.size(x, axis) - ddof


def column(x: Array) -> Array:
    """Stand a vector upright: (n,) becomes (n, 1)."""
    return np.reshape(x, (-1, 1))


def shaped(g: Array, x: Array) -> Array:
    """Put the cells of `g` into the shape of `x`, in their order."""
    return np.reshape(g, np.shape(x))


def first_part(g: Array, x: Array, axis: int = 0) -> Array:
    """Give as many cells of `g`, from its start along an axis, as `x` has there."""
    return np.take(g, range(np.shape(x)[axis]), axis)


def last_part(g: Array, x: Array, axis: int = 0) -> Array:
    """Give as many cells of `g`, up to its end along an axis, as `x` has there."""
    end = np.shape(g)[axis]
    return np.take(g, range(end - np.shape(x)[axis], end), axis)


def at_start(g: Array, x: Array, axis: int = 0) -> Array:
    """Put `g` at the start of an axis of `x`, and 0 for the rest. Shape as `x`."""
    short = np.shape(x)[axis] - np.shape(g)[axis]
    return np.concatenate((g, np.zeros(_with(np.shape(g), axis, short))), axis)


def at_end(g: Array, x: Array, axis: int = 0) -> Array:
    """Put `g` at the end of an axis of `x`, and 0 for the rest. Shape as `x`."""
    short = np.shape(x)[axis] - np.shape(g)[axis]
    return np.concatenate((np.zeros(_with(np.shape(g), axis, short)), g), axis)


def _with(shape: tuple[int, ...], axis: int, size: int) -> tuple[int, ...]:
    return tuple(size if at == axis % len(shape) else each for at, each in enumerate(shape))


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
        options=("axis", "ddof"),
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
    Operation(
        name="_shaped",
        kind=Kind.SPREAD,
        call=shaped,
        operands=2,
        vjp=("_shaped(g, a)", ""),
        symbol="reshape({0})",
        meaning="the same cells, in the shape of another array",
    ),
    *(
        Operation(
            name=name,
            kind=Kind.SPREAD,
            call=call,
            operands=2,
            options=("axis",),
            vjp=(f"{back}(g, a, axis=axis)", ""),
            symbol=f"{name[1:]}({{0}})",
            meaning=meaning,
        )
        for name, call, back, meaning in (
            ("_first_part", first_part, "_at_start", "the first cells along an axis"),
            ("_last_part", last_part, "_at_end", "the last cells along an axis"),
            ("_at_start", at_start, "_first_part", "the cells, then 0"),
            ("_at_end", at_end, "_last_part", "0, then the cells"),
        )
    ),
)

INTERNAL: dict[str, Operation] = {row.name: row for row in _ROWS}
"""What only rules call, by name."""
