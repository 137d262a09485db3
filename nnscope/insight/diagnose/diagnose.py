"""Diagnosing a program: each backward line, each update and the cost, given what it was given."""

import numpy as np
from msgspec.structs import replace

from nnscope.insight.diagnose.expected import Expected
from nnscope.insight.diagnose.finding import Diagnosis, Finding
from nnscope.insight.diagnose.forward import forward_of
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.moves import decays
from nnscope.insight.diagnose.points import points_of
from nnscope.insight.diagnose.wrong_cost import other_loss, wrong_cost
from nnscope.insight.diagnose.wrong_scales import wrong_scales
from nnscope.insight.diagnose.wrong_steps import wrong_steps
from nnscope.insight.diagnose.wrong_updates import wrong_updates
from nnscope.program.model import Program


def diagnose(program: Program) -> Diagnosis:
    """Judge the lines of a program, and name what is wrong with each that is."""
    if not program.cost:
        return Diagnosis(program, (), trouble="it has no cost to compare with")
    forward = forward_of(program)
    points = points_of(forward)
    if not any(not point.is_made for point in points):
        return Diagnosis(program, (), trouble="its cost is no finite number at the start")
    if any(np.size(point.values[program.cost]) != 1 for point in points):
        return Diagnosis(program, (), trouble="its cost is not one number")
    judging = Judging.of(Expected(forward, points))
    cost = wrong_cost(judging)
    return _found(judging) if cost is None else _with_cost_mended(program, cost)


def _with_cost_mended(program: Program, cost: Finding) -> Diagnosis:
    """Judge the other lines as if the cost were what is descended."""
    right = replace(cost.line, expression=cost.causes[0].right)
    lines = tuple(right if line.target == cost.line.target else line for line in program.lines)
    forward = forward_of(replace(program, lines=lines))
    rest = _found(Judging.of(Expected(forward, points_of(forward))))
    return replace(rest, program=program, findings=(cost, *rest.findings))


def _found(judging: Judging) -> Diagnosis:
    """Put the findings into the order of the lines."""
    program = judging.program
    findings = [*wrong_steps(judging), *wrong_scales(judging), *wrong_updates(judging)]
    findings.sort(key=lambda each: program.line_of[each.line.target])
    told = [finding for finding in findings if not judging.is_convention(finding)]
    told = _with_other_loss(judging, told)
    remarks = tuple(judging.remark(each) for each in findings if judging.is_convention(each))
    untold = _untold(judging, told)
    return Diagnosis(
        program, tuple(told), tuple(_right(judging, told, dict(untold))), untold, remarks
    )


def _with_other_loss(judging: Judging, findings: list[Finding]) -> list[Finding]:
    """Add to a wrong first gradient that it would be right with another cost, if it would."""
    first = {step.target for step in judging.steps if not step.given and step.ratio is None}
    if not findings or findings[0].line.target not in first or not findings[0].causes:
        return findings
    causes = (*findings[0].causes, *other_loss(judging)[:1])
    return [replace(findings[0], causes=causes), *findings[1:]]


def _untold(judging: Judging, findings: list[Finding]) -> tuple[tuple[str, str], ...]:
    wrong = {each.line.target for each in findings}
    found = [(step.target, step.untold) for step in judging.steps if step.untold]
    found += [(move.line.target, "its rule is not known") for move in judging.moves
              if move.total is None and move.parameter not in judging.rules
              and not decays(judging.reading, move)]  # fmt: skip
    return tuple(each for each in found if each[0] not in wrong)


def _right(judging: Judging, findings: list[Finding], untold: dict[str, str]) -> list[str]:
    """List the lines that were judged, and are not wrong."""
    wrong = {each.line.target for each in findings}
    steps = [step for step in judging.steps if step.target not in wrong | untold.keys()]
    found = [target for step in steps for target in (*step.parts, step.target)]
    moved = [move.line.target for move in judging.moves]
    return [*found, *(target for target in moved if target not in wrong | untold.keys())]
