"""Which way a parameter moves, given what is carried: the ways of optimizers, and wrong ones.

Each is a numerator over a denominator; what fits is the pair that the step is one number times of.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.insight.diagnose.moments import (
    Drawn,
    Moment,
    Moving,
    constants_in,
    fitted_together,
    rate_in,
)
from nnscope.program.model import Program

Array = NDArray[np.float64]
_SMALL, _SAME = 1e-3, 1e-6


_LEAST = 0.5
"""A share of itself below this is taken for the other share: both were exchanged."""


class Form(Struct, frozen=True, eq=False):
    """One form of a moment, corrected or not: the slip that it is, empty where it is right."""

    slip: str
    values: tuple[Array, ...]
    of: str = ""


class Direction(Struct, frozen=True, eq=False):
    """What a step is `rate` times of, with the slips in it, each with the state that it is of.

    `decays` is the share of the parameter that is taken off as well.
    """

    rate: float
    slips: tuple[tuple[str, str], ...]
    decays: float = 0.0


def direction_of(program: Program, moving: Moving) -> Direction | None:
    """Find what a step is a multiple of, the plainest first; None where it is nothing known."""
    steps = [moving.step(at, program) for at in moving.drawn]
    found = list[Direction]()
    for slips, ways in _ways(program, moving):
        for decays in (False, True):
            parts = [(way, at.array(moving.parameter)) if decays else (way,)
                     for way, at in zip(ways, moving.drawn, strict=True)]  # fmt: skip
            rates = fitted_together(parts, steps)
            if rates is not None and rates[0]:
                found.append(Direction(rates[0], slips, rates[1] if decays else 0.0))
                break
    name = rate_in(program, moving)
    rate = float(np.asarray(program.start[name])) if name else 0.0
    return min(found, default=None, key=lambda each: (
        len(each.slips) + (each.decays != 0), abs(abs(each.rate) - rate) > _SAME * rate
    ))  # fmt: skip


def _ways(
    program: Program, moving: Moving
) -> Iterator[tuple[tuple[tuple[str, str], ...], Sequence[Array]]]:
    """Yield each way as its slips and its values at the points."""
    moments = moving.moments
    firsts = [each for each in moments if each.power == 1]
    seconds = [each for each in moments if each.power == 2]
    if len(firsts) > 2 or len(seconds) > 1:
        return
    pairs: list[tuple[Moment | None, list[Moment]]] = [
        (first, [*seconds, *(each for each in firsts if each is not first)]) for first in firsts
    ]
    pairs = pairs or [(None, seconds)]  # fmt: skip
    if not seconds and len(firsts) == 1:
        pairs.append((None, firsts))
    for first, rest in pairs:
        yield from _over(program, moving, first, rest)


def _over(
    program: Program, moving: Moving, first: Moment | None, rest: Sequence[Moment]
) -> Iterator[tuple[tuple[tuple[str, str], ...], Sequence[Array]]]:
    """Yield the ways of a mean of the gradient, or of the gradient itself, over another mean."""
    for numerator in _numerators(program, moving, first, bool(rest)):
        for denominator in _denominators(program, moving, rest):
            slips = tuple((each.slip, each.of) for each in (numerator, denominator) if each.slip)
            with np.errstate(all="ignore"):
                yield slips, [above / below for above, below in
                              zip(numerator.values, denominator.values, strict=True)]  # fmt: skip


def _numerators(
    program: Program, moving: Moving, first: Moment | None, is_corrected: bool
) -> Iterator[Form]:
    if first is None:
        yield Form("", tuple(at.array(moving.gradient) for at in moving.drawn))
    else:
        yield from _forms(program, moving, first, is_corrected)


def _denominators(program: Program, moving: Moving, seconds: Sequence[Moment]) -> Iterator[Form]:
    if not seconds:
        yield Form("", tuple(np.ones(()) for _ in moving.drawn))
        return
    moment = seconds[0]
    is_mean = abs(moment.keeps + moment.takes - 1) < _SAME
    is_adam = any(each.power == 1 and each is not moment for each in moving.moments)
    unsquared = "square-not-taken" if moment.power == 1 else ""
    for form, epsilon in product(_forms(program, moving, moment, is_mean and is_adam),
                                 _epsilons(program, moving)):  # fmt: skip
        with np.errstate(all="ignore"):
            for slip, values in _roots(form.values, epsilon):
                told = unsquared or form.slip or slip
                yield Form(told, tuple(values), moment.name)
    if is_mean and is_adam:
        yield from _by_rate(program, moving, moment)


def _by_rate(program: Program, moving: Moving, moment: Moment) -> Iterator[Form]:
    """Yield the root before its correction, as where the corrections are in the learning rate."""
    for epsilon in _epsilons(program, moving):
        roots = (np.sqrt(np.abs(at.array(program.carried[moment.name]))) + epsilon
                 for at in moving.drawn)  # fmt: skip
        values = (root / np.sqrt(1 - moment.keeps**at.step)
                  for root, at in zip(roots, moving.drawn, strict=True))  # fmt: skip
        with np.errstate(all="ignore"):
            yield Form("" if epsilon else "epsilon-left-out", tuple(values), moment.name)


def _roots(values: Sequence[Array], epsilon: float) -> Iterator[tuple[str, list[Array]]]:
    none = "" if epsilon else "epsilon-left-out"
    yield none, [np.sqrt(each) + epsilon for each in values]
    yield none, [np.sqrt(each + epsilon) for each in values]
    yield "root-left-out", [each + epsilon for each in values]


def _epsilons(program: Program, moving: Moving) -> list[float]:
    """List the tiny numbers that lead to the next value, and 0."""
    found = constants_in(program, program.carried[moving.parameter])
    return [*(each for each in found if 0 < each < _SMALL), 0.0]


def _forms(program: Program, moving: Moving, moment: Moment, is_corrected: bool) -> Iterator[Form]:
    """Yield a moment after its update: corrected for its start at 0, or not, or wrongly."""
    after = [at.array(program.carried[moment.name]) for at in moving.drawn]
    if moment.is_corrected or not is_corrected:
        yield Form("", tuple(after), moment.name)
        if moment.is_corrected:
            return
    keeps = 1 - moment.keeps if moment.keeps < _LEAST else moment.keeps
    betas = [keeps] if 0 < keeps < 1 else []
    others = [each.keeps for each in moving.moments if each is not moment and 0 < each.keeps < 1]
    for slip, numbers in _corrections(betas, others, moving.drawn, is_corrected):
        with np.errstate(all="ignore"):
            values = tuple(value / number for value, number in zip(after, numbers, strict=True))
        yield Form(slip, values, moment.name)


def _corrections(
    betas: Sequence[float], others: Sequence[float], drawn: Sequence[Drawn], is_corrected: bool
) -> Iterator[tuple[str, list[float]]]:
    """Yield what a moment is divided by, and the slip that this is."""
    steps = [at.step for at in drawn]
    for beta in betas:
        yield "", [1 - beta**step for step in steps]
    if is_corrected:
        yield "correction-left-out", [1.0 for _ in steps]
    for beta in betas:
        yield "step-off-by-one", [1 - beta ** (step - 1) for step in steps]
        yield "step-off-by-one", [1 - beta ** (step + 1) for step in steps]
        yield "correction-multiplied", [1 / (1 - beta**step) for step in steps]
        yield "correction-without-step", [1 - beta for _ in steps]
        yield "correction-without-step", [1 - beta * step for step in steps]
        yield from (("other-beta", [1 - other**step for step in steps]) for other in others)
