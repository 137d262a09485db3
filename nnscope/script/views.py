"""Views: arrays that live in the memory of another, and what changing a part of one makes of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.expression.number_types import DOUBLE, SINGLE, WHOLE
from nnscope.expression.syntax import Call, Expression, Index, Items, Name, Slice, Transpose

_OLD, _PART = Name("_0"), Name("_1")
_SHAPED = ("np.reshape", "np.squeeze")
_EXACT = (DOUBLE, SINGLE, WHOLE, np.dtype(bool))


class View(Struct, frozen=True, eq=False):
    """How an array lies in another: `template` takes it from the `parent`, which is `_0` in it.

    `site` is where in the source it was taken.
    """

    parent: NDArray[Any]
    template: Expression
    site: int


def view(
    site: int, template: Expression | None, values: Sequence[Any], result: object
) -> View | None:
    """Tell how a result lies in the memory of what it was taken from; None where it does not."""
    if not isinstance(result, np.ndarray) or result.base is None or not _takes(template):
        return None
    parent = values[0]
    is_view = isinstance(parent, np.ndarray) and np.may_share_memory(parent, result)
    return View(parent, template, site) if is_view and template is not None else None


def _takes(template: Expression | None) -> bool:
    match template:
        case Index() | Transpose():
            return True
        case Call(name):
            return name in _SHAPED
    return False


def written_back(way: View) -> Expression | None:
    """Write what a parent is when a view of it has changed: `_0` is what it was, `_1` the view."""
    match way.template:
        case Transpose():
            return Transpose(_PART)
        case Index(_, items):
            return replaced(items, way.parent.shape)
    return shaped(_PART, way.parent.shape)


def replaced(items: Items, shape: tuple[int, ...]) -> Expression | None:
    """Write an array of a `shape` with one part replaced: `_0` is what it was, `_1` the new part.

    The part has the shape that `items` takes; None for one whose cells are not side by side.
    """
    whole = (*items, *(Slice(None, None, None) for _ in shape[len(items) :]))
    ranges = [_range(item, length) for item, length in zip(whole, shape, strict=False)]
    if len(whole) != len(shape) or None in ranges:
        return None
    known = [each for each in ranges if each is not None]
    has_number = any(isinstance(item, int) for item in items)
    kept = tuple(stop - start for start, stop in known)
    return _joined(_OLD, shaped(_PART, kept) if has_number else _PART, known, shape, 0)


def _joined(
    old: Expression,
    part: Expression,
    ranges: Sequence[tuple[int, int]],
    shape: tuple[int, ...],
    axis: int,
) -> Expression:
    """Put what stays on both sides of a part around it, axis by axis."""
    if axis == len(shape):
        return part
    start, stop = ranges[axis]
    if (start, stop) == (0, shape[axis]):
        return _joined(old, part, ranges, shape, axis + 1)
    inner = _joined(_cut(old, axis, start, stop), part, ranges, shape, axis + 1)
    before = [_cut(old, axis, 0, start)] if start else []
    after = [_cut(old, axis, stop, shape[axis])] if stop < shape[axis] else []
    return one_behind_the_other([*before, inner, *after], axis)


def one_behind_the_other(parts: Sequence[Expression], axis: int) -> Expression:
    """Join parts along an axis."""
    joined = parts[0]
    for each in parts[1:]:
        joined = Call("np.concatenate", (joined, each), (("axis", axis),))
    return joined


def _cut(old: Expression, axis: int, start: int, stop: int) -> Expression:
    whole = (Slice(None, None, None),) * axis
    return Index(old, (*whole, Slice(start, stop, None)))


def _range(item: int | Slice, length: int) -> tuple[int, int] | None:
    """Give the first cell along an axis, and the one behind the last; None where some are left."""
    if isinstance(item, int):
        return item % length, item % length + 1
    start, stop, step = slice(item.start, item.stop, item.step).indices(length)
    return (start, max(start, stop)) if step == 1 else None


def shaped(part: Expression, shape: tuple[int, ...]) -> Expression:
    """Write a part in another shape."""
    return Call("np.reshape", (part,), (("shape", shape),))


def copies(arrays: Sequence[NDArray[Any]], root: object) -> list[NDArray[Any]]:
    """Copy arrays that live in the buffer of `root`: several of them by one copy of that."""
    is_whole = isinstance(root, np.ndarray) and (root.flags.c_contiguous or root.flags.f_contiguous)
    if len(arrays) < 2 or not is_whole or not isinstance(root, np.ndarray):
        return [each.copy(order="K") for each in arrays]
    first, copy = _address(root), root.copy(order="K")
    return [np.ndarray(each.shape, each.dtype, copy.data, _address(each) - first, each.strides)
            for each in arrays]  # fmt: skip


def _address(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])


def is_exact(array: NDArray[Any], value: Any) -> bool:
    """Tell whether storing a value in an array leaves its numbers, or rounds them to float32."""
    kind = np.asarray(value).dtype
    return array.dtype in _EXACT and kind in _EXACT and array.dtype in (kind, DOUBLE, SINGLE)
