"""Calls that put cells in another shape, or together, by the few such functions of the language.

Each gives the operation, its operands named by their numbers, and the operands; None where the
language can't say it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nnscope.expression.syntax import Call, Expression, Name, substitute
from nnscope.script.tape import inside
from nnscope.script.views import one_behind_the_other

Template = tuple[Expression, tuple[Any, ...]]
"""An operation whose operands are named by their numbers, and the operands."""

_MOST_PARTS = 64
_EXACT = (np.float64, np.int64, np.bool_, float)


def _shaped(part: Expression, value: Any, shape: Sequence[int]) -> Expression:
    if np.shape(value) == tuple(shape):
        return part
    return Call("np.reshape", (part,), (("shape", tuple(int(each) for each in shape)),))


def reshaped(name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Template | None:
    """Say `ravel`, `flatten`, `expand_dims` and `atleast_2d` by the shape that they give."""
    array = arguments[0]
    if name in ("ravel", "flatten"):
        is_plain = len(arguments) == 1 and not options and isinstance(array, np.ndarray)
        return (_shaped(Name("_0"), array, (array.size,)), (array,)) if is_plain else None
    shape = np.shape(getattr(np, name)(*arguments, **options))
    return _shaped(Name("_0"), array, shape), (array,)


def joined(name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Template | None:
    """Say what puts arrays together by `concatenate`: each in the shape that it gets for that."""
    if name == "append":
        arguments = ((arguments[0], arguments[1]), *arguments[2:])
    axis = options.get("axis", arguments[1] if len(arguments) > 1 else None)
    parts = arguments[0] if isinstance(arguments[0], list | tuple) else ()
    is_plain = {*options} <= {"axis"} and all(map(_is_number, parts))
    if not is_plain or not 0 < len(parts) <= _MOST_PARTS:
        return None
    told = _SHAPES[name](parts, axis)
    if told is None:
        return None
    axis, shapes = told
    return _joined(parts, shapes, axis), tuple(parts)


def _joined(parts: Sequence[Any], shapes: Sequence[Sequence[int]], axis: int) -> Expression:
    pairs = enumerate(zip(parts, shapes, strict=True))
    told = [_shaped(Name(f"_{number}"), part, shape) for number, (part, shape) in pairs]
    return one_behind_the_other(told, axis)


def _is_number(value: Any) -> bool:
    return isinstance(value, (np.ndarray, *_EXACT)) and np.asarray(value).dtype in _EXACT


Shapes = tuple[int, list[tuple[int, ...]]]
"""The axis along which arrays are joined, and the shape that each has for that."""


def _concatenate(parts: Sequence[Any], axis: int | None) -> Shapes | None:
    return axis or 0, [np.shape(each) for each in parts]


def _append(parts: Sequence[Any], axis: int | None) -> Shapes | None:
    if axis is None:
        return 0, [(int(np.size(each)),) for each in parts]
    return _concatenate(parts, axis)


def _hstack(parts: Sequence[Any], _axis: int | None) -> Shapes | None:
    shapes = [np.shape(np.atleast_1d(each)) for each in parts]
    return min(1, len(shapes[0]) - 1), shapes


def _vstack(parts: Sequence[Any], _axis: int | None) -> Shapes | None:
    return 0, [np.shape(np.atleast_2d(each)) for each in parts]


def _column_stack(parts: Sequence[Any], _axis: int | None) -> Shapes | None:
    return 1, [np.shape(each) if np.ndim(each) > 1 else (np.size(each), 1) for each in parts]


def _stack(parts: Sequence[Any], axis: int | None) -> Shapes | None:
    """Put arrays of one shape along a new axis."""
    at = (axis or 0) % (np.ndim(parts[0]) + 1)
    shape = np.shape(parts[0])
    return at, [(*shape[:at], 1, *shape[at:]) for _ in parts]


_SHAPES: dict[str, Callable[[Sequence[Any], int | None], Shapes | None]] = {
    "concatenate": _concatenate, "append": _append, "hstack": _hstack, "vstack": _vstack,
    "column_stack": _column_stack, "stack": _stack, "array": _stack,
}  # fmt: skip

JOINING = {*_SHAPES} - {"array"}
"""What puts several arrays together."""

RESHAPING = {"ravel", "flatten", "expand_dims", "atleast_1d", "atleast_2d"}
"""What gives the same cells another shape."""


def with_lists(found: Template, is_computed: Callable[[object], bool]) -> Template | None:
    """Say an operation whose operands may be lists of what was computed, as arrays of these."""
    by, values = dict[str, Expression](), list[Any]()
    for number, value in enumerate(found[1]):
        told: Template | None = (Name("_0"), (value,))
        if isinstance(value, list | tuple) and any(map(is_computed, inside(value))):
            told = joined("array", (value,), {}) if _is_even(value) else None
        if told is None:
            return None
        moved: dict[str, Expression] = {
            f"_{each}": Name(f"_{len(values) + each}") for each in range(len(told[1]))
        }
        by[f"_{number}"] = substitute(told[0], moved)
        values += told[1]
    return substitute(found[0], by), tuple(values)


def _is_even(parts: Sequence[Any]) -> bool:
    is_plain = not any(isinstance(each, list | tuple) for each in parts)
    return is_plain and len({np.shape(each) for each in parts}) == 1


def of_list(parts: Any) -> Template | None:
    """Say `np.array([a, b])`, of numbers or arrays of one shape; not of numbers written down."""
    if not isinstance(parts, list | tuple) or not any(isinstance(each, np.ndarray | np.number)
                                                       for each in parts):  # fmt: skip
        return None
    return joined("array", (parts,), {}) if _is_even(parts) else None
