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
    """

    name: str
    kind: Kind
    call: Callable[..., Any]
    symbol: str
    meaning: str
    arguments: tuple[int, int] = (1, 1)
    options: tuple[str, ...] = ()
    derivative: str = ""


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
    Function("sigmoid", _CELL, sigmoid, "σ({0})", "1 / (1 + e^-x)", derivative="y * (1 - y)"),
    Function("relu", _CELL, relu, "relu({0})", "x where x > 0, else 0", derivative="x > 0"),
    Function(
        "leaky_relu", _CELL, leaky_relu, "leaky_relu({0}, {1})", "x where x > 0, else slope * x",
        arguments=(2, 2), derivative="np.where(x > 0, 1, slope)",
    ),
    Function(
        "softmax", _ALONG, softmax, "softmax({0})", "e^x over the sum of all e^x along the axis",
        options=("axis",),
    ),
    Function("np.tanh", _CELL, np.tanh, "tanh({0})", "(e^x - e^-x) / (e^x + e^-x)",
             derivative="1 - y ** 2"),
    Function("np.exp", _CELL, np.exp, "exp({0})", "e to the power x", derivative="y"),
    Function("np.log", _CELL, np.log, "ln({0})", "the natural logarithm", derivative="1 / x"),
    Function("np.log1p", _CELL, np.log1p, "ln(1 + {0})", "ln(1 + x)", derivative="1 / (1 + x)"),
    Function("np.sqrt", _CELL, np.sqrt, "√({0})", "the square root", derivative="1 / (2 * y)"),
    Function("np.square", _CELL, np.square, "({0})²", "x times x", derivative="2 * x"),
    Function("np.abs", _CELL, np.abs, "|{0}|", "the size without the sign",
             derivative="np.sign(x)"),
    Function("np.sign", _CELL, np.sign, "sgn({0})", "-1, 0 or 1: the sign"),
    Function("np.sin", _CELL, np.sin, "sin({0})", "the sine", derivative="np.cos(x)"),
    Function("np.cos", _CELL, np.cos, "cos({0})", "the cosine", derivative="-np.sin(x)"),
    Function("np.maximum", _CELL, np.maximum, "max({0}, {1})", "the larger of the two",
             arguments=(2, 2)),
    Function("np.minimum", _CELL, np.minimum, "min({0}, {1})", "the smaller of the two",
             arguments=(2, 2)),
    Function("np.multiply", _CELL, np.multiply, "{0} ⊙ {1}", "the product, cell by cell",
             arguments=(2, 2)),
    Function("np.where", _CELL, np.where, "({1} if {0} else {2})",
             "the second where the first holds, else the third", arguments=(3, 3)),
    Function("np.isnan", _CELL, np.isnan, "isnan({0})", "whether it is not a number"),
    Function("np.isinf", _CELL, np.isinf, "isinf({0})", "whether it is infinite"),
    Function("np.isfinite", _CELL, np.isfinite, "isfinite({0})", "whether it is finite"),
    Function("np.sum", _REDUCE, np.sum, "Σ {0}", "the sum", options=_AXES),
    Function("np.mean", _REDUCE, np.mean, "mean {0}", "the sum over the count", options=_AXES),
    Function("np.max", _REDUCE, np.max, "max {0}", "the largest", options=_AXES),
    Function("np.min", _REDUCE, np.min, "min {0}", "the smallest", options=_AXES),
    Function("np.any", _REDUCE, np.any, "any {0}", "whether it holds anywhere", options=_AXES),
    Function("np.all", _REDUCE, np.all, "all {0}", "whether it holds everywhere", options=_AXES),
    Function("np.linalg.norm", _REDUCE, np.linalg.norm, "‖{0}‖", "the root of the sum of squares",
             options=_AXES),
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
