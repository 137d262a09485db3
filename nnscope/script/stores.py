"""Parts of arrays that are read or changed by other indices than whole numbers and slices.

Each is said in the language by an array beside it, with the very same bits: of ones where a cell
is chosen, or of what is added where.
"""

from typing import Any

import numpy as np

from nnscope.expression.number_types import DOUBLE, SINGLE
from nnscope.expression.syntax import Binary, Call, Expression, Name

CHOSEN: Expression = Call("np.sum", (Binary("*", Name("_0"), Name("_1")),), (("axis", 1),))
"""One cell of each row: the sum of the row, with all others times 0."""

MASKED: Expression = Call("np.where", (Name("_0"), Name("_1"), Name("_2")))
"""`array[mask] = value`, of the mask, the value and the array."""


def masked(sign: str) -> Expression:
    """Say `array[mask] op= value`, of the mask, the array and the value."""
    return Call("np.where", (Name("_0"), Binary(sign, Name("_1"), Name("_2")), Name("_1")))


def is_mask(array: Any, key: Any) -> bool:
    """Tell whether an index is a truth value for each cell."""
    return isinstance(key, np.ndarray) and key.dtype == bool and key.shape == np.shape(array)


def chosen(array: Any, key: Any, result: Any) -> Any:
    """Give ones at the cells that `array[range(N), columns]` reads; None for any other index."""
    if not (isinstance(key, tuple) and len(key) == 2 and np.ndim(array) == 2):
        return None
    if array.dtype not in (SINGLE, DOUBLE) or np.shape(result) != array.shape[:1]:
        return None
    rows = np.asarray(key[0])
    if rows.shape != result.shape or not np.array_equal(rows, np.arange(len(array))):
        return None
    ones = np.zeros(array.shape, array.dtype)
    ones[key] = 1.0
    return ones if _same(np.sum(array * ones, axis=1), result) else None


def spread(sign: str, before: Any, key: Any, value: Any, after: Any) -> Any:
    """Give an array of what `array[key] += value` adds to each cell; None where that differs."""
    if sign not in ("+", "-") or after.dtype not in (SINGLE, DOUBLE):
        return None
    added = np.zeros(after.shape, after.dtype)
    added[key] = value
    changed = before + added if sign == "+" else before - added
    return added if _same(changed, after) else None


def _same(a: Any, b: Any) -> bool:
    return bool(a.shape == b.shape and a.tobytes() == b.tobytes())
