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
    """Find the lines whose factors keep a parameter from moving by its slope.

    Some divide by the number of examples only where the gradients of the parameters are computed.
    Whether a program does so is declared, or else taken so that the fewest lines are off.
    """
    by_target = {step.target: step for step in steps}
    rate = _rate(program, moves, points)
    chains = [_chain(by_target, step, rate) for step in _ends(program, steps, moves)]
    wanted = _wanted(program, _freed(chains))
    found = [_blamed(_divided_late(chains, by_target, late, program), wanted)
             for late in _lates(program, chains, by_target, points)]  # fmt: skip
    return min(found, key=len, default=[])


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
        found.append(_Chain(chain.parameter, tuple(lines), chain.total))
    return _freed(found)


def _times(local: float | None, factor: float) -> float | None:
    return None if local is None else local * factor


def _blamed(chains: Sequence[_Chain], wanted: float) -> list[Off]:
    """Blame lines until every parameter is explained."""
    wrong = {chain.parameter: chain.total / wanted for chain in chains}
    wrong = {name: factor for name, factor in wrong.items() if not near(factor, 1)}
    found = list[Off]()
    while wrong:
        best = _best(chains, wrong)
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


def _best(chains: Sequence[_Chain], wrong: Mapping[str, float]) -> Off | None:
    """Find the line that explains the most: all that follows from it is off by one number."""
    order = dict.fromkeys(target for chain in chains for target, _ in chain.lines)
    best, score = None, (False, 0)
    for target in order:
        behind = [chain for chain in chains if target in dict(chain.lines)]
        factors = [wrong.get(chain.parameter) for chain in behind]
        factor, local = factors[0], dict(behind[0].lines)[target]
        if factor is None or local is None:
            continue
        if any(each is None or not near(each, factor) for each in factors):
            continue
        mine = (near(local, factor), len(behind))
        if mine > score:
            reached = tuple(chain.parameter for chain in behind)
            best, score = Off(target, factor, reached), mine
    return best
