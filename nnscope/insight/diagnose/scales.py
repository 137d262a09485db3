"""Where a constant factor that does not belong there stands.

A gradient on the way may carry any constant, as a 1/m that is divided by later: it is no mistake
so long as each parameter moves by one learning rate times its slope. Where one does not, each line
on the way to it is held against what it was given: the fewest lines that explain all are at fault.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import prod

import numpy as np
from msgspec import Struct

from nnscope.insight.diagnose.moves import Move
from nnscope.insight.diagnose.points import Point
from nnscope.insight.diagnose.steps import Step
from nnscope.program.model import Program
from nnscope.program.rates import learning_rate

_NEAR = 1e-6
_MOST_AT_ONCE = 4


class Off(Struct, frozen=True):
    """A line that puts a constant factor too much into all that follow from it.

    `target` is the variable of the line, `factor` what it should be divided by, `reached` the
    parameters that are off because of it.
    """

    target: str
    factor: float
    reached: tuple[str, ...]


class _Chain(Struct, frozen=True):
    """The lines from the cost to the update of a parameter, with the factor of each.

    A line whose factor is None is wrong in another way.
    """

    parameter: str
    lines: tuple[tuple[str, float | None], ...]

    @property
    def total(self) -> float:
        """The product of all the factors that are known."""
        return prod(local for _, local in self.lines if local is not None)

    @property
    def unsigned(self) -> "_Chain":
        """The chain of an error that is written as y - output, and of updates that add."""
        lines = ((target, None if local is None else abs(local)) for target, local in self.lines)
        return _Chain(self.parameter, tuple(lines))

    def is_right(self, factors: Mapping[str, float]) -> bool:
        """Tell whether some factors, those of the lines that deviate, come to 1 here."""
        return near(prod(factors.get(target, 1.0) for target, _ in self.lines), 1)


def near(first: float, second: float) -> bool:
    """Tell whether two numbers are the same to six digits."""
    return abs(first - second) <= _NEAR * max(abs(first), abs(second))


def rate_of(program: Program, points: Sequence[Point]) -> float | None:
    """Give the learning rate, where it is one number of the program."""
    name = learning_rate(program)
    return float(np.asarray(points[0].values[name])) if name else None


def offs(
    program: Program, steps: Sequence[Step], moves: Sequence[Move], points: Sequence[Point]
) -> list[Off]:
    """Find the lines whose factors keep a parameter from moving by its slope.

    Some divide by the number of examples only where the gradients of the parameters are computed.
    Whether a program does so is declared, or else taken so that the fewest lines are off.
    """
    return next(iter(explanations(program, steps, moves, points)), [])


def explanations(
    program: Program, steps: Sequence[Step], moves: Sequence[Move], points: Sequence[Point]
) -> list[list[Off]]:
    """List the sets of lines that may be off, one for each way to divide; the smallest first."""
    by_target = {step.target: step for step in steps}
    rate = _rate(program, moves, points)
    chains = [_chain(by_target, step, rate) for step in _ends(program, steps, moves)]
    if all(chain.total > 0 for chain in chains):
        chains = [chain.unsigned for chain in chains]
    is_any = rate_of(program, points) is None or _is_cost_added(program)
    found = [_blamed(_of_any_scale(each) if is_any else each)
             for each in (_divided_late(chains, by_target, late, program)
             for late in _lates(program, chains, by_target, points))]  # fmt: skip
    return sorted(found, key=len)


def _lates(
    program: Program, chains: Sequence[_Chain], steps: Mapping[str, Step], points: Sequence[Point]
) -> list[float]:
    """List what the gradients of the parameters may be divided by, beyond those before them."""
    declared = _late(program, points)
    if declared is not None:
        return [declared]
    found = [1.0]
    for chain in chains:
        if steps and chain.lines[0][0] in steps and len(chain.lines) > 1:
            first = chain.lines[0][1]
            found += [first] if first and first > 1 else []
        found += [1 / local for target, local in chain.lines
                  if local and 0 < local < 1 and _is_last(program, steps, target)]  # fmt: skip
    return list(dict.fromkeys(round(each, 9) for each in found))


def _is_last(program: Program, steps: Mapping[str, Step], target: str) -> bool:
    """Tell whether a line is the gradient of a parameter, computed from that of something else."""
    step = steps.get(target)
    return step is not None and step.of in program.start and bool(step.given) and all(
        role.of not in program.start for _, role in step.given
    )  # fmt: skip


def _divided_late(
    chains: Sequence[_Chain], steps: Mapping[str, Step], late: float, program: Program
) -> list[_Chain]:
    """Give each factor as a multiple of what it is to be, if parameters are divided late."""
    found = list[_Chain]()
    for chain in chains:
        lines = list(chain.lines)
        lasts = [place for place, (target, _) in enumerate(lines)
                 if _is_last(program, steps, target)]  # fmt: skip
        if lasts and lasts[0] > 0:
            lines[0] = (lines[0][0], _times(lines[0][1], 1 / late))
            lines[lasts[0]] = (lines[lasts[0]][0], _times(lines[lasts[0]][1], late))
        found.append(_Chain(chain.parameter, tuple(lines)))
    return found


def _times(local: float | None, factor: float) -> float | None:
    return None if local is None else local * factor


def _is_cost_added(program: Program) -> bool:
    return program.is_added(program.lines[program.line_of[program.cost]])


def _of_any_scale(chains: Sequence[_Chain]) -> list[_Chain]:
    """Take a common factor for right: nnscope itself chose the cost, or no rate has a name."""
    totals = [abs(chain.total) for chain in chains if chain.total]
    if not totals:
        return list(chains)
    scale = _commonest(totals)
    return [
        _Chain(each.parameter, ((each.lines[0][0], _times(each.lines[0][1], 1 / scale)),
                                *each.lines[1:]))
        for each in chains
    ]  # fmt: skip


def _blamed(chains: Sequence[_Chain]) -> list[Off]:
    """Find the fewest lines without whose factors every parameter is right."""
    factors = {target: local for chain in chains for target, local in chain.lines
               if local is not None and not near(local, 1)}  # fmt: skip
    if all(chain.is_right(factors) for chain in chains):
        return []
    for size in range(1, min(len(factors), _MOST_AT_ONCE) + 1):
        for chosen in combinations(factors, size):
            rest = {target: factor for target, factor in factors.items() if target not in chosen}
            if all(chain.is_right(rest) for chain in chains):
                return [_off(chains, target, factors[target]) for target in chosen]
    return [_off(chains, target, factor) for target, factor in factors.items()]


def _off(chains: Sequence[_Chain], target: str, factor: float) -> Off:
    reached = tuple(chain.parameter for chain in chains if target in dict(chain.lines))
    return Off(target, factor, reached)


def _late(program: Program, points: Sequence[Point]) -> float | None:
    """Give the number that only the gradients of the parameters are divided by, if declared."""
    name = program.notes.late_divisor
    return float(np.asarray(points[0].values[name])) if name in points[0].values else None


def _rate(program: Program, moves: Sequence[Move], points: Sequence[Point]) -> float:
    """Give the number that updates multiply gradients by: the learning rate, else the commonest."""
    steps = [move.total / move.factor for move in moves if move.total and move.factor]
    steps = [each for each in steps if np.isfinite(each)]
    rate = rate_of(program, points)
    if rate and (not steps or any(near(abs(rate), abs(each)) for each in steps)):
        return rate
    return _commonest([abs(each) for each in steps]) if steps else 1.0


def _commonest(numbers: Sequence[float]) -> float:
    """Give the number that occurs most often, to six digits; the first of several."""
    counts = [sum(near(each, other) for other in numbers) for each in numbers]
    return numbers[int(np.argmax(counts))]


def _ends(program: Program, steps: Sequence[Step], moves: Sequence[Move]) -> list[Step | Move]:
    """List the last gradient of each parameter, or its update where that could be measured."""
    found: dict[str, Step | Move] = {}
    measured = {move.parameter: move for move in moves if move.total and np.isfinite(move.total)}
    for step in steps:
        if step.of in program.start and step.of not in measured and _is_parameter(program, step):
            found[step.of] = step
    return [*found.values(), *measured.values()]


def _is_parameter(program: Program, step: Step) -> bool:
    return step.of in program.parameters or step.of in program.carried


def _chain(steps: Mapping[str, Step], end: Step | Move, rate: float) -> _Chain:
    """Follow a parameter back to the cost."""
    lines = list[tuple[str, float | None]]()
    if isinstance(end, Move):
        parameter, step = end.parameter, None
        lines.append((end.line.target, (end.total or 0.0) / end.factor / rate))
        step = steps[end.given[0][0]] if end.given else None
    else:
        parameter, step = end.of, end
    while step is not None:
        lines.append((step.target, _local(step)))
        step = steps[step.given[0][0]] if step.given else None
    return _Chain(parameter, tuple(lines[::-1]))


def _local(step: Step) -> float | None:
    """Give the factor that a line itself puts in; None for one that is wrong in another way."""
    ratio = step.ratio
    return ratio / _given_factor(step) if ratio is not None and np.isfinite(ratio) else None


def _given_factor(step: Step) -> float:
    return step.given[0][1].factor if step.given else 1.0
