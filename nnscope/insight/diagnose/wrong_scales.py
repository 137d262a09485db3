"""The lines that put a constant factor too much into what follows from them."""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from nnscope.insight.diagnose.facts import ratio_fact
from nnscope.insight.diagnose.finding import Finding
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.moves import Move
from nnscope.insight.diagnose.scales import Off, explanations
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.insight.diagnose.steps import Step
from nnscope.insight.diagnose.wrong_steps import step_causes
from nnscope.insight.diagnose.wrong_updates import move_causes
from nnscope.insight.numbers import short


def wrong_scales(judging: Judging) -> Iterator[Finding]:
    """Yield a finding for each factor that does not belong where it stands.

    Of several sets of lines that may be off, the smallest counts in which a slip explains each.
    """
    sets = explanations(judging.program, judging.steps, judging.moves, judging.points)
    found = (list(_findings(judging, each)) for each in sets)
    first = next(found, [])
    explained = (each for each in chain([first], found) if all(finding.causes for finding in each))
    yield from next(explained, first)


def _findings(judging: Judging, together: Sequence[Off]) -> Iterator[Finding]:
    steps = {step.target: step for step in judging.steps}
    moves = {move.line.target: move for move in judging.moves}
    for off in together:
        if off.target in steps:
            yield _off_step(judging, steps[off.target], off)
        elif off.target in moves:
            yield _off_move(judging, moves[off.target], off)


def _off_step(judging: Judging, step: Step, off: Off) -> Finding:
    ratio = step.ratio if step.ratio is not None else 1.0
    causes = tuple(step_causes(judging, step, ratio / off.factor))
    kind = causes[0].slip.kind if causes else Kind.SCALE
    cells = int(np.size(judging.points[0].values[step.target]))
    fact = ratio_fact(judging.program, step.line.spelled, off.factor, cells)
    own = np.asarray(judging.shown[0].values[step.target], dtype=float)
    of, beside = judging.expected.forward.spelled(step.of), (own, own / off.factor)
    return Finding(step.line, of, kind, (fact,), causes, beside=beside)


def _off_move(judging: Judging, move: Move, off: Off) -> Finding:
    ratio = (move.total or 0.0) / off.factor
    causes = tuple(move_causes(judging, move, ratio))
    kind = causes[0].slip.kind if causes else Kind.SCALE
    name = judging.program.spelled(move.parameter)
    fact = f"{name} moves {short(off.factor, 6)} times as far as it should"
    if off.factor < 0:
        fact = f"{name} moves up the slope, not down"
    return Finding(move.line, name, kind, (fact,), causes)
