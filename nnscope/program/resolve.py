"""From the names that a reader writes to the variables of a program."""

from nnscope.expression.parse import parse
from nnscope.expression.syntax import Expression, Name, with_children
from nnscope.program.model import Program


def read(program: Program, text: str, behind: int | None = None) -> Expression:
    """Read an expression in the names of a program, `params["W1"]` among them; see `resolved`.

    Raises `ParseError` for what is not an expression.
    """
    spelled = [each.spelled for form in program.forms for each in form.variables.values()]
    return resolved(program, parse(text, spelled), behind)


def resolved(program: Program, expression: Expression, behind: int | None = None) -> Expression:
    """Put variables for the names of an expression that a reader has written.

    A name means what it holds behind line `behind`, by default at the end of the iteration. One
    that no line up to there assigns means what the iteration starts from; where it does not start
    with it, it is the first that comes later. What only other forms of the program have means what
    it is there. Unknown names stay as they are.
    """
    if isinstance(expression, Name):
        for form in program.forms:
            found = variable(form, expression.id, behind)
            if found:
                return form.variables[found].name
        return expression
    return with_children(expression, lambda child: resolved(program, child, behind))


def variable(program: Program, spelled: str, behind: int | None = None) -> str:
    """Give the id of the variable that a name means; empty for an unknown name."""
    end = len(program.lines) - 1 if behind is None else behind
    made = [index for index, line in enumerate(program.lines) if line.spelled == spelled]
    past = [index for index in made if index <= end]
    if past:
        return program.lines[past[-1]].target
    starts = [id_ for id_ in program.start if program.spelled(id_) == spelled]
    if starts:
        return starts[0]
    return program.lines[made[0]].target if made else ""
