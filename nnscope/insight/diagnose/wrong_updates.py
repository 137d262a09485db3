"""The updates that are no step down the slope: none at all, or by a rule with a slip."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from nnscope.expression.evaluate import evaluate
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import (
    Binary,
    names,
    substitute,
)
from nnscope.insight.check.verdicts import Verdict
from nnscope.insight.diagnose.accumulated import accumulated
from nnscope.insight.diagnose.causes import Aim, exact_causes, runs
from nnscope.insight.diagnose.declared import declared_findings, is_other_convention
from nnscope.insight.diagnose.finding import Cause, Finding
from nnscope.insight.diagnose.in_source import idle_line
from nnscope.insight.diagnose.instead import right_expression
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.moves import Move, decays, has_own_rates, is_plain
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.trees import is_writable
from nnscope.insight.diagnose.slips.updating import COPIED, NEVER_UPDATED, UPDATE_SLIPS
from nnscope.insight.diagnose.still import still_parameters
from nnscope.insight.diagnose.wrong_rules import Told
from nnscope.program.model import Line


def wrong_updates(judging: Judging, told: Mapping[str, Told]) -> Iterator[Finding]:
    """Yield a finding for each update that does not do what it is there for.

    `told` is what is known of those with a state.
    """
    sums = list(accumulated(judging))
    yield from sums
    summed = {finding.of for finding in sums}
    for move in judging.moves:
        if judging.program.spelled(move.parameter) in summed or _is_grown(judging, move):
            continue
        if move.parameter in told:
            yield from told[move.parameter].findings
            continue
        check = judging.rules.get(move.parameter)
        is_broken = check is not None and check.verdict is not Verdict.RIGHT
        if check is not None and is_broken and _has_rule(judging, move):
            declared = declared_findings(judging, move.parameter)
            yield from declared or [_off_rule(judging, move, check.text)]
        elif move.total == 0:
            yield _still(judging, move)
        elif move.total is None and check is not None and is_broken:
            yield _off_rule(judging, move, check.text)
        elif move.total is None and check is None and is_off(judging, move):
            yield _off_rule(judging, move, "does not move along its slope")
    yield from _never_updated(judging)


def _is_grown(judging: Judging, move: Move) -> bool:
    """Tell whether a parameter gets another shape from a gradient that is told of already."""
    shapes = judging.program.shapes
    wrong = {step.target for step in judging.steps if step.ratio is None}
    is_grown = sizes(shapes[move.line.target]) != sizes(shapes[move.parameter])
    return is_grown and bool(wrong & {name for name, _ in move.given})


def move_causes(judging: Judging, move: Move, ratio: float | None = None) -> list[Cause]:
    """List the slips that an update comes from; see `Aim` for the `ratio`."""
    lines, context = list(runs(move.line, ())), judging.context(move.parameter)
    if move.expression != move.line.expression:
        lines.append((replace(move.line, expression=move.expression), evaluate))
    aim = Aim(judging.points, judging.judge_move(move), ratio)
    return exact_causes(UPDATE_SLIPS, lines, context, aim)


def _has_rule(judging: Judging, move: Move) -> bool:
    """Tell whether an update is declared to follow a rule of several lines."""
    rule = judging.program.notes.updates.get(move.parameter)
    return rule is not None and len(rule.lines) > 1


def _still(judging: Judging, move: Move) -> Finding:
    name = judging.program.spelled(move.parameter)
    causes = tuple(move_causes(judging, move))
    return Finding(move.line, name, Kind.MISSING, (f"{name} stays as it is",), causes)


def is_off(judging: Judging, move: Move) -> bool:
    """Tell whether an update is no step down the slope, and follows no rule with a state either."""
    reading = judging.reading
    is_told = decays(reading, move) or has_own_rates(reading, move)
    return is_plain(judging.program, move) and not is_told


def _off_rule(judging: Judging, move: Move, told: str) -> Finding:
    causes = tuple(move_causes(judging, move))
    causes = causes or tuple(_with_own_gradient(judging, move))
    kind = causes[0].slip.kind if causes else Kind.DIRECTION
    kind = Kind.CONVENTION if is_other_convention(judging, move.parameter) else kind
    name = judging.program.spelled(move.parameter)
    return Finding(move.line, name, kind, (f"{name} {told}",), causes)


def _with_own_gradient(judging: Judging, move: Move) -> Iterator[Cause]:
    """Put the parameter's own gradient, written out, in place of that of another."""
    roles = {target: role for target, role in judging.reading.roles.items()
             if role.of != move.parameter}  # fmt: skip
    given = tuple(each for each in roles.items() if each[1].of not in judging.program.start)
    own = right_expression(judging.reading, move.parameter, given)
    slip = next(each for each in UPDATE_SLIPS if each.name == "gradient-of-another-parameter")
    for name in names(move.line.expression) if own is not None else ():
        if name in roles and own is not None:
            mended = substitute(move.line.expression, {name: own})
            if Aim(judging.points, judging.judge_move(move)).is_met(mended, evaluate):
                yield Cause(slip, move.line, mended, True)
                return


def _never_updated(judging: Judging) -> Iterator[Finding]:
    """Find the parameters that no line updates, though it does the others."""
    program = judging.program
    if not judging.moves:
        return
    gradients = {step.of: step.line for step in judging.steps}
    for name, line in dict(still_parameters(judging)).items():
        told = program.spelled(name)
        fact = f"{told} stays as it is: no line updates it"
        idle = idle_line(program, name, line)
        where = replace(gradients.get(name, idle.line), written=told)
        slip = COPIED if idle.is_copy and name not in gradients else NEVER_UPDATED
        causes = tuple(_updating(judging, name, where, slip))
        yield Finding(where, told, Kind.MISSING, (fact,), causes)


def _updating(judging: Judging, name: str, where: Line, slip: Slip) -> Iterator[Cause]:
    """Write the update that is missing, with its gradient written out."""
    roles = judging.reading.roles.items()
    given = tuple(each for each in roles if each[1].of not in judging.program.start)
    gradient = right_expression(judging.reading, name, given)
    rate = judging.context(name).rate
    if gradient is not None and rate is not None and is_writable(gradient):
        own = judging.program.variables[name].name
        yield Cause(slip, where, Binary("-", own, Binary("*", rate, gradient)), True)
