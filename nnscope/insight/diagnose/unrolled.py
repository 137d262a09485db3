"""A script whose training loop trains nothing, as its updates work on copies.

Nothing is carried from one iteration to the next, so a recording has the passes of the loop one
behind the other. Here the first is taken for the iteration, and what its updates make for what
should have been carried on.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate, freeze
from nnscope.expression.syntax import names
from nnscope.insight.diagnose.finding import Cause, Diagnosis, Finding
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.insight.diagnose.slips.updating import COPIED
from nnscope.program.assignment import Assignment
from nnscope.program.gradients import with_gradients
from nnscope.program.model import Line, Program
from nnscope.program.phases import phases

_LEAST = 4


def folded(program: Program) -> Iterator[Program]:
    """Yield the program of one pass, with each number that may be its cost, the last one first.

    Nothing is yielded for a program that trains something, or repeats nothing.
    """
    if program.carried or not program.notes.sources:
        return
    body = _first_pass(program.lines)
    start = _started(program, body)
    if not body or start is None:
        return
    carried = dict(_copies(program, body, start))
    costs = [line.target for line in body if not program.shapes[line.target]
             and any(name in program.variables for name in names(line.expression))]  # fmt: skip
    for cost in reversed(costs) if carried else ():
        yield with_gradients(_with(program, body, start, carried, cost))


def repeats(program: Program) -> bool:
    """Tell whether a script does the same over and over, and carries nothing on."""
    return not program.carried and bool(program.notes.sources) and bool(_first_pass(program.lines))


def with_copies(diagnosis: Diagnosis) -> Diagnosis:
    """Add to a diagnosis of one pass that its updates change nothing."""
    program = diagnosis.program
    found = [_copied(program, name) for name in program.carried]
    wrong = {each.line.target for each in found}
    rest = [each for each in diagnosis.findings if each.line.target not in wrong]
    findings = sorted((*rest, *found), key=lambda each: program.line_of[each.line.target])
    right = tuple(target for target in diagnosis.right if target not in wrong)
    return replace(diagnosis, findings=tuple(findings), right=right)


def _copied(program: Program, name: str) -> Finding:
    line, told = program.lines[program.line_of[program.carried[name]]], program.spelled(name)
    fact = f"{told} stays as it is: nothing reads what this line makes"
    cause = Cause(COPIED, replace(line, written=told), line.expression, True)
    return Finding(line, told, Kind.MISSING, (fact,), (cause,))


def _first_pass(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give the lines up to where the same rows come again, without those before that."""
    rows = [(line.at.file, line.at.row) if line.at else None for line in lines]
    for first, row in enumerate(rows):
        again = next((at for at in range(first + _LEAST, len(rows)) if rows[at] == row), 0)
        if again and rows[first:again] == rows[again : 2 * again - first]:
            return tuple(lines[first:again])
    return ()


def _started(program: Program, body: Sequence[Line]) -> dict[str, Value] | None:
    """Give the values that a pass finds, those that lines before it make too."""
    values, made = dict(program.start), {line.target for line in body}
    try:
        for line in program.lines[: program.lines.index(body[0]) if body else 0]:
            values[line.target] = freeze(evaluate(line.expression, values))
    except ExpressionError:
        return None
    read = {name for line in body for name in names(line.expression)} - made
    return {name: value for name, value in values.items() if name in read}


def _copies(
    program: Program, body: Sequence[Line], start: dict[str, Value]
) -> Iterator[tuple[str, str]]:
    """Yield what a pass makes of a starting value of the same shape, and nothing reads."""
    read = {name for line in program.lines for name in names(line.expression)}
    for line in body:
        for name in names(line.expression) if line.target not in read else ():
            shape = np.shape(start.get(name, 0.0))
            if (
                name in start
                and shape
                and shape == tuple(axis.size for axis in program.shapes[line.target])
            ):
                yield name, line.target
                break


def _with(
    program: Program, body: Sequence[Line], start: dict[str, Value], carried: dict[str, str],
    cost: str,
) -> Program:  # fmt: skip
    told = phases([Assignment(line.target, line.expression) for line in body], cost, carried)
    lines = tuple(replace(line, phase=phase) for line, phase in zip(body, told, strict=True))
    return replace(program, lines=lines, start=start, carried=carried, cost=cost, iterations=1)
