"""The value of an expression: its NumPy text, compiled once, with nothing in reach but NumPy."""

from collections.abc import Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.constants import numpy_source
from nnscope.expression.errors import ExpressionError, UnknownNameError
from nnscope.expression.source import source
from nnscope.expression.suggest import did_you_mean
from nnscope.expression.syntax import Expression
from nnscope.expression.table import RULE_NAMESPACE

Value = NDArray[Any] | np.generic | float
"""What a name can hold. A single number stays a NumPy scalar, as it would in a student's script."""

REFUSALS = (ArithmeticError, TypeError, ValueError, IndexError, AttributeError, Warning)
"""What NumPy and Python raise for what they refuse to compute."""

MOST_KEPT = 2**15
"""So many expressions are kept compiled: a loop over a thousand examples has ten thousand lines."""

_IN_PLAIN_WORDS = {
    "numpy boolean": "truth values can't be subtracted or negated; multiply them by 1 first",
    "negative integer powers": "a whole number or a truth value has no negative power here; "
    "divide by it",
    "out of range": "the number gets too large",
    "did not contain a loop": "the function takes no truth values; multiply them by 1 first",
}


@lru_cache(maxsize=MOST_KEPT)
def compiled(expression: Expression) -> CodeType:
    """Compile an expression. Its text comes from the checked tree, never from the user."""
    return compile(numpy_source(expression), "<line>", "eval")


def evaluate(expression: Expression, values: Mapping[str, Value]) -> Value:
    """Compute an expression in an environment; an array in the result is made read-only.

    Overflow, division by zero and invalid operations give inf and nan without a warning: the
    debugger shows them instead. The shapes must fit; `nnscope.expression.shapes` tells beforehand.
    Raises `UnknownNameError` for a name without a value, `ExpressionError` for what NumPy refuses.
    """
    try:
        with np.errstate(all="ignore"):
            value = _evaluated(expression, values)
    except NameError as error:
        name = error.name or ""
        raise UnknownNameError(f"`{name}` has no value{did_you_mean(name, values)}") from None
    except REFUSALS as error:
        raise ExpressionError(
            f"`{source(expression)}` can't be computed: {plainly(error)}"
        ) from None
    # a view, because the value of a lone name is the caller's own array
    return freeze(value.view()) if isinstance(value, np.ndarray) else value


def plainly(error: Exception) -> str:
    """Say what NumPy or Python refused to compute in words for a student."""
    return next((own for key, own in _IN_PLAIN_WORDS.items() if key in str(error)), str(error))


def _evaluated(expression: Expression, values: Mapping[str, Value]) -> Value:
    """Compute with Python's own floats as they are: beside float32 they leave that its type.

    The result is one where all are. Where Python alone would divide by zero, or make a complex
    number, they count as NumPy's.
    """
    value: Value | complex | None
    try:
        value = eval(compiled(expression), RULE_NAMESPACE, values)
    except ArithmeticError:
        value = None
    if value is None or isinstance(value, complex):
        value = eval(compiled(expression), RULE_NAMESPACE, _of_numpy(values))
    return value  # type: ignore[return-value]


def _of_numpy(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """Hold Python's own floats as NumPy's, which divide by zero without an error."""
    own = {name: np.float64(number) for name, number in values.items()
           if type(number) is float}  # fmt: skip
    return {**values, **own} if own else values


def freeze(value: Value) -> Value:
    """Make an array read-only and give it back; a number passes through."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    return value


def held(array: NDArray[Any]) -> Value:
    """Hold a single number as a NumPy scalar, as NumPy's own results do; freeze an array."""
    return freeze(array) if array.ndim else array[()]
