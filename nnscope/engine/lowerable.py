"""What can be lowered: which programs, which of their names stay as they are, in which terms."""

from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.parse import parse
from nnscope.expression.syntax import Binary, Call, Expression, Unary, substitute, walk
from nnscope.program.model import Program


def never_change(program: Program) -> set[str]:
    """List the variables whose values are the same in every iteration."""
    fed = set(program.feed.names) if program.feed else set()
    return {*program.start} - {*program.carried} - fed


def is_lowerable(program: Program) -> bool:
    """Tell whether buffers are of use: parameters that are arrays, and batches of one size."""
    is_even = program.feed is None or program.feed.is_even
    return is_even and bool(program.carried) and all(program.shapes[n] for n in program.carried)


def _has_expansion(expression: Expression) -> bool:
    return isinstance(expression, Call) and bool(FUNCTIONS[expression.function].expansion)


def expand(expression: Expression) -> Expression:
    """Put for every function that has an expansion the simpler functions that it is made of.

    One that holds another stays as it is: softmax has its argument four times, and a few of them in
    each other would never end.
    """
    if _has_expansion(expression) and sum(map(_has_expansion, walk(expression))) == 1:
        assert isinstance(expression, Call)
        text = FUNCTIONS[expression.function].expansion
        for option, value in expression.options:
            text = text.replace(f"{option}={option}", f"{option}={value}")
        return expand(substitute(parse(text), {"x": expression.arguments[0]}))
    match expression:
        case Binary(operator, left, right):
            return Binary(operator, expand(left), expand(right))
        case Unary(operator, operand):
            return Unary(operator, expand(operand))
        case Call(function, arguments, options) if not _has_expansion(expression):
            return Call(function, tuple(map(expand, arguments)), options)
    return expression
