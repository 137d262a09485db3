"""The updates that are no step down the slope: none at all, or by a rule with a slip."""

from collections.abc import Iterator

import numpy as np

from nnscope.insight.check.updates import UpdateCheck
from nnscope.insight.check.verdicts import Verdict
from nnscope.insight.diagnose.causes import exact_causes, runs
from nnscope.insight.diagnose.finding import Finding
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.moves import Move
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.insight.diagnose.slips.updating import UPDATE_SLIPS


def wrong_updates(judging: Judging) -> Iterator[Finding]:
    """Yield a finding for each update that does not do what it is there for."""
    for move in judging.moves:
        check = judging.rules.get(move.parameter)
        if move.total == 0:
            yield _still(judging, move)
        elif move.total is None and check is not None and check.verdict is not Verdict.RIGHT:
            yield _by_rule(judging, move, check)
    yield from _never_updated(judging)


def _still(judging: Judging, move: Move) -> Finding:
    name = judging.program.spelled(move.parameter)
    causes = tuple(exact_causes(
        UPDATE_SLIPS, list(runs(move.line, ())), judging.context(move.parameter),
        judging.points, judging.judge_move(move),
    ))  # fmt: skip
    return Finding(move.line, name, Kind.MISSING, (f"{name} stays as it is",), causes)


def _by_rule(judging: Judging, move: Move, check: UpdateCheck) -> Finding:
    causes = tuple(exact_causes(
        UPDATE_SLIPS, list(runs(move.line, ())), judging.context(move.parameter),
        judging.points, judging.judge_move(move),
    ))  # fmt: skip
    kind = causes[0].slip.kind if causes else Kind.DIRECTION
    name = judging.program.spelled(move.parameter)
    return Finding(move.line, name, kind, (f"{name} {check.text}",), causes)


def _never_updated(judging: Judging) -> Iterator[Finding]:
    """Find the gradients of arrays that no line updates, though it does the others."""
    program = judging.program
    if not judging.moves:
        return
    for step in judging.steps:
        is_still = step.of in program.start and step.of not in program.carried
        if is_still and _is_parameter(judging, step.of):
            name = program.spelled(step.of)
            fact = f"{name} stays as it is: no line updates it"
            yield Finding(step.line, name, Kind.MISSING, (fact,))


def _is_parameter(judging: Judging, name: str) -> bool:
    """Tell whether a value is one that others like it are trained: no data, and no label."""
    program = judging.program
    if name in program.notes.data:
        return False
    if program.notes.parameters:
        return name in program.notes.parameters
    return bool(np.ndim(program.start[name])) and name not in judging.context("").examples_of
