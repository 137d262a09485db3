"""The value of an expression for complex numbers: the same tree, deciding by the real part."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import CodeType

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value
from nnscope.expression.functions import COMPLEX_NAMESPACE
from nnscope.expression.source import code, source
from nnscope.expression.syntax import (
    COMPARISONS,
    LOGICAL,
    Binary,
    Call,
    Expression,
    Index,
    Transpose,
    Unary,
)


def evaluate_at_complex(expression: Expression, values: Mapping[str, Value]) -> Value:
    """Compute an expression some of whose names hold complex numbers.

    Raises `ExpressionError` for what can't be computed so; the real value may exist all the same.
    """
    try:
        with np.errstate(all="ignore"):
            value: Value = eval(_compiled(expression), COMPLEX_NAMESPACE, values)
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
    match expression:
        case Binary(operator, left, right) if operator in COMPARISONS:
            return Binary(operator, _real(left), _real(right))
        case Binary(operator, left, right) if operator in LOGICAL:
            named = "both" if operator == "and" else "either"
            return Call(named, (_decided(left), _decided(right)))
        case Binary("**", left, right):
            return Call("power", (_decided(left), right))
        case Binary(operator, left, right):
            return Binary(operator, _decided(left), _decided(right))
        case Unary("not", operand):
            return Unary("not", _real(operand))
        case Unary(operator, operand):
            return Unary(operator, _decided(operand))
        case Transpose(operand) | Index(operand, _):
            return replace(expression, operand=_decided(operand))
        case Call(function, arguments, options):
            return Call(function, tuple(map(_decided, arguments)), options)
    return expression


def _real(operand: Expression) -> Call:
    return Call("real", (_decided(operand),))
