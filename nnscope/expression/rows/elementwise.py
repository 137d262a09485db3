"""Functions of one number, applied cell by cell."""

import numpy as np

from nnscope.expression import complex_forms as at
from nnscope.expression import kinks
from nnscope.expression.operation import Kind, Operation, Truth

ELEMENTWISE: tuple[Operation, ...] = (
    Operation(
        name="np.exp",
        kind=Kind.ELEMENTWISE,
        call=np.exp,
        at_complex=at.exp,
        vjp=("g * y",),
        symbol="exp({0})",
        meaning="e to the power x",
        formula="e^{0}",
    ),
    Operation(
        name="np.log",
        kind=Kind.ELEMENTWISE,
        call=np.log,
        at_complex=at.log,
        vjp=("g / x",),
        symbol="ln({0})",
        meaning="the natural logarithm",
    ),
    Operation(
        name="np.log1p",
        kind=Kind.ELEMENTWISE,
        call=np.log1p,
        at_complex=at.log1p,
        vjp=("g / (1 + x)",),
        symbol="ln(1 + {0})",
        meaning="ln(1 + x)",
        formula="ln(1 + {0})",
    ),
    Operation(
        name="np.sqrt",
        kind=Kind.ELEMENTWISE,
        call=np.sqrt,
        at_complex=at.sqrt,
        vjp=("g / (2 * y)",),
        symbol="√({0})",
        bare="√{0}",
        meaning="the square root",
    ),
    Operation(
        name="np.square",
        kind=Kind.ELEMENTWISE,
        call=np.square,
        vjp=("g * (2 * x)",),
        symbol="({0})²",
        written_as="x ** 2",
        meaning="x times x",
        formula="{0} · {0}",
    ),
    Operation(
        name="np.abs",
        kind=Kind.ELEMENTWISE,
        call=np.abs,
        at_complex=at.absolute,
        vjp=("g * np.sign(x)",),
        side=kinks.positive,
        truth=Truth.KEPT,
        symbol="|{0}|",
        meaning="the size without the sign",
    ),
    Operation(
        name="np.sign",
        kind=Kind.ELEMENTWISE,
        call=np.sign,
        at_complex=at.sign,
        vjp=("",),
        side=kinks.positive,
        symbol="sgn({0})",
        meaning="-1, 0 or 1: the sign",
    ),
    Operation(
        name="np.sin",
        kind=Kind.ELEMENTWISE,
        call=np.sin,
        vjp=("g * np.cos(x)",),
        symbol="sin({0})",
        meaning="the sine",
    ),
    Operation(
        name="np.cos",
        kind=Kind.ELEMENTWISE,
        call=np.cos,
        vjp=("-g * np.sin(x)",),
        symbol="cos({0})",
        meaning="the cosine",
    ),
    Operation(
        name="np.arctan",
        kind=Kind.ELEMENTWISE,
        call=np.arctan,
        vjp=("g / (1 + x ** 2)",),
        symbol="arctan({0})",
        meaning="the angle whose tangent is x",
    ),
)
