"""The values that an expression reads, with the array and the shape of each of its parts."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.shapes import Axis, Shape
from nnscope.expression.syntax import Expression, Name, Transpose, names
from nnscope.insight.explain.reads import Shapes

Array = NDArray[Any]


def shapes_of(values: Mapping[str, Value]) -> dict[str, Shape]:
    """Give the shape of every value; its axes have no names."""
    return {name: tuple(map(Axis, np.shape(value))) for name, value in values.items()}


def shapes_by_size(values: Mapping[str, Value]) -> Shapes:
    """Give the shapes of all that can be computed from some values.

    For values of the same names and sizes they are the same object, which has inferred each once:
    of a line they seldom change from one iteration to the next.
    """
    return _shapes(tuple((name, np.shape(value)) for name, value in values.items()))


@lru_cache(maxsize=256)
def _shapes(found: tuple[tuple[str, tuple[int, ...]], ...]) -> Shapes:
    return Shapes({name: tuple(map(Axis, shape)) for name, shape in found})


class Environment:
    """Values by name; every array that is computed from them is computed once."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values, self.shapes = values, shapes_by_size(values)
        self._arrays: dict[Expression, Array] = {}

    @classmethod
    def of(cls, expression: Expression, values: Mapping[str, Value]) -> "Environment":
        """Take of some values those that an expression reads."""
        return cls({name: values[name] for name in names(expression)})

    def cell(self, expression: Name | Transpose, cell: tuple[int, ...]) -> Value:
        """Give a cell of a value; a number of Python's own stays one."""
        value = self.values[expression.id] if isinstance(expression, Name) else None
        is_python = type(value) in (int, float)
        return value if value is not None and is_python else self.array(expression)[cell]

    def array(self, expression: Expression) -> Array:
        """Compute an expression."""
        match expression:
            case Name(name):
                return np.asarray(self.values[name])
            case Transpose(operand):
                return self.array(operand).T
        if expression not in self._arrays:
            self._arrays[expression] = np.asarray(evaluate(expression, self.values))
        return self._arrays[expression]
