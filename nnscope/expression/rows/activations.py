"""Activations: what they compute, as textbooks print it, the same for complex numbers, their rows.

See `nnscope.expression.complex_forms` for what the complex form of a function has to be.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression import complex_forms as at
from nnscope.expression import kinks
from nnscope.expression.operation import Binding, Kind, Operation

Array = NDArray[Any]


def sigmoid(z: Array) -> Array:
    """Map any real number into (0, 1): 1 / (1 + e^-z). Shape as `z`.

    This is the formula as textbooks print it, so that a student's own gives the same bits. For a
    very negative z, e^-z is inf and the result 0, which is right to within 1e-308; the engine
    evaluates with NumPy's overflow warning off for that reason.
    """
    return 1 / (1 + np.exp(-z))


def _sigmoid_at_complex(z: Array) -> Array:
    """Map into (0, 1), in the form 1/2 + tanh(z/2)/2 split into its parts. Shape as `z`."""
    x, tangent = np.real(z), np.tan(np.imag(z) / 2)
    small = np.exp(-np.abs(x))
    t = np.copysign((1 - small) / (1 + small), x)
    slope = 2 * small / np.square(1 + small)  # (1 - t²) / 2, without its cancellation
    below = 1 + np.square(t * tangent)
    real = 1 / (1 + np.exp(-x)) * (1 + t * np.square(tangent))
    return at.joined(real / below, slope * tangent / below)


def relu(z: Array) -> Array:
    """Keep what is positive and put 0 for the rest. Shape as `z`."""
    return np.maximum(z, 0)


def _relu_at_complex(z: Array) -> Array:
    """Keep what has a positive real part and put 0 for the rest. Shape as `z`."""
    return np.where(np.real(z) > 0, z, 0)[()]


def leaky_relu(z: Array, slope: float) -> Array:
    """Keep what is positive and multiply the rest by `slope`. Shape as `z`."""
    return np.where(z > 0, z, slope * z)


def _leaky_relu_at_complex(z: Array, slope: Array) -> Array:
    """Keep what has a positive real part and multiply the rest by `slope`. Shape as `z`."""
    return np.where(np.real(z) > 0, z, slope * z)[()]


def softplus(z: Array) -> Array:
    """Smooth the corner of ReLU: ln(1 + e^z), written so that nothing overflows. Shape as `z`."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _softplus_at_complex(z: Array) -> Array:
    """Take ln(1 + e^z), split into its parts, with e^-|x| so that nothing overflows."""
    x, y = np.real(z), np.imag(z)
    small = np.exp(-np.abs(x))
    turn = np.log1p(-2 * small * (1 - np.cos(y)) / np.square(1 + small)) / 2
    ahead, aside = np.where(x > 0, small, 1), np.where(x > 0, 1, small)
    angle = np.arctan2(aside * np.sin(y), ahead + aside * np.cos(y))
    return at.joined(np.maximum(x, 0) + np.log1p(small) + turn, angle)


def softmax(z: Array, axis: int) -> Array:
    """Turn scores into probabilities that sum to one along `axis`. Shape as `z`.

    The largest score is subtracted first: the result is the same, and no exponential overflows
    (Goodfellow, Bengio and Courville, Deep Learning, section 4.1).
    """
    exponentials = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return exponentials / np.sum(exponentials, axis=axis, keepdims=True)  # type: ignore[no-any-return]


def _softmax_at_complex(z: Array, axis: int) -> Array:
    """Turn scores into what sums to one along `axis`; the largest real part is subtracted."""
    exponentials = at.exp(z - np.max(np.real(z), axis=axis, keepdims=True))
    return np.asarray(exponentials / np.sum(exponentials, axis=axis, keepdims=True))


_SHIFTED = "np.exp(x - np.max(x, axis=axis, keepdims=True))"
_SOFTMAX = f"{_SHIFTED} / np.sum({_SHIFTED}, axis=axis, keepdims=True)"

SIGMOID = Operation(
    name="sigmoid",
    kind=Kind.ELEMENTWISE,
    call=sigmoid,
    at_complex=_sigmoid_at_complex,
    vjp=("g * (y * (1 - y))",),
    slope="that of 1 / (1 + e^-x) is e^-x / (1 + e^-x)², which is y times e^-x / (1 + e^-x), "
    "and the latter is 1 - y",
    symbol="σ({0})",
    meaning="1 / (1 + e^-x)",
    formula="1 / (1 + e^-{0})",
    expansion="1 / (1 + np.exp(-x))",
)

ACTIVATIONS: tuple[Operation, ...] = (
    SIGMOID,
    Operation(
        name="relu",
        kind=Kind.ELEMENTWISE,
        call=relu,
        at_complex=_relu_at_complex,
        vjp=("g * (x > 0)",),
        slope="for x > 0 relu(x) is x itself, a line of slope 1; below it is flat",
        side=kinks.positive,
        symbol="relu({0})",
        meaning="x where x > 0, else 0",
        formula="max(0, {0})",
        expansion="np.maximum(x, 0)",
    ),
    Operation(
        name="leaky_relu",
        kind=Kind.ELEMENTWISE,
        call=leaky_relu,
        operands=2,
        at_complex=_leaky_relu_at_complex,
        vjp=("g * np.where(a > 0, 1, b)", "g * np.where(a > 0, 0, a)"),
        slope="for x > 0 it is x itself, of slope 1; below it is slope * x",
        side=kinks.positive,
        symbol="leaky_relu({0}, {1})",
        meaning="x where x > 0, else slope * x",
        formula="{0} where {0} > 0, else {1} · {0}",
    ),
    Operation(
        name="softplus",
        kind=Kind.ELEMENTWISE,
        call=softplus,
        at_complex=_softplus_at_complex,
        vjp=("g * sigmoid(x)",),
        slope="that of ln(1 + e^x) is e^x / (1 + e^x)",
        symbol="softplus({0})",
        meaning="ln(1 + e^x)",
        formula="ln(1 + e^{0})",
        expansion="np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))",
        activation="Dugas and others 2001",
        least=0,
    ),
    Operation(
        name="softmax",
        kind=Kind.ALONG_AXIS,
        call=softmax,
        options=("axis",),
        needed=("axis",),
        at_complex=_softmax_at_complex,
        vjp=("y * (g - np.sum(g * y, axis=axis, keepdims=True))",),
        diagonal="y * (1 - y)",
        needs_cells=True,
        symbol="softmax({0})",
        meaning="e^x divided by the sum of all e^x along the axis",
        formula="e^{own} / ({0})",
        formula_binding=Binding.PRODUCT,
        term="e^{0}",
        addend=np.exp,
        expansion=_SOFTMAX,
        by_sums=_SOFTMAX,
    ),
    Operation(
        name="np.tanh",
        kind=Kind.ELEMENTWISE,
        call=np.tanh,
        at_complex=at.tanh,
        vjp=("g * (1 - y ** 2)",),
        slope="with u = e^x - e^-x and v = e^x + e^-x, tanh is u / v, u' is v and v' is u, so the "
        "quotient rule gives (v v - u u) / v² = 1 - (u / v)²",
        symbol="tanh({0})",
        meaning="(e^x - e^-x) / (e^x + e^-x)",
        formula="(e^{0} − e^-{0}) / (e^{0} + e^-{0})",
    ),
)
