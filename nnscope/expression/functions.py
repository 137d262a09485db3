"""The functions of the language: one table, a row each.

To add a function, add its row. Everything that reads expressions (evaluation, shapes, typesetting,
explaining a cell) takes what it needs from here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression import complex_forms as at
from nnscope.expression import sides

Array = NDArray[Any]


class Kind(Enum):
    """How the cells of a result depend on the cells of the arguments; this decides the shape."""

    ELEMENTWISE = "each cell from the same cell of every argument"
    REDUCTION = "one cell from all the cells along an axis"
    ALONG_AXIS = "each cell from all the cells along its axis"
    PRODUCT = "each cell from a row and a column"


@dataclass(frozen=True, slots=True)
class Function:
    """One function that an expression may call.

    `symbol` is its mathematical form, with `{0}`, `{1}` for the arguments; `derivative` is the
    derivative with respect to the first argument `x`, in terms of `x` and the result `y`.
    `expansion` is the function in simpler ones, with the very same bits, where there is one.
    `formula` works a cell out by hand, with `{0}`, `{1}` for the numbers of the arguments. Where
    numbers are added up, `term` is how each one enters the sum and `addend` computes that; `{0}` of
    the formula is then the sum, `{count}` how many they are, and `{own}` the cell's own number.
    `at_complex` is the form for complex numbers where NumPy's own is not right; `side` tells, for a
    function with kinks, which of its branches each cell is on.
    """

    name: str
    kind: Kind
    call: Callable[..., Any]
    symbol: str
    meaning: str
    arguments: tuple[int, int] = (1, 1)
    options: tuple[str, ...] = ()
    derivative: str = ""
    expansion: str = ""
    formula: str = ""
    term: str = ""
    addend: Callable[[Array], Array] | None = None
    at_complex: Callable[..., Any] | None = None
    side: Callable[..., Any] | None = None


def sigmoid(z: Array) -> Array:
    """Map any real number into (0, 1): 1 / (1 + e^-z). Shape as `z`.

    This is the formula as textbooks print it, so that a student's own gives the same bits. For a
    very negative z, e^-z is inf and the result 0, which is right to within 1e-308; the engine
    evaluates with NumPy's overflow warning off for that reason.
    """
    return 1 / (1 + np.exp(-z))


def relu(z: Array) -> Array:
    """Keep what is positive and put 0 for the rest. Shape as `z`."""
    return np.maximum(z, 0)


def leaky_relu(z: Array, slope: float) -> Array:
    """Keep what is positive and multiply the rest by `slope`. Shape as `z`."""
    return np.where(z > 0, z, slope * z)


def softmax(z: Array, axis: int) -> Array:
    """Turn scores into probabilities that sum to one along `axis`. Shape as `z`.

    The largest score is subtracted first: the result is the same, and no exponential overflows
    (Goodfellow, Bengio and Courville, Deep Learning, section 4.1).
    """
    exponentials = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return exponentials / np.sum(exponentials, axis=axis, keepdims=True)  # type: ignore[no-any-return]


_AXES = ("axis", "keepdims")
_CELL, _REDUCE, _ALONG = Kind.ELEMENTWISE, Kind.REDUCTION, Kind.ALONG_AXIS
_PRODUCT = Kind.PRODUCT

_ROWS = (
    Function("sigmoid", _CELL, sigmoid, "σ({0})", "1 / (1 + e^-x)", derivative="y * (1 - y)",
             expansion="1 / (1 + np.exp(-x))", formula="1 / (1 + e^-{0})",
             at_complex=at.sigmoid),
    Function("relu", _CELL, relu, "relu({0})", "x where x > 0, else 0", derivative="x > 0",
             expansion="np.maximum(x, 0)", formula="max(0, {0})",
             at_complex=at.relu, side=sides.positive),
    Function(
        "leaky_relu", _CELL, leaky_relu, "leaky_relu({0}, {1})", "x where x > 0, else slope * x",
        arguments=(2, 2), derivative="np.where(x > 0, 1, slope)",
        formula="{0} where {0} > 0, else {1} · {0}",
        at_complex=at.leaky_relu, side=sides.positive,
    ),
    Function(
        "softmax", _ALONG, softmax, "softmax({0})", "e^x over the sum of all e^x along the axis",
        options=("axis",),
        expansion="np.exp(x - np.max(x, axis=axis, keepdims=True))"
        " / np.sum(np.exp(x - np.max(x, axis=axis, keepdims=True)), axis=axis, keepdims=True)",
        formula="e^{own} / ({0})", term="e^{0}", addend=np.exp,
        at_complex=at.softmax,
    ),
    Function("np.tanh", _CELL, np.tanh, "tanh({0})", "(e^x - e^-x) / (e^x + e^-x)",
             derivative="1 - y ** 2", formula="(e^{0} − e^-{0}) / (e^{0} + e^-{0})",
             at_complex=at.tanh),
    Function("np.exp", _CELL, np.exp, "exp({0})", "e to the power x", derivative="y",
             formula="e^{0}",
             at_complex=at.exp),
    Function("np.log", _CELL, np.log, "ln({0})", "the natural logarithm", derivative="1 / x",
             at_complex=at.log),
    Function("np.log1p", _CELL, np.log1p, "ln(1 + {0})", "ln(1 + x)", derivative="1 / (1 + x)",
             formula="ln(1 + {0})",
             at_complex=at.log1p),
    Function("np.sqrt", _CELL, np.sqrt, "√({0})", "the square root", derivative="1 / (2 * y)",
             at_complex=at.sqrt),
    Function("np.square", _CELL, np.square, "({0})²", "x times x", derivative="2 * x",
             formula="{0} · {0}"),
    Function("np.abs", _CELL, np.abs, "|{0}|", "the size without the sign",
             derivative="np.sign(x)",
             at_complex=at.absolute, side=sides.positive),
    Function("np.sign", _CELL, np.sign, "sgn({0})", "-1, 0 or 1: the sign",
             at_complex=at.sign, side=sides.positive),
    Function("np.sin", _CELL, np.sin, "sin({0})", "the sine", derivative="np.cos(x)"),
    Function("np.cos", _CELL, np.cos, "cos({0})", "the cosine", derivative="-np.sin(x)"),
    Function("np.maximum", _CELL, np.maximum, "max({0}, {1})", "the larger of the two",
             arguments=(2, 2),
             at_complex=at.maximum, side=sides.first_is_larger),
    Function("np.minimum", _CELL, np.minimum, "min({0}, {1})", "the smaller of the two",
             arguments=(2, 2),
             at_complex=at.minimum, side=sides.first_is_larger),
    Function("np.multiply", _CELL, np.multiply, "{0} ⊙ {1}", "the product, cell by cell",
             arguments=(2, 2), formula="{0} · {1}"),
    Function("np.where", _CELL, np.where, "({1} if {0} else {2})",
             "the second where the first holds, else the third", arguments=(3, 3),
             at_complex=at.where, side=sides.holds),
    Function("np.isnan", _CELL, np.isnan, "isnan({0})", "whether it is not a number",
             at_complex=at.either_way(np.isnan)),
    Function("np.isinf", _CELL, np.isinf, "isinf({0})", "whether it is infinite",
             at_complex=at.either_way(np.isinf)),
    Function("np.isfinite", _CELL, np.isfinite, "isfinite({0})", "whether it is finite",
             at_complex=at.either_way(np.isfinite)),
    Function("np.sum", _REDUCE, np.sum, "Σ {0}", "the sum", options=_AXES,
             formula="{0}", term="{0}", addend=np.asarray),
    Function("np.mean", _REDUCE, np.mean, "mean {0}", "the sum over the count", options=_AXES,
             formula="({0}) / {count}", term="{0}", addend=np.asarray),
    Function("np.max", _REDUCE, np.max, "max {0}", "the largest", options=_AXES,
             at_complex=at.largest, side=sides.is_largest),
    Function("np.min", _REDUCE, np.min, "min {0}", "the smallest", options=_AXES,
             at_complex=at.smallest, side=sides.is_smallest),
    Function("np.any", _REDUCE, np.any, "any {0}", "whether it holds anywhere", options=_AXES,
             at_complex=at.either_way(np.any)),
    Function("np.all", _REDUCE, np.all, "all {0}", "whether it holds everywhere", options=_AXES,
             at_complex=at.either_way(np.all)),
    Function("np.linalg.norm", _REDUCE, np.linalg.norm, "‖{0}‖", "the root of the sum of squares",
             options=_AXES, formula="√({0})", term="{0}²", addend=np.square,
             at_complex=at.norm),
    Function("np.dot", _PRODUCT, np.dot, "{0} {1}", "rows times columns", arguments=(2, 2)),
    Function("np.matmul", _PRODUCT, np.matmul, "{0} {1}", "rows times columns", arguments=(2, 2)),
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}

NAMESPACE: dict[str, Any] = {
    "__builtins__": {},
    "np": np,
    **{row.name: row.call for row in _ROWS if "." not in row.name},
}
"""What compiled lines may see besides the values: the listed functions, and no builtins."""

COMPLEX_NAMESPACE: dict[str, Any] = at.namespace(
    {row.name: row.at_complex or row.call for row in _ROWS}
)
"""The same functions in the form that complex numbers need."""
