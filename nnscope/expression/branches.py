"""On which branch each cell of an expression is: a difference across a kink is no slope."""

from collections.abc import Mapping

import numpy as np

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.operation import Truth
from nnscope.expression.syntax import Expression, Name, Number, children, walk
from nnscope.expression.table import options_of, row_of


def branches(expression: Expression, values: Mapping[str, Value]) -> list[bytes]:
    """List for every operation that has kinks which of its branches each cell is on.

    Comparisons count too: what is multiplied by a truth value has a kink where that changes. Two
    lists of the same expression are equal if no cell is on another branch.
    """
    found = []
    for node in walk(expression):
        if isinstance(node, Name | Number):
            continue
        row = row_of(node)
        if row.side is not None:
            operands = [evaluate(operand, values) for operand in children(node)]
            found.append(np.asarray(row.side(*operands, **dict(options_of(node)))).tobytes())
        elif row.truth is Truth.MADE:
            found.append(np.asarray(evaluate(node, values)).tobytes())
    return found
