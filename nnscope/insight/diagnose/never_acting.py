"""What an update has and never acts: a state that is made anew, a difference of one array.

`v = np.zeros_like(W)` inside the loop forgets the velocity; `old = W` is no copy of W.
"""

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import Binary, Expression, Name, names, walk
from nnscope.insight.diagnose.aliases import alias_of
from nnscope.insight.diagnose.finding import Cause, Finding
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.moves import ancestors
from nnscope.insight.diagnose.slips.trees import operands_of, places
from nnscope.insight.diagnose.slips.updating import ALIASED, FORGOTTEN
from nnscope.program.model import Line, Program


def never_acting(judging: Judging, parameter: str) -> Iterator[Finding]:
    """Yield a finding for each state that is 0 in every iteration, and each difference that is."""
    program = judging.program
    wanted = ancestors(program, program.carried[parameter])
    lines = [line for line in program.lines
             if line.target in wanted and names(line.expression)]  # fmt: skip
    found = [each for line in lines for each in _of_one_array(program, line, parameter)]
    yield from found or [each for line in lines for each in _forgotten(judging, line, parameter)]


def _forgotten(judging: Judging, line: Line, parameter: str) -> Iterator[Finding]:
    """Find a share of something that is 0 everywhere, where a share of the last state belongs."""
    program = judging.program
    for part, _ in places(line.expression):
        for this, share in _both(operands_of(part, "*")):
            if not isinstance(this, Name) or not _is_state_of(program, this.id, parameter):
                continue
            context = judging.context("")
            number = context.number(share)
            is_zero = not any(np.any(point.values[this.id]) for point in judging.points)
            if is_zero and number is not None and 0 < number < 1:
                own = program.line_of.get(this.id)
                where = line if own is None else program.lines[own]
                name = program.spelled(this.id)
                fact = f"{name} is 0 at the start of every iteration: what it was is forgotten"
                yield Finding(where, program.spelled(parameter), FORGOTTEN.kind, (fact,),
                              (Cause(FORGOTTEN, where, Name(name), True),))  # fmt: skip


def _is_state_of(program: Program, name: str, parameter: str) -> bool:
    """Tell whether a value has a parameter's shape, and neither is carried nor comes from data."""
    is_alike = sizes(program.shapes[name]) == sizes(program.shapes[parameter])
    return is_alike and bool(sizes(program.shapes[name])) and name not in program.carried


def _both(
    pair: tuple[Expression, Expression] | None,
) -> Iterator[tuple[Expression, Expression]]:
    if pair:
        yield pair
        yield pair[::-1]


def _of_one_array(program: Program, line: Line, parameter: str) -> Iterator[Finding]:
    """Find the difference of an array from itself, which was meant to be another one."""
    for node in walk(line.expression):
        match node:
            case Binary("-", Name(first), Name(second)) if first == second == parameter:
                name = program.spelled(parameter)
                alias = alias_of(program, name)
                where = replace(line, at=alias.at, written=alias.name) if alias else line
                fact = f"{name} is subtracted from itself, and the difference is always 0"
                yield Finding(where, name, ALIASED.kind, (fact,),
                              (Cause(ALIASED, where, Name(f"{name}.copy()"), True),))  # fmt: skip
