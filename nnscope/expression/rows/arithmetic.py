"""Functions that are operators by another name: `np.add(A, B)` is `A + B`.

Each takes over what the row of its operator says; its `written_as` is that operator.
"""

import numpy as np

from nnscope.expression import complex_forms as at
from nnscope.expression.operation import Binding, Grouping, Operation, Truth
from nnscope.expression.rows.operators import BINARY, TRANSPOSE


def _function(name: str, sign: str, meaning: str) -> Operation:
    """Give the row of an operator of two operands as that of a function."""
    row = BINARY[sign]
    return row._replace(
        name=name,
        python=None,
        whole=None,
        sign="",
        cells_sign="",
        plain_sign="",
        binding=Binding.ATOM,
        groups=Grouping.LEFT,
        sets_products_apart=False,
        written_as=f"a {sign} b",
        symbol=f"{{0}} {row.cells_sign or row.sign or sign} {{1}}",
        meaning=meaning,
        formula=f"{{0}} {row.plain_sign} {{1}}",
    )


ARITHMETIC: tuple[Operation, ...] = (
    _function("np.add", "+", "the sum of the two, cell by cell"),
    _function("np.subtract", "-", "the first less the second, cell by cell"),
    _function("np.multiply", "*", "the product, cell by cell"),
    _function("np.divide", "/", "the first divided by the second, cell by cell"),
    _function("np.power", "**", "the first to the power of the second, cell by cell")._replace(
        call=np.power,  # it takes an array of exponents, and rounds otherwise than `**`
        at_complex=at.powers,
        vjp=("g * (b * np.power(a, b - 1))", "g * (y * np.log(a))"),
        vjp_of_ranks=tuple(((rank, 0), BINARY["**"].vjp) for rank in range(3)),
        symbol="{0}^{1}",
        truth=Truth.NUMBER,
    ),
    TRANSPOSE._replace(
        name="np.transpose",
        call=np.transpose,
        sign="",
        symbol="{0}ᵀ",
        written_as="x.T",
        meaning="the axes in reverse order",
    ),
)
