"""How lines are written in a program of float32, so that Python's own numbers leave it so."""

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from nnscope.expression.constants import of_python
from nnscope.expression.syntax import Call, Expression, with_children
from nnscope.expression.table import is_called
from nnscope.program.assignment import Assignment
from nnscope.scenario.schema import Precision

_ROUNDED = "np.float32"


def own_line(expression: Expression, dtype: Precision) -> Expression:
    """Give a line that the scenario has written: one of Python's numbers alone is rounded too."""
    is_number = dtype == "float32" and of_python(expression)
    return Call(_ROUNDED, (expression,)) if is_number else expression


def compiled(lines: Sequence[Assignment], dtype: Precision) -> list[Assignment]:
    """Give the lines that are compiled from layers, written so that all results are of a type."""
    if dtype == "float64":
        return [*lines]
    return [replace(line, expression=_single(line.expression)) for line in lines]


def _single(expression: Expression) -> Expression:
    """Round the two plain numbers that np.where chooses from: it would make float64 of them."""
    inside = with_children(expression, _single)
    if isinstance(inside, Call) and is_called(inside, np.where):
        condition, one, other = inside.arguments
        if of_python(one) and of_python(other):
            rounded = (Call(_ROUNDED, (each,)) for each in (one, other))
            return replace(inside, arguments=(condition, *rounded))
    return inside
