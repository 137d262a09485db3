"""The value of an expression for complex numbers: the same tree, deciding by the real part."""

from collections.abc import Mapping
from functools import lru_cache
from types import CodeType

import numpy as np

from nnscope.expression.complex_forms import namespace
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value
from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.rows.internal import INTERNAL
from nnscope.expression.rows.operators import BINARY, UNARY
from nnscope.expression.source import code, source
from nnscope.expression.syntax import Binary, Call, Expression, Unary, children, with_children
from nnscope.expression.table import called_as, row_of


def evaluate_at_complex(expression: Expression, values: Mapping[str, Value]) -> Value:
    """Compute an expression some of whose names hold complex numbers.

    Raises `ExpressionError` for what can't be computed so; the real value may exist all the same.
    """
    try:
        with np.errstate(all="ignore"):
            value: Value = eval(_compiled(expression), NAMESPACE, values)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise ExpressionError(
            f"`{source(expression)}` can't be computed for complex numbers: {error}"
        ) from None
    return value


@lru_cache(maxsize=4096)
def _compiled(expression: Expression) -> CodeType:
    return compile(code(_decided(expression)), "<complex>", "eval")


def _decided(expression: Expression) -> Expression:
    """Put calls for the operators that Python or NumPy would decide by both parts."""
    inner = with_children(expression, _decided)
    if isinstance(inner, Binary | Unary) and row_of(inner).at_complex:
        return Call(called_as(row_of(inner)), children(inner))
    return inner


_OPERATORS = [row for row in (*BINARY.values(), *UNARY.values()) if row.at_complex]

NAMESPACE = namespace(
    {row.name: row.at_complex or row.call for row in (*FUNCTIONS.values(), *INTERNAL.values())}
    | {called_as(row): row.at_complex for row in _OPERATORS}
)
"""What the complex form of an expression may see besides the values."""
