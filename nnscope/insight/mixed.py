"""Arithmetic of complex with real arrays, part by part: half the work, and no nan from inf * 0."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def times(a: Array, b: Array) -> Array:
    """Multiply cell by cell."""
    if np.iscomplexobj(a) == np.iscomplexobj(b):
        return np.asarray(a * b)
    z, real = (a, b) if np.iscomplexobj(a) else (b, a)
    if real.shape[-1:] == (1,) and z.flags.c_contiguous and z.ndim:
        return np.asarray(real * z.view(np.float64)).view(np.complex128)
    return _parts(np.multiply, z, real)


def over(a: Array, b: Array) -> Array:
    """Divide cell by cell."""
    if np.iscomplexobj(b) or not np.iscomplexobj(a):
        return np.asarray(a / b)
    return _parts(np.divide, a, b)


def product(a: Array, b: Array) -> Array:
    """Multiply stacks of matrices, (..., r, n) @ (..., n, c)."""
    if np.iscomplexobj(a) == np.iscomplexobj(b):
        return np.asarray(a @ b)
    if np.iscomplexobj(b) and b.flags.c_contiguous:
        return np.asarray(a @ b.view(np.float64)).view(np.complex128)
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    result = np.empty((*stack, a.shape[-2], b.shape[-1]), np.complex128)
    if np.iscomplexobj(a):
        result.real, result.imag = a.real @ b, a.imag @ b
    else:
        result.real, result.imag = a @ b.real, a @ b.imag
    return result


def _parts(operation: np.ufunc, z: Array, real: Array) -> Array:
    result = np.empty(np.broadcast_shapes(z.shape, real.shape), np.complex128)
    operation(z.real, real, out=result.real)
    operation(z.imag, real, out=result.imag)
    return result
