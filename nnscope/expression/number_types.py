"""The types of numbers: 64 bits everywhere, unless a program has 32."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnscope.expression.evaluate import Value, freeze

NumberType = np.dtype[Any]

SINGLE, DOUBLE, WHOLE = (np.dtype(each) for each in (np.float32, np.float64, np.int64))
_CARRIED = (SINGLE, WHOLE)


def carried_type(start: Value) -> NumberType:
    """Give the type that a carried value keeps: the one that it starts with.

    That is float32 or int64; what starts as anything else, such as truth values, is carried on as
    float64.
    """
    own = np.asarray(start).dtype
    return own if own in _CARRIED else DOUBLE


def number_type(value: Value) -> NumberType:
    """Give the type in which numbers that go with a value are held: float32 beside float32."""
    return SINGLE if np.asarray(value).dtype == SINGLE else DOUBLE


def of_type(value: Any, kind: NumberType) -> Value:
    """Hold a number or an array in a type; an array is read-only, a number is NumPy's."""
    array = np.asarray(value, dtype=kind)
    return freeze(array if array is not value else array.view()) if array.ndim else array[()]


def widened(values: Mapping[str, Value]) -> dict[str, Value]:
    """Hold every float32 among values as float64: the same number, computed on in 64 bits."""
    return {
        name: of_type(value, DOUBLE) if np.asarray(value).dtype == SINGLE else value
        for name, value in values.items()
    }


def has_single(values: Mapping[str, Value]) -> bool:
    """Tell whether any of the values has 32 bits."""
    return any(np.asarray(value).dtype == SINGLE for value in values.values())


def told_type(value: Value) -> str:
    """Name the type of NumPy's numbers where that is not float64.

    It is empty otherwise, and for truth values and Python's own numbers.
    """
    kind = value.dtype if isinstance(value, np.ndarray | np.generic) else DOUBLE
    return "" if kind == DOUBLE or kind.kind == "b" else str(kind)
