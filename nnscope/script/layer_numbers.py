"""Gradients that a loop over layers gives one name, told apart by what they are gradients of."""

import re
from collections import Counter

from msgspec.structs import replace

from nnscope.expression.syntax import Name, substitute
from nnscope.program.model import Program


def numbered(program: Program) -> Program:
    """Put the number of what it is the gradient of behind a name that several lines have.

    `dZ` becomes `dZ2` where it is that of `Z2`.
    """
    often = Counter(line.spelled for line in program.lines)
    names = dict[str, Name]()
    for line in program.lines:
        number = re.search(r"\d+$", program.spelled(line.gradient_of))
        is_plain = line.spelled.isidentifier() and not line.spelled[-1].isdigit()
        if often[line.spelled] > 1 and number and is_plain:
            names[line.target] = Name(line.target, line.spelled + number.group())
    variables = {id_: replace(each, spelled=names[id_].spelled) if id_ in names else each
                 for id_, each in program.variables.items()}  # fmt: skip
    lines = tuple(
        replace(line, expression=substitute(line.expression, names),
                written=variables[line.target].spelled)
        for line in program.lines
    )  # fmt: skip
    return replace(program, lines=lines, variables=variables) if names else program
