"""The value of an expression: its NumPy text, compiled once, with nothing in reach but NumPy."""

from collections.abc import Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.functions import NAMESPACE
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression

Value = NDArray[Any] | np.generic | float
"""What a name can hold. A single number stays a NumPy scalar, as it would in a student's script."""


@lru_cache(maxsize=4096)
def compiled(expression: Expression) -> CodeType:
    """Compile an expression. Its text comes from the checked tree, never from the user."""
    return compile(source(expression), "<line>", "eval")


def evaluate(expression: Expression, values: Mapping[str, Value]) -> Value:
    """Compute an expression in an environment; an array in the result is made read-only.

    Overflow, division by zero and invalid operations give inf and nan without a warning: the
    debugger shows them instead. The shapes must fit; `nnscope.expression.shapes` tells beforehand.
    """
    try:
        with np.errstate(all="ignore"):
            value: Value = eval(compiled(expression), NAMESPACE, values)
    except (ArithmeticError, TypeError) as error:
        raise ExpressionError(f"`{source(expression)}` can't be computed: {error}") from None
    return freeze(value)


def freeze(value: Value) -> Value:
    """Make an array read-only and give it back; a number passes through."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    return value
