"""Functions that choose or ask, cell by cell, and the product in the same way."""

import numpy as np

from nnscope.expression import complex_forms as at
from nnscope.expression import kinks
from nnscope.expression.operation import Kind, Operation, Truth

CHOICES: tuple[Operation, ...] = (
    Operation(
        name="np.maximum",
        kind=Kind.ELEMENTWISE,
        call=np.maximum,
        operands=2,
        at_complex=at.maximum,
        vjp=("g * (a > b)", "g * (a <= b)"),
        side=kinks.first_is_larger,
        truth=Truth.KEPT,
        symbol="max({0}, {1})",
        meaning="the larger of the two",
    ),
    Operation(
        name="np.minimum",
        kind=Kind.ELEMENTWISE,
        call=np.minimum,
        operands=2,
        at_complex=at.minimum,
        vjp=("g * (a < b)", "g * (a >= b)"),
        side=kinks.first_is_larger,
        truth=Truth.KEPT,
        symbol="min({0}, {1})",
        meaning="the smaller of the two",
    ),
    Operation(
        name="np.multiply",
        kind=Kind.ELEMENTWISE,
        call=np.multiply,
        operands=2,
        vjp=("g * b", "g * a"),
        truth=Truth.KEPT,
        symbol="{0} ⊙ {1}",
        written_as="a * b",
        meaning="the product, cell by cell",
        formula="{0} · {1}",
    ),
    Operation(
        name="np.where",
        kind=Kind.ELEMENTWISE,
        call=np.where,
        operands=3,
        at_complex=at.where,
        vjp=("", "np.where(a, g, 0)", "np.where(a, 0, g)"),
        side=kinks.holds,
        truth=Truth.KEPT,
        conditions=1,
        symbol="({1} if {0} else {2})",
        meaning="the second where the first holds, else the third",
    ),
    Operation(
        name="np.isnan",
        kind=Kind.ELEMENTWISE,
        call=np.isnan,
        at_complex=at.either_way(np.isnan),
        vjp=("",),
        truth=Truth.MADE,
        symbol="isnan({0})",
        meaning="whether it is not a number",
    ),
    Operation(
        name="np.isinf",
        kind=Kind.ELEMENTWISE,
        call=np.isinf,
        at_complex=at.either_way(np.isinf),
        vjp=("",),
        truth=Truth.MADE,
        symbol="isinf({0})",
        meaning="whether it is infinite",
    ),
    Operation(
        name="np.isfinite",
        kind=Kind.ELEMENTWISE,
        call=np.isfinite,
        at_complex=at.either_way(np.isfinite),
        vjp=("",),
        truth=Truth.MADE,
        symbol="isfinite({0})",
        meaning="whether it is finite",
    ),
)
