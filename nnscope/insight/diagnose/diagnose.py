"""Diagnosing a program: each backward line, each update and the cost, given what it was given."""

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from nnscope.insight.diagnose.aliases import with_aliases
from nnscope.insight.diagnose.expected import Expected
from nnscope.insight.diagnose.finding import Diagnosis, Finding
from nnscope.insight.diagnose.forward import forward_of
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.moves import decays
from nnscope.insight.diagnose.points import points_of
from nnscope.insight.diagnose.resized import is_telling, resized
from nnscope.insight.diagnose.wrong_cost import other_loss, wrong_cost
from nnscope.insight.diagnose.wrong_rules import told_rules
from nnscope.insight.diagnose.wrong_scales import wrong_scales
from nnscope.insight.diagnose.wrong_softmax import wrong_softmax
from nnscope.insight.diagnose.wrong_steps import wrong_steps
from nnscope.insight.diagnose.wrong_updates import wrong_updates
from nnscope.program.exact import exact
from nnscope.program.model import Program


def diagnose(program: Program) -> Diagnosis:
    """Judge the lines of a program in all its forms, and name what is wrong with each that is."""
    first, *others = map(_diagnosed_form, _variants(program))
    findings, right = [*first.findings], dict.fromkeys(first.right)
    seen = [*program.lines]
    for other in others:
        findings += [each for each in other.findings if each.line not in seen]
        right |= dict.fromkeys(other.right)
        seen += other.program.lines
    wrong = {each.line.target for each in findings}
    kept = tuple(target for target in right if target not in wrong)
    return replace(first, program=program, findings=tuple(findings), right=kept)


def _variants(program: Program) -> Iterator[Program]:
    """Yield the program with each form that has lines of its own as its first."""
    for place in range(len(program.forms)):
        if program.variants[place] not in program.variants[:place]:
            yield program.with_first(place) if place else program


def _diagnosed_form(program: Program) -> Diagnosis:
    """Judge the lines of a form.

    What its own sizes hide, or leave open, is looked for at others.
    """
    program = with_aliases(program)
    own = _diagnosed(program)
    is_open = any(len(finding.causes) > 1 for finding in own.findings)
    if own.trouble or program.has_variants or (is_telling(program) and not is_open):
        return own
    other = resized(program)
    return own if other is None else _told_apart(program, own, _diagnosed(other))


def _told_apart(program: Program, own: Diagnosis, other: Diagnosis) -> Diagnosis:
    """Keep of several causes those that hold at other sizes too; add what is seen only there."""
    causes = {each.line.target: {cause.slip.name for cause in each.causes}
              for each in other.findings}  # fmt: skip
    found = list[Finding]()
    for finding in own.findings:
        both = [cause for cause in finding.causes
                if cause.slip.name in causes.get(finding.line.target, ())]  # fmt: skip
        found.append(replace(finding, causes=tuple(both)) if both else finding)
    if not found and not other.trouble:
        found += [_hidden(each) for each in other.findings if each.causes]
    wrong = {each.line.target for each in found}
    right = tuple(target for target in own.right if target not in wrong)
    return replace(own, findings=tuple(found), right=right)


def _hidden(finding: Finding) -> Finding:
    """Say of a finding that it is seen at other sizes only."""
    facts = tuple(f"with data of other sizes {fact}" for fact in finding.facts)
    return replace(finding, facts=facts, is_masked=True, beside=None)


def _diagnosed(program: Program) -> Diagnosis:
    if not program.cost:
        return Diagnosis(program, (), trouble="it has no cost to compare with")
    changed = {name: end for name, end in program.carried.items() if end in program.line_of}
    program = exact(program)
    program = replace(program, carried=changed) if changed != program.carried else program
    forward = forward_of(program)
    points = points_of(forward)
    if not any(not point.is_made for point in points):
        return Diagnosis(program, (), trouble="its cost is no finite number at the start")
    if any(np.size(point.values[program.cost]) != 1 for point in points):
        return Diagnosis(program, (), trouble="its cost is not one number")
    judging = Judging.of(Expected(forward, points))
    turned = wrong_softmax(judging)
    if turned is not None:
        rest = _found(turned.judging)
        return replace(rest, program=program, findings=(turned.finding, *rest.findings))
    cost = wrong_cost(judging)
    found = _found(judging) if cost is None else _with_cost_mended(program, cost)
    hides = any(step.ratio is not None and np.isnan(step.ratio) for step in judging.steps)
    return _with_what_is_hidden(found) if hides else found


def _with_what_is_hidden(found: Diagnosis) -> Diagnosis:
    """Judge again with the lines mended, where a wrong line makes 0 of all that follows from it."""
    right = {each.place.target: each.causes[0].right for each in found.findings if each.causes}
    if not right:
        return found
    program = found.program
    lines = tuple(replace(line, expression=right.get(line.target, line.expression))
                  for line in program.lines)  # fmt: skip
    forward = forward_of(replace(program, lines=lines))
    rest = _found(Judging.of(Expected(forward, points_of(forward))))
    known = {each.line.target for each in found.findings}
    more = [each for each in rest.findings if each.line.target not in known]
    findings = sorted((*found.findings, *more), key=lambda each: program.line_of[each.line.target])
    wrong = {each.line.target for each in findings}
    kept = tuple(target for target in found.right if target not in wrong)
    return replace(found, findings=tuple(findings), right=kept)


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
    rules = told_rules(judging)
    inside = {target for each in rules.values() for target in each.lines}
    gradients = (*wrong_steps(judging), *wrong_scales(judging))
    findings = [each for each in gradients if each.line.target not in inside]
    findings += wrong_updates(judging, rules)
    findings.sort(key=lambda each: program.line_of[each.line.target])
    told = [finding for finding in findings if not judging.is_convention(finding)]
    told = [judging.as_convention(each) for each in _with_other_loss(judging, told)]
    remarks = dict.fromkeys(map(judging.remark, filter(judging.is_convention, findings)))
    untold = tuple(each for each in _untold(judging, told) if each[0] not in inside)
    return Diagnosis(
        program, tuple(told), tuple(_right(judging, told, dict(untold))), untold, (*remarks,)
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
