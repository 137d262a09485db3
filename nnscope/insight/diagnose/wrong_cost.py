"""The cost that is not what is descended.

The first gradient follows from the cost alone. Where it does not, either of the two is wrong. The
cost is, if it is none of the usual ones, and is one with a slip mended; else it is the gradient.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec.structs import replace

from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.insight.diagnose.causes import plainest
from nnscope.insight.diagnose.expected import Expected, constant
from nnscope.insight.diagnose.finding import Cause, Finding
from nnscope.insight.diagnose.forward import Forward, forward_of
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.points import points_of
from nnscope.insight.diagnose.scales import near, offs
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.costs import COST_SLIPS, is_usual, standard_of
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.insight.diagnose.steps import Step
from nnscope.insight.diagnose.wrong_steps import step_causes


def wrong_cost(judging: Judging) -> Finding | None:
    """Give a finding if the cost is what is wrong; None where it is not, or nobody can tell."""
    if judging.is_cost_added:
        return None
    first = [step for step in judging.steps if not step.given and not step.untold]
    off = _common_factor(judging)
    if not first or (off is None and all(step.ratio is not None for step in first)):
        return None
    program = judging.program
    line = program.lines[program.line_of[program.cost]]
    is_standing = _is_standing(judging, line.expression, off)
    if is_standing and off is not None:
        return None
    causes = tuple(plainest(list(_causes(judging, first, judging.context(""), off))))
    if not causes or (is_standing and not _is_simpler(judging, first, causes[0])):
        return None
    fact = f"{line.spelled} is not what its gradients descend"
    if off is not None and not near(off, 1):
        fact = f"every gradient is {off:.6g} times the slope of {line.spelled}"
    if _is_ascended(judging, first):
        fact = (f"all steps go up the slope of {line.spelled}: it is made as large as can be, as a "
                "log-likelihood is, and not as small as a cost")  # fmt: skip
        return Finding(line, line.spelled, Kind.CONVENTION, (fact,), causes)
    return Finding(line, line.spelled, Kind.COST, (fact,), causes)


def _is_ascended(judging: Judging, first: Sequence[Step]) -> bool:
    """Tell whether a script means to go up: its gradients are those of the cost, and are added."""
    is_own = bool(judging.program.notes.sources)
    is_up = all(move.total is not None and move.total < 0 for move in judging.moves)
    return is_own and is_up and all(step.ratio is not None and step.ratio > 0 for step in first)


def _is_simpler(judging: Judging, first: Sequence[Step], cause: Cause) -> bool:
    """Tell whether another cost explains all, and mending the first gradients does not."""
    wrong = [step for step in first if step.ratio is None]
    causes = [step_causes(judging, step, None)[:1] for step in wrong]
    if not all(causes):
        return True
    mended = [each[0] for each in causes]
    return bool(_left(judging, mended)) and not _left(judging, [cause])


def _left(judging: Judging, causes: Sequence[Cause]) -> int:
    """Count what is still wrong after some lines are mended."""
    right = {cause.line.target: cause.right for cause in causes}
    program = judging.program
    lines = tuple(replace(line, expression=right.get(line.target, line.expression))
                  for line in program.lines)  # fmt: skip
    forward = forward_of(replace(program, lines=lines))
    after = Judging.of(Expected(forward, points_of(forward)))
    wrong = [step for step in after.steps if step.ratio is None and not step.untold]
    return len(wrong) + len(offs(after.program, after.steps, after.moves, after.points))


def other_loss(judging: Judging) -> list[Cause]:
    """List the losses whose gradient the first backward lines are, where the cost is another."""
    first = [step for step in judging.steps if not step.given and not step.untold]
    if judging.is_cost_added or all(step.ratio is not None for step in first):
        return []
    causes = _causes(judging, first, judging.context(""), None)
    return [cause for cause in causes if not _left(judging, [cause])]


def _common_factor(judging: Judging) -> float | None:
    """Give the factor that all parameters are off by; None where they are not, or not alike."""
    if any(step.ratio is None and not step.untold for step in judging.steps):
        return None
    found = offs(judging.program, judging.steps, judging.moves, judging.points)
    reached = {name for off in found for name in off.reached}
    factors = {round(off.factor, 9) for off in found}
    trained = {move.parameter for move in judging.moves if move.total is not None}
    is_common = len(factors) == 1 and bool(trained) and trained <= reached
    return found[0].factor if is_common else None


def _is_standing(judging: Judging, cost: Expression, off: float | None) -> bool:
    """Tell whether the cost is a usual one, so that rather the gradient is wrong.

    A sum whose gradients are all those of the mean is not: one line is wrong then, and not many.
    """
    context, others = _contexts(judging)
    standard = standard_of(context, cost, others)
    if standard is None or not is_usual(context, standard):
        return False
    counts = [float(count) for count in context.example_counts]
    is_sum = standard.scale in (1.0, 0.5) or near(standard.scale, 1) or near(standard.scale, 0.5)
    is_of_mean = off is not None and any(near(off, 1 / count) for count in counts if count > 1)
    return not (is_sum and is_of_mean)


def _contexts(judging: Judging) -> tuple[Context, list[Context]]:
    """Give the surroundings of the cost at several points."""
    context = judging.context("")
    others = [replace(context, values=point.values) for point in judging.points[:2]]
    return context, others


def _causes(
    judging: Judging, first: Sequence[Step], context: Context, off: float | None
) -> Iterator[Cause]:
    program = judging.program
    line = program.lines[program.line_of[program.cost]]
    seen: dict[str, bool] = {}
    for slip in COST_SLIPS:
        for mended in slip.mend(line.expression, context):
            key = source(mended)
            if key not in seen:
                seen[key] = mended != line.expression and _is_right(judging, first, mended, off)
            if seen[key]:
                yield Cause(slip, line, mended, True)
                break


def _is_right(
    judging: Judging, first: Sequence[Step], mended: Expression, off: float | None
) -> bool:
    """Tell whether a mended cost is a usual one, and what the first gradients follow from."""
    context, others = _contexts(judging)
    value = context.value(mended)
    if value is None or value.ndim:
        return False
    standard = standard_of(context, mended, others)
    if standard is None or not is_usual(context, standard):
        return False
    if off is not None:
        old = context.value(context.name(judging.program.cost))
        return old is not None and bool(near(float(value), off * float(old)))
    expected = Expected(_with_cost(judging.expected.forward, mended), judging.points)
    return all(_is_followed(expected, step, judging) for step in first)


def _is_followed(expected: Expected, step: Step, judging: Judging) -> bool:
    ratios = [constant(point.values[step.target], expected.at(point, step.of, ()))
              for point in judging.points]  # fmt: skip
    known = [each for each in ratios if each is not None and np.isfinite(each)]
    return len(known) == len(ratios) and bool(np.ptp(known) <= 1e-6 * abs(known[0]))


def _with_cost(forward: Forward, mended: Expression) -> Forward:
    cost = forward.program.cost
    lines = tuple((target, mended if target == cost else expression)
                  for target, expression in forward.lines)  # fmt: skip
    return replace(forward, lines=lines)
