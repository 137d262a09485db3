"""A list of costs alone beside a run: the same, or the run with gradients of another scale.

Costs that begin alike and then fall more slowly, or faster, come from steps of another length: of a
learning rate times a factor. Where that factor is m over a whole number, it was divided by that.
"""

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from nnscope.engine.timeline import Timeline
from nnscope.insight.check.constant_factor import meanings_of
from nnscope.insight.diagnose.finding import Diagnosis, Finding
from nnscope.insight.diagnose.slips.slip import Kind
from nnscope.insight.numbers import short
from nnscope.program.model import Program
from nnscope.program.rates import learning_rate

Costs = NDArray[np.float64]
_DIGITS = 2e-5
_SPACINGS = (1, 10, 50, 100, 200, 250, 500, 1000)
_NAMES = ("j", "cost", "costs", "loss", "losses", "l", "e", "error", "errors")
_HALVINGS = 24
_LEAST, _LARGEST = 1e-4, 1e2
_FELT = 1e-2
_MOST_ITERATIONS = 20_000


def is_list_of_costs(program: Program, name: str, array: Costs) -> bool:
    """Tell whether an array is the costs of several iterations."""
    cost = program.spelled(program.cost).lower() if program.cost else ""
    last = name.lower().rpartition(".")[2]
    return array.ndim == 1 and array.size > 1 and last in (*_NAMES, cost, f"{cost}s")


def costs_diagnosis(program: Program, costs: Costs) -> Diagnosis:
    """Compare a list of costs with a run."""
    whole = _run(program, 1.0)
    for spacing in _spacings(program, costs):
        if _are_same(costs, whole[::spacing][: costs.size]):
            return Diagnosis(program, (), (program.cost,))
    line = program.lines[program.line_of[program.cost]]
    if not _are_same(costs[:1], whole[:1]):
        fact = f"the first cost is {short(costs[0], 7)}, and that of the run {short(whole[0], 7)}"
        finding = Finding(line, line.spelled, Kind.COST, (fact,))
        return Diagnosis(program, (finding,))
    facts = next(_scaled(program, costs), ())
    if not facts:
        facts = (
            f"the first cost agrees, the later ones do not: {short(costs[1], 7)} is the second",
        )
    first = next((each for each in program.lines if each.gradient_of in program.parameters), line)
    return Diagnosis(program, (Finding(first, "all parameters", Kind.SCALE, facts),))


def _spacings(program: Program, costs: Costs) -> Iterator[int]:
    last, most = costs.size - 1, program.iterations
    likely = [spacing for spacing in reversed(_SPACINGS) if spacing * last < most]
    likely.sort(key=lambda spacing: spacing not in (most // costs.size, 1))
    yield from likely


def _scaled(program: Program, costs: Costs) -> Iterator[tuple[str, ...]]:
    """Find the factor of the steps with which a run gives all the costs."""
    for spacing in _spacings(program, costs):
        if spacing * (costs.size - 1) > _MOST_ITERATIONS:
            continue
        factor = _factor(program, costs, spacing)
        if factor is None:
            continue
        for value in _rounded(program, factor):
            if _are_same(costs, _run(program, value, spacing * (costs.size - 1) + 1)[::spacing]):
                yield tuple(_told(program, value, spacing))
                return


def _told(program: Program, factor: float, spacing: int) -> Iterator[str]:
    m = _examples(program)
    count = sum(line.gradient_of in program.parameters for line in program.lines)
    below = round(m / factor)
    many = f"all {count} gradients" if count > 1 else "the gradient"
    verb = "are" if count > 1 else "is"
    if m > 1 and abs(m / factor - below) < 1e-6 * below and below != m:
        yield f"{many} {verb} divided by {below} instead of {short(m)}"
    else:
        meanings = " or ".join(meanings_of(program, factor))
        yield f"{many} {verb} {short(factor, 6)} times too long" + (
            f": {meanings}" * bool(meanings)
        )
    yield (f"a run with steps {short(factor, 6)} times as long gives all these costs, every "
           f"{spacing} iterations")  # fmt: skip


def _examples(program: Program) -> float:
    counted = program.notes.counts.get("m")
    if not counted:
        return 1.0
    array, axis = np.asarray(program.start[counted[0]]), counted[1]
    return float(array.size if axis is None else array.shape[axis])


def _rounded(program: Program, factor: float) -> Iterator[float]:
    """Yield the factor as one over or m over a whole number, as a whole number, and as it is."""
    m = _examples(program)
    for top in dict.fromkeys((m, 1.0)):
        below = round(top / factor) if factor else 0
        yield from (top / each for each in (below, below - 1, below + 1) if each > 0)
    yield from (float(each) for each in (round(factor),) if each > 0)
    yield factor


def _factor(program: Program, costs: Costs, spacing: int) -> float | None:
    """Find by halving the factor with which a run gives one of the costs; None where none does.

    That is the second, or the last where the second is nearly the first.
    """
    is_felt = abs(costs[1] - costs[0]) > _FELT * abs(costs[0])
    place = 1 if is_felt else costs.size - 1
    falls, count = np.sign(costs[0] - costs[place]), place * spacing + 1

    def is_beyond(factor: float) -> bool:
        cost = _run(program, factor, count)[-1]
        return not np.isfinite(cost) or bool((cost - costs[place]) * falls <= 0)

    low, high = _LEAST, _LARGEST
    if not falls or is_beyond(low) or not is_beyond(high):
        return None
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return float(np.sqrt(low * high))


def _run(program: Program, factor: float, iterations: int | None = None) -> Costs:
    """Give the costs of a run with a learning rate that is so many times its own."""
    rate = learning_rate(program)
    start = dict(program.start)
    if rate:
        start[rate] = np.float64(factor * float(np.asarray(start[rate])))
    count = min(iterations or program.iterations, program.iterations)
    timeline = Timeline(replace(program, start=start, iterations=count))
    timeline.seek(timeline.length)
    return np.asarray(timeline.frame().costs, dtype=np.float64)


def _are_same(costs: Costs, others: Costs) -> bool:
    """Tell whether costs agree, to the digits that they were printed with."""
    if costs.shape != others.shape:
        return False
    decimals = next((each for each in range(13) if np.array_equal(np.round(costs, each), costs)), 0)
    printed = 0.6 * 10.0**-decimals if decimals else 0.0
    return bool(np.all(np.abs(costs - others) <= np.maximum(_DIGITS * np.abs(others), printed)))
