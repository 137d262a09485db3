"""The updates of scripts that carry something: by which rule they go, and the slips in it."""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from nnscope.expression.syntax import Expression, names
from nnscope.insight.diagnose.directions import Direction, direction_of
from nnscope.insight.diagnose.finding import Cause, Finding
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.moments import Moment, Moving, movings, rate_in
from nnscope.insight.diagnose.moves import ancestors
from nnscope.insight.diagnose.never_acting import never_acting
from nnscope.insight.diagnose.points import trained_of
from nnscope.insight.diagnose.right_rules import right_correction, right_state, right_step
from nnscope.insight.diagnose.scales import near
from nnscope.insight.diagnose.slips.optimizing import OPTIMIZER_SLIPS
from nnscope.insight.numbers import short
from nnscope.program.model import Line, Program

_OF_THE_ROOT = ("root-left-out", "epsilon-left-out")
_LEAST = 0.5
"""What keeps less than this of itself remembers next to nothing."""

_SLIPS = {slip.name: slip for slip in OPTIMIZER_SLIPS}


class Told(Struct, frozen=True, eq=False):
    """What is known of one parameter's update: its findings, and the lines that belong to it."""

    findings: tuple[Finding, ...]
    lines: frozenset[str]


def told_rules(judging: Judging) -> dict[str, Told]:
    """Give for each parameter whose rule can be told what is wrong in it, if none is declared."""
    if judging.program.notes.updates:
        return {}
    found: dict[str, Told] = {}
    for moving in movings(judging):
        direction = direction_of(judging.program, moving)
        if direction is not None:
            findings = tuple(_findings(judging, moving, direction))
            known = (moving.gradient, *(each.name for each in moving.moments))
            lines = _lines_from(judging.program, known, moving.parameter)
            found[moving.parameter] = Told(findings, lines)
    for name in trained_of(judging.program):
        if name not in found and (idle := tuple(never_acting(judging, name))):
            gradients = [step.target for step in judging.steps if step.of == name][:1]
            known = (*gradients, *(each.line.target for each in idle))
            lines = _lines_from(judging.program, known, name)
            found[name] = Told(idle, lines | {each.line.target for each in idle})
    return found


def _lines_from(program: Program, first: Sequence[str], parameter: str) -> frozenset[str]:
    """List the lines from a gradient, or from what is carried, to the next value."""
    wanted = ancestors(program, program.carried[parameter])
    known, found = {*first}, set[str]()
    for line in program.lines:
        if known & {*names(line.expression)} and line.target in wanted:
            known.add(line.target)
            found.add(line.target)
    return frozenset(found)


def _findings(judging: Judging, moving: Moving, direction: Direction) -> Iterator[Finding]:
    """Yield each slip of an update: in what is carried, in its correction, in the step."""
    program = judging.program
    name = rate_in(program, moving)
    rate = float(np.asarray(program.start[name])) if name else None
    for moment in moving.moments:
        for name in _slips_of(moment, moving, direction, rate):
            yield _of_state(program, moving, moment, name)
    for name, state in direction.slips:
        yield _of_step(program, moving, direction, name, state)
    for name in _slips_of_step(moving, direction, rate):
        yield _of_step(program, moving, direction, name, "")


def _slips_of(
    moment: Moment, moving: Moving, direction: Direction, rate: float | None
) -> Iterator[str]:
    """Yield the slips in the line of what is carried."""
    keeps, takes = moment.keeps, moment.takes
    is_mean = near(keeps + takes, 1)
    if moment.is_corrected:
        yield "correction-in-state"
    if is_mean and keeps < _LEAST:
        yield "beta-exchanged"
    elif moment.power == 2 and near(takes, 1) and keeps < 1 - 1e-6:
        yield "share-left-out"
    elif near(keeps, 1) and not near(takes, 1):
        yield "state-not-decayed"
    if moment.power == 1 and rate and not _has_second(moving):
        yield from _slips_of_rate_in_state(takes, direction.rate, rate)


def _slips_of_rate_in_state(takes: float, step: float, rate: float) -> Iterator[str]:
    """Yield the slips of a velocity that has the learning rate in it."""
    has_rate = near(abs(takes), rate)
    if has_rate and takes > 0 and near(step, rate):
        yield "rate-applied-twice"
    elif has_rate and takes > 0 and near(step, -1):
        yield "sign-of-step"
    elif near(takes, -1) and near(step, -1):
        yield "rate-not-applied"


def _slips_of_step(moving: Moving, direction: Direction, rate: float | None) -> Iterator[str]:
    """Yield the slips of the last line: its sign and its learning rate."""
    first = next((each for each in moving.moments if each.power == 1), None)
    takes, step = first.takes if first else 1.0, direction.rate
    if first and rate and any(True for _ in _slips_of_rate_in_state(takes, step, rate)):
        return
    if takes * step < 0:
        yield "sign-of-step"
    in_state = first is not None and rate is not None and _is_with_rate(takes, first.keeps, rate)
    if rate is None and _has_second(moving) and near(abs(step), 1):
        yield "rate-not-applied"
    if rate is None or near(rate, 1):
        return
    if near(abs(step), rate**2) or (in_state and near(abs(step), rate)):
        yield "rate-applied-twice"
    elif near(abs(step), 1) and not in_state:
        yield "rate-not-applied"


def _is_with_rate(takes: float, keeps: float, rate: float) -> bool:
    return near(abs(takes), rate) or near(abs(takes), rate * (1 - keeps))


def _has_second(moving: Moving) -> bool:
    return any(each.power == 2 for each in moving.moments)


def _of_state(program: Program, moving: Moving, moment: Moment, name: str) -> Finding:
    """Tell of a slip in the line that makes what is carried."""
    ends = [line for line in program.lines if line.target == program.carried[moment.name]]
    first = next(line for line in program.lines if moment.name in names(line.expression)
                 and line.target in ancestors(program, ends[0].target))  # fmt: skip
    line = ends[0] if name == "correction-in-state" else first
    power = " ** 2" if moment.power > 1 else ""
    gradient = program.spelled(moving.gradient)
    own = program.spelled(moment.name)
    fact = (f"{own} becomes {short(moment.keeps)} times what it was, and "
            f"{short(moment.takes)} times {gradient}{power}")  # fmt: skip
    if name == "correction-in-state":
        fact += ", all divided by 1 - beta ** t, and is carried on so"
    return _finding(program, moving, line, name, fact, right_state(program, moving, moment, name))


def _of_step(
    program: Program, moving: Moving, direction: Direction, name: str, state: str
) -> Finding:
    """Tell of a slip behind what is carried: in a correction, or in the step itself."""
    line = program.lines[program.line_of[program.carried[moving.parameter]]]
    own = program.spelled(moving.parameter)
    fact = f"the step of {own} is {short(abs(direction.rate))} times "
    whose = program.spelled(state) if state else program.spelled(moving.gradient)
    fact = {
        "sign-of-step": f"{own} moves up the slope, not down",
        "rate-applied-twice": f"{fact}what its rule gives: the square of the learning rate",
        "rate-not-applied": f"{fact}what its rule gives, without a learning rate",
    }.get(name, f"{own} moves just as it does {_SLIPS[name].title.removeprefix('the line is ')} "
                f"({whose})")  # fmt: skip
    where = _line_of_form(program, moving, name, state) or line
    right = right_correction(program, moving, state) if where is not line else None
    return _finding(program, moving, where, name, fact, right or right_step(program, moving))


def _line_of_form(program: Program, moving: Moving, name: str, state: str) -> Line | None:
    """Give the line of its own that a state is corrected in, or is to be squared in."""
    if not state or name in _OF_THE_ROOT:
        return None
    end = program.carried[state]
    if name == "square-not-taken":
        return next((line for line in program.lines if state in names(line.expression)), None)
    for line in program.lines:
        is_own = {*names(line.expression)} <= {end, *_numbers(program, line)}
        if end in names(line.expression) and is_own and line.target != end:
            return line
    return None


def _numbers(program: Program, line: Line) -> Sequence[str]:
    return [name for name in names(line.expression) if not program.shapes[name]]


def _finding(
    program: Program, moving: Moving, line: Line, name: str, fact: str, right: Expression
) -> Finding:
    slip = _SLIPS[name]
    return Finding(line, program.spelled(moving.parameter), slip.kind, (fact,),
                   (Cause(slip, line, right, True),))  # fmt: skip
