"""The backward lines that are no multiple of what they should be."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.insight.diagnose.causes import Aim, exact_causes, runs
from nnscope.insight.diagnose.expected import constant
from nnscope.insight.diagnose.facts import facts_of
from nnscope.insight.diagnose.finding import Cause, Finding
from nnscope.insight.diagnose.instead import right_line
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.points import Point
from nnscope.insight.diagnose.possible import possible_causes
from nnscope.insight.diagnose.slips.entries import GRADIENT_SLIPS
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.insight.diagnose.steps import Step


def wrong_steps(judging: Judging) -> Iterator[Finding]:
    """Yield a finding for each gradient of a wrong direction."""
    for step in judging.steps:
        if step.ratio is None and not step.untold:
            causes = tuple(step_causes(judging, step, None))
            kind = causes[0].slip.kind if causes else Kind.DIRECTION
            instead = "" if causes else right_line(judging.reading, step)
            of = judging.expected.forward.spelled(step.of)
            beside = _beside(judging, step)
            facts = tuple(_facts(judging, step, beside))
            same_shape = beside if beside and beside[0].shape == beside[1].shape else None
            likely = () if causes else possible_causes(judging, step)
            yield Finding(step.line, of, kind, facts, causes, instead, step.is_masked, same_shape,
                          likely)  # fmt: skip


def step_causes(judging: Judging, step: Step, ratio: float | None) -> list[Cause]:
    """List the slips that a backward line comes from; see `exact_causes` for the `ratio`."""
    program = judging.program
    parts = [program.lines[program.line_of[part]] for part in step.parts]
    lines = list(runs(step.line, parts))
    context = judging.context(step.of, judging.telling(step))
    aim = Aim(judging.points, judging.judge(step), ratio)
    return exact_causes(GRADIENT_SLIPS, lines, context, aim)


Beside = tuple[NDArray[Any], NDArray[Any]]


def _beside(judging: Judging, step: Step) -> Beside | None:
    """Give what a line computes and what it should, where it is first seen to be wrong."""
    point = _telling(judging, step)
    wanted = judging.expected.at(point, step.of, step.given)
    if wanted is None:
        return None
    factor = step.given[0][1].factor if step.given else 1.0
    return np.asarray(point.values[step.target], dtype=float), factor * wanted


def _facts(judging: Judging, step: Step, beside: Beside | None) -> Iterator[str]:
    if beside is None:
        return
    program, point = judging.program, _telling(judging, step)
    others = {program.spelled(name): np.asarray(point.values[name])
              for name in judging.reading.roles if name != step.target}  # fmt: skip
    yield from facts_of(program, step.line.spelled, *beside, others)


def _telling(judging: Judging, step: Step) -> Point:
    """Give the first point at which a line is seen to be wrong: its own start, if it is there."""
    for point in judging.shown:
        wanted = judging.expected.at(point, step.of, step.given)
        if constant(point.values[step.target], wanted) is None:
            return point
    return judging.shown[0]
