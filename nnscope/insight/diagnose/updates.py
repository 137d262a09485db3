"""Updates by a rule with a state: momentum, RMSProp, Adam, and the slips that are made with them.

The rule that the values follow is found by trying the table of optimizers, each also with one slip
(see `nnscope.insight.check.update_rules`).
"""

from collections.abc import Iterator

from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.insight.check.iteration import iteration_of
from nnscope.insight.check.updates import UpdateCheck, check_updates
from nnscope.insight.check.verdicts import Verdict
from nnscope.program.model import Program

_LOOKED_AT = (2, 0)
"""The iterations whose updates are compared with rules: one in which there is a state first."""


def rule_checks(program: Program) -> dict[str, UpdateCheck]:
    """Compare the updates with their rules; the wrong one of several iterations counts."""
    found: dict[str, UpdateCheck] = {}
    for iteration in _LOOKED_AT:
        for check in _checks(program, iteration):
            known = found.get(check.name)
            if known is None or known.verdict is Verdict.RIGHT:
                found[check.name] = check
    return found


def _checks(program: Program, iteration: int) -> Iterator[UpdateCheck]:
    if iteration >= program.iterations:
        return
    timeline = Timeline(program)
    try:
        timeline.seek(timeline.clock.moment_of(0, iteration))
        yield from check_updates(iteration_of(timeline.frame()))
    except ExpressionError:
        return
