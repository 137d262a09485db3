"""What can be wrong with the input of a command, and how it is told."""

from nnscope.expression.errors import ExpressionError
from nnscope.scenario.errors import ScenarioError

MISTAKES = (ScenarioError, ExpressionError, MemoryError, OSError)
"""What a command may raise: none of it is a fault of the program."""


def told(mistake: BaseException) -> str:
    """Say what is wrong, a line for each mistake."""
    match mistake:
        case MemoryError():
            return "there is not enough memory for the arrays of this scenario"
        case OSError(filename=name, strerror=reason):
            return f"{name or 'file'}: {reason or mistake}"
    return str(mistake)
