"""The right lines of an optimizer in the names of a script, in place of those with a slip."""

import numpy as np

from nnscope.expression.parse import parse
from nnscope.expression.syntax import Expression, Name, Number, substitute
from nnscope.insight.diagnose.moments import Moment, Moving, rate_in
from nnscope.insight.diagnose.scales import near
from nnscope.program.model import Program


def right_state(program: Program, moving: Moving, moment: Moment, name: str) -> Expression:
    """Write the line of a state without the slip."""
    betas = {"beta-exchanged": 1 - moment.keeps, "state-not-decayed": 0.9}
    beta = _number(program, betas.get(name, moment.keeps))
    power = " ** 2" if moment.power > 1 else ""
    texts = {
        "rate-applied-twice": "b * v + (1 - b) * g",
        "sign-of-step": "b * v - r * g",
        "rate-not-applied": "b * v - r * g",
    }
    text = texts.get(name, f"b * v + (1 - b) * g{power}")
    meant = {"b": beta, "v": named(program, moment.name), "g": named(program, moving.gradient),
             "r": _rate(program, moving)}  # fmt: skip
    return substitute(parse(text), meant)


def right_correction(program: Program, moving: Moving, state: str) -> Expression:
    """Write the right line of a state's own: its square, or its correction."""
    moment = next(each for each in moving.moments if each.name == state)
    if moment.power == 1 and state != moving.moments[0].name:
        return substitute(parse("b * v + (1 - b) * g ** 2"), {
            "b": _number(program, moment.keeps), "v": named(program, state),
            "g": named(program, moving.gradient)})  # fmt: skip
    return _corrected(program, moving, moment)


def _corrected(program: Program, moving: Moving, moment: Moment) -> Expression:
    meant = {"b": _number(program, moment.keeps), "t": _step(program, moving),
             "v": named(program, program.carried[moment.name])}  # fmt: skip
    return substitute(parse("v / (1 - b ** t)"), meant)


def right_step(program: Program, moving: Moving) -> Expression:
    """Write the last line as its rule has it."""
    firsts = [each for each in moving.moments if each.power == 1]
    seconds = [each for each in moving.moments if each.power == 2]
    own = {"P": named(program, moving.parameter), "r": _rate(program, moving),
           "e": _epsilon(program), "m": named(program, moving.gradient)}  # fmt: skip
    if firsts:
        own["m"] = named(program, program.carried[firsts[0].name])
    if not seconds:
        is_step = bool(firsts) and firsts[0].takes < 0
        return substitute(parse("P + m" if is_step else "P - r * m"), own)
    own["s"] = named(program, program.carried[seconds[0].name])
    if firsts:
        own["m"], own["s"] = (_corrected(program, moving, each) for each in (firsts[0], seconds[0]))
    return substitute(parse("P - r * m / (np.sqrt(s) + e)"), own)


def named(program: Program, id_: str) -> Expression:
    """Write a variable as the reader does."""
    return program.variables[id_].name


def _number(program: Program, number: float) -> Expression:
    """Write a number by the constant that has it, where there is one."""
    for name, value in program.start.items():
        is_constant = name not in program.carried and not program.shapes[name]
        if is_constant and near(float(np.asarray(value)), number):
            return named(program, name)
    return Number(round(number, 9))


def _rate(program: Program, moving: Moving) -> Expression:
    name = rate_in(program, moving)
    return named(program, name) if name else Name("learning_rate")


def _epsilon(program: Program) -> Expression:
    for name, value in program.start.items():
        if not program.shapes[name] and 0 < float(np.asarray(value)) < 1e-4:
            return named(program, name)
    return Number(1e-8)


def _step(program: Program, moving: Moving) -> Expression:
    """Write the number of the step, from 1: what the program has of it."""
    for name in (*(program.feed.names if program.feed else ()), *program.carried.values()):
        offs = {float(np.asarray(at.values[name])) - at.step for at in moving.drawn
                if not np.ndim(at.values[name])}  # fmt: skip
        if offs == {0.0}:
            return named(program, name)
        if offs == {-1.0}:
            return substitute(parse("t + 1"), {"t": named(program, name)})
    return Name("t")
