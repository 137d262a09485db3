"""Parts of arrays that are read or changed by other indices than whole numbers and slices.

Each is said in the language by an array beside it, with the very same bits: of ones where a cell
is chosen, or of what is added where.
"""

import math
from typing import Any

import numpy as np

from nnscope.expression.number_types import DOUBLE, SINGLE
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Items,
    Name,
    Slice,
    substitute,
)
from nnscope.script import views

CHOSEN: Expression = Call("np.sum", (Binary("*", Name("_0"), Name("_1")),), (("axis", 1),))
"""One cell of each row: the sum of the row, with all others times 0."""

Change = tuple[Expression, tuple[Any, ...]]
"""What an array is after a store, and the operands of that: the array, the value, a mask."""

_OLD, _VALUE, _MASK = Name("_0"), Name("_1"), Name("_2")


def stored(array: Any, key: Any, value: Any) -> Change | None:
    """Say `array[key] = value` in the language; None where it can't be said."""
    items, shape = items_of(key), np.shape(array[key])
    is_whole = shape == _both(shape, np.shape(value)) and np.size(value) == math.prod(shape)
    if (
        items is not None
        and is_whole
        and not _is_written_down(value)
        and views.is_exact(array, value)
    ):
        whole = views.replaced(items, array.shape)
        part = {"_1": _VALUE if np.shape(value) == shape else views.shaped(_VALUE, shape)}
        return None if whole is None else (substitute(whole, part), (array, value))
    return _masked(_VALUE, array, key, value)


def added(sign: str, array: Any, key: Any, value: Any) -> Change | None:
    """Say `array[key] op= value` in the language; None where it can't be said."""
    items, shape = items_of(key), np.shape(array[key])
    is_whole = shape == _both(shape, np.shape(value)) and array.dtype in (DOUBLE, SINGLE)
    if items is not None and is_whole and not _is_written_down(value):
        whole, old = views.replaced(items, array.shape), Index(_OLD, items)
        now = {"_1": Binary(sign, old, _VALUE)}
        return None if whole is None else (substitute(whole, now), (array, value))
    return _masked(Binary(sign, _OLD, _VALUE), array, key, value) if is_mask(array, key) else None


def _is_written_down(value: Any) -> bool:
    """Tell whether a value is a whole number: then only where it is stored may change."""
    return isinstance(value, int)


def _both(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...] | None:
    try:
        return np.broadcast_shapes(first, second)
    except ValueError:
        return None


def _masked(now: Expression, array: Any, key: Any, value: Any) -> Change | None:
    """Say what all the cells are that a key chooses, which become the same number."""
    if np.ndim(value) or not views.is_exact(array, value):
        return None
    mask = key
    if not is_mask(array, key):
        mask = np.zeros(array.shape, dtype=bool)
        mask[key] = True
    return Call("np.where", (_MASK, now, _OLD)), (array, value, mask)


def items_of(key: Any) -> Items | None:
    """Write an index in the language, which has whole numbers and slices."""
    found: list[int | Slice] = []
    for each in key if isinstance(key, tuple) else (key,):
        if isinstance(each, int | np.integer) and not isinstance(each, bool):
            found.append(int(each))
        elif isinstance(each, slice):
            found.append(Slice(each.start, each.stop, each.step))
        else:
            return None
    return tuple(found)


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
