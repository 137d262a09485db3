"""The one table of functions and operators: the row of a node, and what compiled text may see."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Operation
from nnscope.expression.rows.internal import INTERNAL
from nnscope.expression.rows.operators import BINARY, INDEX, TRANSPOSE, UNARY
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Items,
    Name,
    Number,
    Operated,
    Option,
    Transpose,
    Unary,
)


def called_as(operator: Operation) -> str:
    """Name an operator as a function, which only compiled text calls: `_pow`."""
    return f"_{operator.call.__name__}"


_OPERATORS = {called_as(row): row for row in (*BINARY.values(), *UNARY.values())}
_CALLED = {**FUNCTIONS, **INTERNAL, **_OPERATORS}


SUM = next(row for row in FUNCTIONS.values() if row.reduces is np.add)
"""The sum: what a product of matrices does with its products."""


def row_of(node: Operated) -> Operation:
    """Give the row of an operation: of a function that is called, or of an operator."""
    match node:
        case Call(function, _, _):
            return _CALLED[function]
        case Binary(operator, _, _):
            return BINARY[operator]
        case Unary(operator, _):
            return UNARY[operator]
        case Transpose():
            return TRANSPOSE
        case Index():
            return INDEX


def options_of(node: Expression) -> tuple[tuple[str, Option | Items], ...]:
    """Give the options of an operation; the items of an index are its option `at`."""
    match node:
        case Call(_, _, options):
            return options
        case Index(_, items):
            return (("at", items),)
    return ()


def is_called(node: Expression, call: Any) -> bool:
    """Tell whether a node applies what computes its value by `call`, such as `np.add`."""
    return not isinstance(node, Name | Number) and row_of(node).call is call


_OF_NUMPY = {row.word: row.call for row in FUNCTIONS.values() if row.name == f"np.{row.word}"}
_OF_PYTHON = {
    module: SimpleNamespace(**{
        row.word: row.call for row in FUNCTIONS.values() if row.name == f"{module}.{row.word}"
    })
    for module in ("math", "builtins")
}  # fmt: skip
_NUMPY = SimpleNamespace(**_OF_NUMPY, linalg=np.linalg, s_=np.s_)


NAMESPACE: dict[str, Any] = {
    # NumPy 1 imports its error classes by the importer of the frame that a ufunc was called from;
    # no expression can name it, as no name begins with _
    "__builtins__": {"__import__": __import__},
    "np": _NUMPY,
    **_OF_PYTHON,
    **{row.name: row.call for row in FUNCTIONS.values() if "." not in row.name},
}
"""What compiled lines may see besides the values: the listed functions, and no builtins."""

RULE_NAMESPACE: dict[str, Any] = {
    **NAMESPACE,
    **{row.name: row.call for row in INTERNAL.values()},
}
"""The same with what only rules call."""
