"""The gradients that are added up over the iterations, as nobody sets them back to 0."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import Expression, Name, substitute
from nnscope.insight.diagnose.expected import agreed, constant
from nnscope.insight.diagnose.finding import Cause, Finding
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.moves import Move, step_ratio, written_out
from nnscope.insight.diagnose.points import trained_of
from nnscope.insight.diagnose.slips.optimizing import OPTIMIZER_SLIPS
from nnscope.insight.diagnose.slips.trees import operands_of
from nnscope.insight.diagnose.slips.updating import ACCUMULATED
from nnscope.insight.diagnose.steps import is_gradient_name
from nnscope.program.model import Line


def accumulated(judging: Judging) -> Iterator[Finding]:
    """Yield a finding for each gradient that is added to what it was in the last iteration."""
    program, trained = judging.program, trained_of(judging.program)
    for name, end in program.carried.items():
        line = program.lines[program.line_of[end]]
        for added in _added(line, name) if name not in trained else ():
            for move in judging.moves:
                if _is_moved_by(judging, move, line, added):
                    yield _finding(judging, move, line, added)


def _added(line: Line, name: str) -> Iterator[Expression]:
    """Yield what a line adds to a value."""
    left, right = operands_of(line.expression, "+") or (None, None)
    for own, other in ((left, right), (right, left)):
        if isinstance(own, Name) and own.id == name and other is not None:
            yield other


def _is_moved_by(judging: Judging, move: Move, line: Line, added: Expression) -> bool:
    """Tell whether what is added is the gradient of a parameter, which moves by the sum alone."""
    program, reading = judging.program, judging.reading
    if sizes(program.shapes[move.parameter]) != sizes(program.shapes[line.target]):
        return False
    step = substitute(written_out(program, move.line), {line.target: added})
    given = reading.given(reading.whole(added))
    gradients, steps = list[float | None](), list[float | None]()
    for point in judging.points:
        wanted = judging.expected.at(point, move.parameter, given)
        try:
            gradients.append(constant(evaluate(added, point.values), wanted))
            after = evaluate(step, point.values)
        except ExpressionError:
            return False
        steps.append(step_ratio(reading, move.parameter, after, point, given))
    found = agreed(gradients), agreed(steps)
    return all(each is not None and np.isfinite(each) for each in found)


def _finding(judging: Judging, move: Move, line: Line, added: Expression) -> Finding:
    """Tell of a gradient that is the sum over all iterations; of a velocity that its beta is 1."""
    name = judging.program.spelled(move.parameter)
    is_gradient = is_gradient_name(line.spelled, name)
    undecayed = next(each for each in OPTIMIZER_SLIPS if each.name == "state-not-decayed")
    slip = ACCUMULATED if is_gradient else undecayed
    fact = f"{line.spelled} is the sum of the gradients of all iterations so far"
    cause = Cause(slip, line, added, True)
    return Finding(line, name, slip.kind, (fact,), (cause,))
