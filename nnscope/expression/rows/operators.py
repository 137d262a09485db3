"""The operators of the language: arithmetic, comparisons, truth values, `.T` and an index."""

import ast
import operator
from typing import Any

import numpy as np

from nnscope.expression import complex_forms as at
from nnscope.expression.operation import Binding, Grouping, Kind, Operation, Truth
from nnscope.expression.rows.products import OF_MATRICES, OF_RANKS


def both(a: Any, b: Any) -> Any:
    """Do what `and` does: the second if the first holds, else the first."""
    return a and b


def either(a: Any, b: Any) -> Any:
    """Do what `or` does: the first if it holds, else the second."""
    return a or b


def transposed(x: Any) -> Any:
    """Reverse the order of the axes."""
    return x.T


def picked(x: Any, at: Any) -> Any:
    """Take some of the cells; `at` has integers and slices, as NumPy indexes with them."""
    return x[at]


_ARITHMETIC = (
    Operation(
        name="+",
        kind=Kind.ELEMENTWISE,
        python=ast.Add,
        call=np.add,
        operands=2,
        vjp=("g", "g"),
        truth=Truth.KEPT,
        whole=operator.add,
        sign="+",
        plain_sign="+",
        binding=Binding.SUM,
        meaning="plus",
    ),
    Operation(
        name="-",
        kind=Kind.ELEMENTWISE,
        python=ast.Sub,
        call=np.subtract,
        operands=2,
        vjp=("g", "-g"),
        truth=Truth.REFUSED,
        whole=operator.add,  # a bound: the second may be negative
        sign="−",
        plain_sign="−",
        binding=Binding.SUM,
        meaning="minus",
    ),
    Operation(
        name="*",
        kind=Kind.ELEMENTWISE,
        python=ast.Mult,
        call=np.multiply,
        operands=2,
        vjp=("g * b", "g * a"),
        truth=Truth.KEPT,
        whole=operator.mul,
        sign="·",
        cells_sign="⊙",
        plain_sign="·",
        binding=Binding.PRODUCT,
        sets_products_apart=True,
        meaning="times",
    ),
    Operation(
        name="/",
        kind=Kind.ELEMENTWISE,
        python=ast.Div,
        call=np.divide,
        operands=2,
        vjp=("g / b", "-g * y / b"),
        sign="/",
        plain_sign="/",
        binding=Binding.PRODUCT,
        meaning="divided by",
    ),
    Operation(
        name="@",
        kind=Kind.PRODUCT,
        python=ast.MatMult,
        call=np.matmul,
        operands=2,
        vjp=OF_MATRICES,
        vjp_of_ranks=OF_RANKS,
        sign="",
        plain_sign="@",
        binding=Binding.PRODUCT,
        meaning="times",
    ),
    Operation(
        name="**",
        kind=Kind.ELEMENTWISE,
        python=ast.Pow,
        call=operator.pow,  # not np.power: Python's operator squares and takes roots in other bits
        operands=2,
        at_complex=at.power,
        vjp=("g * (b * a ** (b - 1))", "g * (y * np.log(a))"),
        whole=lambda base, exponent: int(max(base, 1) ** exponent),
        plain_sign="^",
        binding=Binding.POWER,
        groups=Grouping.RIGHT,
    ),
)

_COMPARISONS = tuple(
    Operation(
        name=name,
        kind=Kind.ELEMENTWISE,
        python=python,
        call=call,
        operands=2,
        at_complex=at.by_real(call),
        vjp=("", ""),
        side=call,
        truth=Truth.MADE,
        sign=sign,
        plain_sign=name,
        binding=Binding.COMPARISON,
        groups=Grouping.NEITHER,
    )
    for name, python, call, sign in (
        ("<", ast.Lt, np.less, "<"),
        ("<=", ast.LtE, np.less_equal, "≤"),
        (">", ast.Gt, np.greater, ">"),
        (">=", ast.GtE, np.greater_equal, "≥"),
        ("==", ast.Eq, np.equal, "="),
        ("!=", ast.NotEq, np.not_equal, "≠"),
    )
)

_LOGICAL = (
    Operation(
        name="and",
        kind=Kind.SINGLE,
        python=ast.And,
        call=both,
        operands=2,
        at_complex=at.both,
        vjp=("np.where(a, 0, g)", "np.where(a, g, 0)"),
        truth=Truth.KEPT,
        sign="∧",
        plain_sign="and",
        binding=Binding.AND,
    ),
    Operation(
        name="or",
        kind=Kind.SINGLE,
        python=ast.Or,
        call=either,
        operands=2,
        at_complex=at.either,
        vjp=("np.where(a, g, 0)", "np.where(a, 0, g)"),
        truth=Truth.KEPT,
        sign="∨",
        plain_sign="or",
        binding=Binding.OR,
    ),
)

_UNARY = (
    Operation(
        name="-",
        kind=Kind.ELEMENTWISE,
        python=ast.USub,
        call=np.negative,
        vjp=("-g",),
        truth=Truth.REFUSED,
        sign="−",
        plain_sign="−",
        binding=Binding.NEGATIVE,
        meaning="minus",
    ),
    Operation(
        name="not",
        kind=Kind.SINGLE,
        python=ast.Not,
        call=operator.not_,
        at_complex=at.by_real(operator.not_),
        vjp=("",),
        truth=Truth.MADE,
        sign="¬",
        plain_sign="not ",
        binding=Binding.NOT,
    ),
)

BINARY: dict[str, Operation] = {row.name: row for row in (*_ARITHMETIC, *_COMPARISONS, *_LOGICAL)}
"""The operators with two operands, as they are written between them."""

UNARY: dict[str, Operation] = {row.name: row for row in _UNARY}
"""The operators with one operand, as they are written before it."""

TRANSPOSE = Operation(
    name=".T",
    kind=Kind.TRANSPOSE,
    call=transposed,
    vjp=("g.T",),
    truth=Truth.KEPT,
    sign="ᵀ",
    meaning="the axes in reverse order",
)

INDEX = Operation(
    name="[]",
    kind=Kind.INDEX,
    call=picked,
    options=("at",),
    vjp=("_scatter(g, x, at=at)",),
    truth=Truth.KEPT,
    meaning="some of the cells",
)
