"""What follows from all checks together: where to look first, and what came out in the end."""

from collections.abc import Sequence

import numpy as np

from nnscope.expression.syntax import names
from nnscope.insight.check.comparison import GradientCheck
from nnscope.insight.check.iteration import Iteration
from nnscope.insight.check.updates import UpdateCheck
from nnscope.insight.check.verdicts import Verdict
from nnscope.insight.numbers import short

_SAME = 1e-6


def roots(iteration: Iteration, checks: Sequence[GradientCheck]) -> tuple[list[str], list[str]]:
    """Split the wrong gradients into those of their own making and those that read a wrong one."""
    lines = {line.target: line for line in iteration.gradients}
    first_ones: list[str] = []
    followers: list[str] = []
    wrong = set[str]()
    for check in checks:
        if check.verdict is Verdict.WRONG:
            own = {*names(lines[check.target].expression)}.isdisjoint(wrong)
            (first_ones if own else followers).append(check.name)
            wrong.add(check.target)
    return first_ones, followers


def cost_suspicion(
    iteration: Iteration, checks: Sequence[GradientCheck], first_ones: Sequence[str]
) -> str:
    """Say that the cost may be what is wrong, where all gradients are off by one number.

    `first_ones` are the wrong gradients that come from no other. A line of the source's own is more
    likely wrong than one that was compiled.
    """
    ratios = [check.ratio for check in checks if not check.is_untested]
    known = [ratio.value for ratio in ratios if ratio is not None]
    if len(known) < max(2, len(ratios)) or np.ptp(known) > _SAME * abs(known[0]):
        return ""
    program = iteration.program
    at, line = program.line_of[program.cost], program.lines[program.line_of[program.cost]]
    said = f"every gradient is {short(known[0])} times the slope of {line.spelled}: "
    what = "the sign" if abs(known[0] + 1) <= _SAME else "the scale"
    culprit = f"{what} of {line.spelled} (line {at + 1})"
    own = {each.spelled for each in program.lines if each.because}
    if (line.spelled in own and own.isdisjoint(first_ones)) or len(first_ones) > 1:
        return f"{said}it is rather {culprit} that is wrong"
    if line.spelled not in own and not own.isdisjoint(first_ones):
        return ""
    return f"{said}either {culprit} is wrong, or that of {first_ones[0]}, from which the rest comes"


def closing(checks: Sequence[GradientCheck], misshapen: int, updates: Sequence[UpdateCheck]) -> str:
    """Sum everything up in a sentence; nothing where the cost has no slope to compare with.

    `misshapen` counts the gradients that could not be compared at all.
    """
    if not checks or any(check.verdict is Verdict.UNTOLD for check in checks):
        return ""
    wrong = sum(check.verdict is Verdict.WRONG for check in checks) + misshapen
    off = sum(update.verdict is not Verdict.RIGHT for update in updates)
    untested = sum(check.is_untested for check in checks)
    parts = _share(wrong, len(checks) + misshapen - untested, "gradient")
    parts += _share(off, len(updates), "update")
    if untested:
        is_one = untested == 1
        words = "1 gradient was" if is_one else f"{untested} gradients were"
        parts.append(f"{words} not tested, as {'it is' if is_one else 'they are'} 0 everywhere")
    head = "in all" if wrong or off else "nothing wrong found" if untested else "all right"
    return f"{head}: {', '.join(parts)}"


def _share(wrong: int, count: int, word: str) -> list[str]:
    """Say how many are wrong: `6 gradients agree`, `2 of 6 gradients are wrong`."""
    words = f"{count} {word}{'' if count == 1 else 's'}"
    if not wrong:
        return [f"{words} agree{'s' if count == 1 else ''}"] if count else []
    return [f"{wrong} of {words} {'is' if wrong == 1 else 'are'} wrong"]
