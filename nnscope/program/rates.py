"""The learning rate of a program: the number that its updates multiply gradients by."""

from collections import Counter

from nnscope.expression.syntax import names
from nnscope.program.model import Phase, Program


def learning_rate(program: Program) -> str:
    """Give the id of the learning rate; empty where no single number is it.

    It is the constant without axes that most updates of parameters read.
    """
    ends = {program.carried[name] for name in program.parameters if name in program.carried}
    found: Counter[str] = Counter()
    for line in program.lines:
        if line.phase is Phase.UPDATE and line.target in ends:
            found.update(name for name in names(line.expression) if _is_number(program, name))
    return found.most_common(1)[0][0] if found else ""


def _is_number(program: Program, name: str) -> bool:
    fed = program.feed.names if program.feed else ()
    is_constant = name in program.start and name not in program.carried and name not in fed
    return is_constant and not program.shapes[name] and name not in program.notes.data
