"""A softmax along the wrong axis: over the examples, where it is to be over the classes."""

import ast
from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.syntax import Call, Expression, with_children
from nnscope.insight.diagnose.expected import Expected
from nnscope.insight.diagnose.finding import Cause, Finding
from nnscope.insight.diagnose.forward import forward_of
from nnscope.insight.diagnose.in_source import assigning
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.points import points_of
from nnscope.insight.diagnose.slips.derivatives import softmaxes
from nnscope.insight.diagnose.slips.forwards import SOFTMAX_AXIS
from nnscope.program.model import Line, Program, SourceSpan


class Turned(Struct, frozen=True, eq=False):
    """What is found of a softmax along the wrong axis, and the judging with it mended."""

    finding: Finding
    judging: Judging


def wrong_softmax(judging: Judging) -> Turned | None:
    """Find a softmax whose mending makes the first gradient right; None where there is none."""
    if not any(step.ratio is None and not step.given for step in judging.steps):
        return None
    for after, axis in _along_examples(judging):
        program = _turned(judging.program, after, axis)
        forward = forward_of(program)
        mended = Judging.of(Expected(forward, points_of(forward)))
        first = [step for step in mended.steps if not step.given and not step.untold]
        if first and all(step.ratio is not None for step in first):
            return Turned(_finding(judging, program, after, axis), mended)
    return None


def _along_examples(judging: Judging) -> Iterator[tuple[str, int]]:
    """Yield each softmax over another axis than that of the classes of a target of its shape."""
    context = judging.context("")
    for _, after, axis in softmaxes(context):
        for name in context.data:
            target = np.asarray(context.values[name])
            if target.shape == np.shape(context.values[after]):
                is_other = bool(np.all(np.sum(target, axis=1 - axis) == 1))
                if is_other and not np.all(np.sum(target, axis=axis) == 1):
                    yield after, axis


def _turned(program: Program, after: str, axis: int) -> Program:
    """Take the reductions of a softmax along the other axis; they may stand in several lines."""
    own = program.lines[program.line_of[after]]
    lines = tuple(replace(line, expression=_along(line.expression, axis))
                  if line is own or _is_beside(line, own) else line
                  for line in program.lines)  # fmt: skip
    return replace(program, lines=lines)


def _is_beside(line: Line, own: Line) -> bool:
    """Tell whether a line belongs to the same layer's activation."""
    if line.phase is not own.phase:
        return False
    return line.layer == own.layer if own.layer else line.at is not None and own.at is not None


def _along(expression: Expression, axis: int) -> Expression:
    """Put the other axis into each call that has one, of two."""
    inner = with_children(expression, lambda child: _along(child, axis))
    if not isinstance(inner, Call) or inner.option("axis") not in (axis, axis - 2):
        return inner
    options = tuple((key, 1 - axis if key == "axis" else each) for key, each in inner.options)
    return Call(inner.function, inner.arguments, options)


def _finding(judging: Judging, program: Program, after: str, axis: int) -> Finding:
    line, right = (each.lines[each.line_of[after]] for each in (judging.program, program))
    where = _called_from(judging.program, line)
    name = judging.program.spelled(after)
    other = ("column", "row")[axis]
    fact = (f"each {other} of {name} adds up to 1, and is not one example: "
            f"each {('row', 'column')[axis]} should")  # fmt: skip
    cause = Cause(SOFTMAX_AXIS, where, right.expression, True)
    return Finding(where, name, SOFTMAX_AXIS.kind, (fact,), (cause,))


def _called_from(program: Program, line: Line) -> Line:
    """Give the line that says the axis: inside a function, or where that is called."""
    if line.at is None or not line.at.calls or _says_axis(program, line.at):
        return line
    found = assigning(program, line.spelled)
    return replace(line, at=found) if found else line


def _says_axis(program: Program, at: SourceSpan) -> bool:
    """Tell whether a statement of the source says an axis as a number."""
    try:
        tree = ast.parse("\n".join(program.notes.sources.get(at.file, ())))
    except SyntaxError:
        return True
    return any(isinstance(node, ast.keyword) and node.arg == "axis" and node.lineno == at.row
               and not isinstance(node.value, ast.Name) for node in ast.walk(tree))  # fmt: skip
