"""Products of matrices in which a side is a patch: only what the changes reach is multiplied."""

import numpy as np

from nnscope.insight.mixed import product, times
from nnscope.insight.patch import Array, Patch, Places, taken


def multiplied(left: Array | Patch, right: Array | Patch, base: Array) -> Patch:
    """Multiply matrices; a vector on the left counts as a row, on the right as a column."""
    flat = [axis for axis, side in ((0, left), (1, right)) if _base(side).ndim == 1]
    a, b = _as_matrix(left, 0), _as_matrix(right, 1)
    result = _matrices(a, b, base.reshape(_base(a).shape[0], _base(b).shape[1]))
    block = np.squeeze(result.block, tuple(axis + 1 for axis in flat))
    at = {axis - (0 in flat and axis == 1): index for axis, index in result.at.items()
          if axis not in flat}  # fmt: skip
    return Patch(base, block, at)


def _matrices(left: Array | Patch, right: Array | Patch, base: Array) -> Patch:
    at: Places
    if isinstance(left, Patch) and isinstance(right, Patch):  # rows and columns: all can differ
        return Patch(base, product(left.whole(), right.whole()), {})
    if isinstance(left, Patch):
        at = {axis: index for axis, index in left.at.items() if axis == 0}
        if 1 not in left.at:
            return Patch(base, product(left.block, _base(right)), at)
        return _stepped(base, at, left.change, taken(_base(right), {0: left.at[1]}))
    assert isinstance(right, Patch)
    at = {axis: index for axis, index in right.at.items() if axis == 1}
    if 0 not in right.at:
        return Patch(base, product(left, right.block), at)
    return _stepped(base, at, taken(left, {1: right.at[0]}), right.change)


def _stepped(base: Array, at: Places, column: Array, row: Array) -> Patch:
    """Add what a change of one inner index adds: a column times a row."""
    block = times(column, row)
    if np.iscomplexobj(block):
        block.real += taken(base, at)
    else:
        block += taken(base, at)
    return Patch(base, block, at)


def _as_matrix(operand: Array | Patch, axis: int) -> Array | Patch:
    if _base(operand).ndim != 1:
        return operand
    if not isinstance(operand, Patch):
        return np.expand_dims(operand, axis)
    at = {own + 1 - axis: index for own, index in operand.at.items()}
    return Patch(np.expand_dims(operand.base, axis), np.expand_dims(operand.block, axis + 1), at)


def _base(operand: Array | Patch) -> Array:
    return operand.base if isinstance(operand, Patch) else operand
