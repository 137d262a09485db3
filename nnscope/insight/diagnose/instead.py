"""The right line, derived from the forward lines in the reader's own names."""

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.jacobian import vector_jacobian
from nnscope.expression.shapes import Axis
from nnscope.expression.source import source
from nnscope.expression.syntax import Binary, Expression, Name, Number, names, substitute
from nnscope.insight.diagnose.slips.trees import is_writable
from nnscope.insight.diagnose.steps import Given, Reading, Step


def right_line(reading: Reading, step: Step) -> str:
    """Write the line that would be right, given what this one was given; empty where none is."""
    found = right_expression(reading, step.of, step.given)
    is_known = found is not None and is_writable(found)
    return f"{step.line.spelled} = {source(found)}" if found is not None and is_known else ""


def right_expression(reading: Reading, of: str, given: Given) -> Expression | None:
    """Give the gradient by a value, as it follows from the nearest of the given ones."""
    forward, values = reading.expected.forward, reading.expected.points[0].values
    shapes = {name: tuple(map(Axis, np.shape(value))) for name, value in values.items()}
    arriving: dict[str, Expression] = {
        role.of: Name(name, reading.program.spelled(name)) for name, role in given
    }
    arriving.setdefault(reading.program.cost, Number(1))
    terms: dict[str, Expression] = dict(arriving)
    try:
        for target, expression in reversed(forward.lines):
            if target not in terms:
                continue
            for name in names(expression):
                if name in arriving:
                    continue
                part = vector_jacobian(expression, name, terms[target], target, shapes)
                if part != Number(0):
                    terms[name] = part if name not in terms else _added(terms[name], part)
    except ExpressionError:
        return None
    found = terms.get(of)
    return None if found is None else substitute(found, dict(forward.inner))


def _added(first: Expression, second: Expression) -> Expression:
    return Binary("+", first, second)
