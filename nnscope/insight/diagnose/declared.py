"""The lines of an update beside those of the rule that it is declared to follow."""

from collections.abc import Mapping

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.insight.diagnose.causes import plainest
from nnscope.insight.diagnose.finding import Cause, Finding
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.points import trained_of
from nnscope.insight.diagnose.slips.context import Context, same
from nnscope.insight.diagnose.slips.optimizing import OPTIMIZER_SLIPS
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.insight.diagnose.slips.updating import UPDATE_SLIPS
from nnscope.program.model import Line, Phase, Program
from nnscope.program.optimizers import OPTIMIZERS
from nnscope.program.resolve import resolved

_SMALL = 1e-3


def declared_findings(judging: Judging, parameter: str) -> list[Finding]:
    """Find the lines of an update that are not those of its rule, given what they were given."""
    program = judging.program
    rule = program.notes.updates[parameter]
    values = _values(program)
    found = list[Finding]()
    for target, right in rule.lines:
        line = _line(program, target)
        if line is None:
            continue
        finding = _compared(judging, parameter, line, right, values)
        if finding is not None:
            found.append(finding)
    return found


def _values(program: Program) -> dict[str, Value]:
    """Run an iteration with a state that is drawn: positive, and so small that epsilon is felt."""
    draw = np.random.default_rng(3)
    values: dict[str, Value] = {**program.start, **program.fed(0)}
    for name in {*program.carried} - {*trained_of(program)}:
        shape = np.shape(values[name])
        values[name] = (
            _SMALL * (0.2 + np.abs(draw.normal(size=shape))) if shape else np.float64(3.0)
        )
    for line in program.lines:
        values[line.target] = evaluate(line.expression, values)
    return values


def _line(program: Program, target: str) -> Line | None:
    own = [line for line in program.lines
           if line.phase is Phase.UPDATE and line.spelled == target]  # fmt: skip
    return own[-1] if own else None


def _compared(
    judging: Judging, parameter: str, line: Line, right: Expression, values: Mapping[str, Value]
) -> Finding | None:
    program, behind = judging.program, judging.program.line_of[line.target] - 1
    meant = resolved(program, right, behind)
    try:
        wanted = np.asarray(evaluate(meant, values))
    except ExpressionError:
        return None
    own = np.asarray(values[line.target])
    if same(own, wanted):
        return None
    context = Context(judging.expected.forward, values, judging.reading.roles, parameter)
    forms = [(slip, [resolved(program, wrong, behind) for wrong in slip.plant(right, context)])
             for slip in (*OPTIMIZER_SLIPS, *UPDATE_SLIPS)]  # fmt: skip
    slips = [slip for slip, wrong in forms
             if any(same(context.value(each), own) for each in wrong)]  # fmt: skip
    causes = tuple(plainest([Cause(slip, line, meant, True) for slip in slips]))
    kind = causes[0].slip.kind if causes else Kind.DIRECTION
    if is_other_convention(judging, parameter):
        kind = Kind.CONVENTION
    name = judging.program.spelled(parameter)
    check = judging.rules.get(parameter)
    fact = f"{name} {check.text}" if check else f"{line.spelled} is not what the rule gives"
    return Finding(line, name, kind, (fact,), causes, f"{line.spelled} = {source(meant)}")


def is_other_convention(judging: Judging, parameter: str) -> bool:
    """Tell whether an update follows the same rule in another convention, and is right as that."""
    check = judging.rules.get(parameter)
    rule = judging.program.notes.updates.get(parameter)
    if check is None or rule is None:
        return False
    return any(each.full_title == check.instead and rule.title.startswith(each.title)
               for each in OPTIMIZERS)  # fmt: skip
