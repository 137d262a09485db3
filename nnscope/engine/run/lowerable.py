"""What can be lowered: which programs, which of their names stay as they are, in which terms."""

from nnscope.expression.rules import applied
from nnscope.expression.syntax import Call, Expression, Index, Transpose, walk, with_children
from nnscope.expression.table import row_of
from nnscope.program.model import Program


def never_change(program: Program) -> set[str]:
    """List the variables whose values are the same in every iteration."""
    fed = set(program.feed.names) if program.feed else set()
    return {*program.start} - {*program.carried} - fed


def is_lowerable(program: Program) -> bool:
    """Tell whether buffers are of use: arrays that a line changes, and batches of one size."""
    is_even = program.feed is None or program.feed.is_even
    has_lines = all(end in program.line_of or end == name for name, end in program.carried.items())
    return is_even and has_lines and any(program.shapes[name] for name in program.carried)


def _has_expansion(expression: Expression) -> bool:
    return isinstance(expression, Call) and bool(row_of(expression).expansion)


def expand(expression: Expression) -> Expression:
    """Put for every function that has an expansion the simpler functions that it is made of.

    One that holds another stays as it is: softmax has its argument four times, and a few of them in
    each other would never end.
    """
    if _has_expansion(expression) and sum(map(_has_expansion, walk(expression))) == 1:
        assert isinstance(expression, Call)
        return expand(applied(row_of(expression).expansion, expression, expression.arguments))
    is_left = isinstance(expression, Transpose | Index) or _has_expansion(expression)
    return expression if is_left else with_children(expression, expand)
