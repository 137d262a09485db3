"""Where a constant factor that does not belong there stands.

A gradient on the way may carry any constant, as a 1/m that is divided by later: it is no mistake
so long as each parameter moves by one learning rate times its slope. Where one does not, the factor
is looked for on the way to it: the line at which all that follow are off, and by that very number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nnscope.insight.diagnose.moves import Move
from nnscope.insight.diagnose.points import Point
from nnscope.insight.diagnose.steps import Step
from nnscope.program.model import Program
from nnscope.program.rates import learning_rate

_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Off:
    """A line that puts a constant factor too much into all that follow from it.

    `target` is the variable of the line, `factor` what it should be divided by, `reached` the
    parameters that are off because of it.
    """

    target: str
    factor: float
    reached: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Chain:
    """The lines from the cost to the update of a parameter, with the factor of each.

    A line whose factor is None is wrong in another way.
    """

    parameter: str
    lines: tuple[tuple[str, float | None], ...]
    total: float


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
    """Find the lines whose factors keep a parameter from moving by its slope."""
    by_target = {step.target: step for step in steps}
    rate = _rate(program, moves, points)
    chains = [_chain(by_target, step, rate) for step in _ends(program, steps, moves)]
    chains = _freed(chains)
    wanted = _wanted(program, chains)
    wrong = {chain.parameter: chain.total / wanted for chain in chains}
    wrong = {name: factor for name, factor in wrong.items() if not near(factor, 1)}
    found = list[Off]()
    late = _late(program, points)
    while wrong:
        best = _best(chains, wrong, by_target, late)
        if best is None:
            break
        found.append(best)
        wrong = {name: factor for name, factor in wrong.items() if name not in best.reached}
    return found


def _late(program: Program, points: Sequence[Point]) -> float | None:
    """Give the number that only the gradients of the parameters are divided by, if declared."""
    name = program.notes.late_divisor
    return float(np.asarray(points[0].values[name])) if name in points[0].values else None


def _rate(program: Program, moves: Sequence[Move], points: Sequence[Point]) -> float:
    """Give the number that updates multiply gradients by: the learning rate, else the commonest."""
    steps = [abs(move.total / move.factor) for move in moves if move.total and move.factor]
    steps = [each for each in steps if np.isfinite(each)]
    rate = rate_of(program, points)
    if rate and (not steps or any(near(rate, each) for each in steps)):
        return rate
    return _commonest(steps) if steps else 1.0


def _commonest(numbers: Sequence[float]) -> float:
    """Give the number that occurs most often, to six digits; the first of several."""
    counts = [sum(near(each, other) for other in numbers) for each in numbers]
    return numbers[int(np.argmax(counts))]


def _ends(program: Program, steps: Sequence[Step], moves: Sequence[Move]) -> list[Step | Move]:
    """List the last gradient of each parameter, or its update where that could be measured."""
    found: dict[str, Step | Move] = {}
    measured = {move.parameter: move for move in moves if move.total}
    for step in steps:
        if step.of in program.start and step.of not in measured and _is_parameter(program, step):
            found[step.of] = step
    return [*found.values(), *measured.values()]


def _is_parameter(program: Program, step: Step) -> bool:
    return step.of in program.parameters or step.of in program.carried


def _chain(steps: Mapping[str, Step], end: Step | Move, rate: float) -> _Chain:
    """Follow a parameter back to the cost."""
    lines = list[tuple[str, float | None]]()
    given, total, parameter = end.given, 1.0, ""
    if isinstance(end, Move):
        local = (end.total or 0.0) / end.factor / rate
        lines.append((end.line.target, local))
        total, parameter = (end.total or 0.0) / rate, end.parameter
    else:
        ratio = end.ratio if _is_number(end.ratio) else None
        lines.append((end.target, None if ratio is None else ratio / _given_factor(end)))
        total, parameter = ratio if ratio is not None else _given_factor(end), end.of
    while given:
        step = steps[given[0][0]]
        ratio = step.ratio if _is_number(step.ratio) else None
        lines.append((step.target, None if ratio is None else ratio / _given_factor(step)))
        given = step.given
    return _Chain(parameter, tuple(lines[::-1]), total)


def _is_number(ratio: float | None) -> bool:
    return ratio is not None and bool(np.isfinite(ratio))


def _given_factor(step: Step) -> float:
    return step.given[0][1].factor if step.given else 1.0


def _freed(chains: Sequence[_Chain]) -> list[_Chain]:
    """Take out of the totals the factor of lines that are wrong in another way.

    It can't be known: so it is the one that leaves the most parameters behind the line right.
    """
    found = list(chains)
    unknown = dict.fromkeys(target for chain in chains for target, factor in chain.lines
                            if factor is None)  # fmt: skip
    for target in unknown:
        behind = [chain for chain in found if target in dict(chain.lines)]
        others = [abs(chain.total) for chain in found if target not in dict(chain.lines)]
        factor = _commonest([chain.total for chain in behind])
        factor /= _commonest(others) if others else 1.0
        found = [
            _Chain(chain.parameter, chain.lines, chain.total / factor)
            if target in dict(chain.lines) else chain
            for chain in found
        ]  # fmt: skip
    return found


def _wanted(program: Program, chains: Sequence[_Chain]) -> float:
    """Give the total that is right: 1, or any where nnscope itself chose the cost's scale."""
    cost = program.lines[program.line_of[program.cost]]
    totals = [chain.total for chain in chains if chain.total]
    if program.is_added(cost) and totals:
        return abs(_commonest(totals))
    return 1.0


def _best(
    chains: Sequence[_Chain], wrong: Mapping[str, float], steps: Mapping[str, Step],
    late: float | None,
) -> Off | None:  # fmt: skip
    """Find the line that explains the most: all that follows from it is off by one number."""
    order = dict.fromkeys(target for chain in chains for target, _ in chain.lines)
    best, score = None, (False, 0)
    for target in order:
        behind = [chain for chain in chains if target in dict(chain.lines)]
        factors = [wrong.get(chain.parameter) for chain in behind]
        factor = factors[0]
        if factor is None or any(each is None or not near(each, factor) for each in factors):
            continue
        local = dict(behind[0].lines)[target]
        is_late = late is not None and target in steps and near(steps[target].ratio or 0, late)
        if local is None or (is_late and len(behind[0].lines) > 1 and behind[0].lines[-1][0] != target):
            continue
        mine = (near(local, factor), len(behind))
        if mine > score:
            reached = tuple(chain.parameter for chain in behind)
            best, score = Off(target, factor, reached), mine
    return best
