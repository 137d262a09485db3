"""NumPy's functions for complex numbers, as the complex step needs them.

J(x + ih) has the derivative J'(x) in its imaginary part, over h, and for a tiny h no digit is lost
to a difference (Squire and Trapp, SIAM Review 40, 1998; Martins, Sturdza and Alonso, ACM TOMS 29,
2003). That holds where every function is the analytic continuation of the real one. Here are
those for which NumPy's own is not, or is not exact: what chooses between branches decides by the
real part, nothing overflows that would not overflow for real numbers, and the real part is, bit
for bit, what the ordinary function gives for an h that is small beside it.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def tanh(z: Array) -> Array:
    """Map into (-1, 1): (t + iT) / (1 + itT) with t = tanh x, T = tan y. Shape as `z`."""
    x, tangent = np.real(z), np.tan(np.imag(z))
    small, t = np.exp(-2 * np.abs(x)), np.tanh(x)
    slope = 4 * small / np.square(1 + small)  # 1 - t², without its cancellation
    below = 1 + np.square(t * tangent)
    return joined(t * (1 + np.square(tangent)) / below, slope * tangent / below)


def exp(z: Array) -> Array:
    """Take e to the power z: e^x (cos y + i sin y). Shape as `z`."""
    size, y = np.exp(np.real(z)), np.imag(z)
    return joined(size * np.cos(y), size * np.sin(y))


def log(z: Array) -> Array:
    """Take the natural logarithm; nan for a negative real part, as for real numbers."""
    x, y = np.real(z), np.imag(z)
    return joined(np.log(x), np.arctan2(y, x))


def log1p(z: Array) -> Array:
    """Take ln(1 + z); nan for a real part below -1, as for real numbers."""
    x, y = np.real(z), np.imag(z)
    return joined(np.log1p(x), np.arctan2(y, 1 + x))


def sqrt(z: Array) -> Array:
    """Take the root; nan for a negative real part, as for real numbers, and 0 at 0."""
    x = np.real(z)
    return np.asarray(np.where(x > 0, np.sqrt(np.asarray(z, complex)), np.sqrt(x)))[()]


def power(z: Array, exponent: complex) -> Array:
    """Raise to a power; a fractional one of a negative real part is nan, as for real numbers."""
    x = np.real(z)
    if np.iscomplexobj(exponent):
        return _complex_power(z, complex(exponent))
    if float(np.real(exponent)).is_integer() or not np.iscomplexobj(z):
        return np.asarray(z**exponent)[()]
    return np.where(x > 0, np.asarray(z, complex) ** exponent, x**exponent)[()]


def powers(z: Array, exponents: Array) -> Array:
    """Raise each cell to a power of its own, as `power` does."""
    if np.iscomplexobj(exponents):
        return _complex_power(z, np.asarray(exponents, complex))
    if not np.iscomplexobj(z):
        return np.asarray(np.power(z, exponents))[()]
    x, whole = np.real(z), np.asarray(exponents) == np.floor(exponents)
    return np.where(whole | (x > 0), np.power(z, exponents), np.power(x, exponents))[()]


def _complex_power(z: Array, exponent: Any) -> Array:
    """Take e to the power (c + id) ln z, whose size is |z|^c e^(-d arg z)."""
    size, angle = np.hypot(np.real(z), np.imag(z)), np.arctan2(np.imag(z), np.real(z))
    whole = size**exponent.real * np.exp(-exponent.imag * angle)
    turned = exponent.real * angle + exponent.imag * np.log(size)
    return joined(whole * np.cos(turned), whole * np.sin(turned))


def absolute(z: Array) -> Array:
    """Turn the sign where the real part is negative; the slope at 0 is taken as 0."""
    return np.asarray(z * np.sign(np.real(z)))[()]


def sign(z: Array) -> Array:
    """Give the sign of the real part."""
    return np.asarray(np.sign(np.real(z)))[()]


def maximum(a: Array, b: Array) -> Array:
    """Take the one with the larger real part, the second where they are equal."""
    first = (np.real(a) > np.real(b)) | np.isnan(np.real(a))
    return np.where(first, a, b)[()]


def minimum(a: Array, b: Array) -> Array:
    """Take the one with the smaller real part, the second where they are equal."""
    first = (np.real(a) < np.real(b)) | np.isnan(np.real(a))
    return np.where(first, a, b)[()]


def where(condition: Array, a: Array, b: Array) -> Array:
    """Choose by the real part of the condition."""
    return np.where(np.real(condition), a, b)[()]


def largest(z: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """Take the cell with the largest real part along an axis, or of all."""
    return _picked(z, np.argmax(np.real(z), axis=axis, keepdims=True), axis, keepdims)


def smallest(z: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """Take the cell with the smallest real part along an axis, or of all."""
    return _picked(z, np.argmin(np.real(z), axis=axis, keepdims=True), axis, keepdims)


def norm(z: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """Take the root of the sum of squares, not of |z|², which would lose what is sought."""
    total = np.sum(np.square(z), axis=axis, keepdims=keepdims)
    length = np.sum(np.square(np.real(z)), axis=axis, keepdims=keepdims)
    return np.asarray(np.where(length > 0, sqrt(total), np.sqrt(length)))[()]


def variance(z: Array, axis: int | None = None, ddof: int = 0, keepdims: bool = False) -> Array:
    """Take the mean of the squares of what differs from the mean, not of |z|²."""
    off = z - np.mean(z, axis=axis, keepdims=True)
    total = np.sum(np.square(off), axis=axis, keepdims=keepdims)
    return np.asarray(total / (np.size(z, axis) - ddof))[()]


def deviation(z: Array, axis: int | None = None, ddof: int = 0, keepdims: bool = False) -> Array:
    """Take the root of the variance; the slope where all cells are equal is taken as 0."""
    return sqrt(variance(z, axis, ddof, keepdims))


def clip(z: Array, low: Array, high: Array) -> Array:
    """Keep the real part within two bounds; at a bound it is the bound that counts."""
    return minimum(maximum(z, low), high)


def either_way(function: Any) -> Any:
    """Make a question about numbers (isnan, any, all) one about their real parts."""

    def asked(z: Array, **options: Any) -> Any:
        return function(np.real(z), **options)

    return asked


def both(a: Any, b: Any) -> Any:
    """Do what `and` does, by the real part: the second if the first holds, else the first."""
    return b if np.real(a) else a


def either(a: Any, b: Any) -> Any:
    """Do what `or` does, by the real part: the first if it holds, else the second."""
    return a if np.real(a) else b


def by_real(function: Any) -> Any:
    """Make a comparison, or `not`, one of the real parts."""

    def compared(*operands: Any) -> Any:
        return function(*map(np.real, operands))

    return compared


def namespace(forms: dict[str, Any]) -> dict[str, Any]:
    """Lay functions out by their dotted names, as the compiled lines look them up."""
    plain = {name: form for name, form in forms.items() if "." not in name}
    short = {name.removeprefix("np."): form for name, form in forms.items() if name[:3] == "np."}
    linalg = SimpleNamespace(**{
        name.removeprefix("linalg."): form for name, form in short.items() if "." in name
    })  # fmt: skip
    flat = {name: form for name, form in short.items() if "." not in name}
    np_ = SimpleNamespace(**flat, linalg=linalg)
    of_python = {module: _module(module, forms) for module in ("math", "builtins")}
    return {"__builtins__": {}, "np": np_, **of_python, **plain}


def _module(module: str, forms: dict[str, Any]) -> SimpleNamespace:
    names = {name: name.removeprefix(f"{module}.") for name in forms}
    return SimpleNamespace(**{
        short: forms[name] for name, short in names.items() if short != name
    })  # fmt: skip


def joined(real: Array, imaginary: Array) -> Array:
    """Put both parts together. Shape as both."""
    value = np.empty(np.shape(real), complex)
    value.real, value.imag = real, imaginary
    return np.asarray(value)[()]


def _picked(z: Array, place: Array, axis: int | None, keepdims: bool) -> Array:
    array = np.asarray(z)
    if axis is None:
        picked = array.reshape(-1)[place.ravel()[0]]
        return np.full((1,) * array.ndim, picked) if keepdims else picked
    picked = np.take_along_axis(array, place, axis)
    return picked if keepdims else np.asarray(np.squeeze(picked, axis))[()]
