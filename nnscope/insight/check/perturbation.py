"""What the cost does when values are perturbed: the independent witness of reverse mode.

The perturbations of many values go in one direction in one pass. By the complex step the slope in
that direction is exact to about 1e-12 (Squire and Trapp, SIAM Review 40, 1998); the centred
difference is what students write.
"""

from collections.abc import Callable, Mapping

import numpy as np

from nnscope.expression.at_complex import evaluate_at_complex
from nnscope.expression.branches import branches
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.insight.check.iteration import Iteration
from nnscope.insight.check.verdicts import Array

COMPLEX_STEP = 1e-170
"""So small that its square is 0: no real part changes, not even one that is 0 and sits at a kink.

As nothing is subtracted, a small step costs no digit."""

CENTRED_STEP = 1e-5
"""Where the two errors of a centred difference, h² and 1e-16 / h, are about equally small."""

CERTIFIED = 1e-6
"""What the difference between reverse mode and the independent way stays below; both are exact to
about 1e-12 by complex step, and to 1e-9 by a centred difference."""

Direction = Mapping[str, Array]
"""A perturbation of each of some values, of the shape of the value."""


def random_direction(iteration: Iteration, names: tuple[str, ...], seed: int = 0) -> Direction:
    """Draw a direction of length 1 in the space of all cells of some values."""
    generator = np.random.default_rng(seed)
    drawn = {name: generator.normal(size=np.shape(iteration.values[name])) for name in names}
    length = np.sqrt(sum(float(np.sum(np.square(part))) for part in drawn.values())) or 1.0
    return {name: part / length for name, part in drawn.items()}


def slope_along(iteration: Iteration, direction: Direction) -> float:
    """Give the slope of the cost in a direction, by the complex step: Im J(x + ihd) / h.

    Raises `ExpressionError` where a line has no complex form.
    """
    moves = {name: 1j * COMPLEX_STEP * part for name, part in direction.items()}
    cost = _cost(iteration, moves, evaluate_at_complex)
    return float(np.imag(cost)) / COMPLEX_STEP


def difference_along(
    iteration: Iteration, direction: Direction, step: float = CENTRED_STEP
) -> tuple[float, float, bool]:
    """Give the slopes on both sides, (J(x + hd) - J) / h and (J - J(x - hd)) / h.

    Tell too whether any cell of the network is on one side of a kink there and on another here.
    """
    both, kinks = [], []
    for sign in (1.0, -1.0):
        moves = {name: sign * step * part for name, part in direction.items()}
        sides: list[bytes] = []
        both.append(_cost(iteration, moves, evaluate, sides))
        kinks.append(sides)
    with np.errstate(all="ignore"):
        above, below = (float(np.real(cost)) for cost in both)
        rise, fall = (above - iteration.cost) / step, (iteration.cost - below) / step
    return rise, fall, kinks[0] != kinks[1]


def one_cell(iteration: Iteration, name: str, cell: tuple[int, ...]) -> Direction:
    """Give the direction of a single cell of a value."""
    part = np.zeros(np.shape(iteration.values[name]))
    part[cell] = 1.0
    return {name: part}


def _cost(
    iteration: Iteration,
    moves: Direction,
    compute: Callable[..., Value],
    sides: list[bytes] | None = None,
) -> complex:
    """Run forwards to the cost with some values moved; note on which sides of kinks cells are."""
    values: dict[str, Value] = dict(iteration.start)
    for name in moves.keys() & values.keys():
        values[name] = values[name] + moves[name]
    for line in iteration.judged:
        value = iteration.nudged(line.target, compute(line.expression, values))
        values[line.target] = value + moves[line.target] if line.target in moves else value
        if sides is not None:
            sides += branches(line.expression, values)
    cost: complex = np.asarray(values[iteration.program.cost]).reshape(-1)[0].item()
    return cost


def certified(iteration: Iteration) -> float:
    """Compare reverse mode with an independent way, along one direction through all values.

    Gives the relative error against the complex step, or where a line has no complex form, against
    the centred difference, which says nothing where it crosses a kink.
    """
    names = tuple(name for name in iteration.slopes if name != iteration.program.cost
                  and np.asarray(iteration.values[name]).dtype.kind == "f")  # fmt: skip
    direction = random_direction(iteration, names)
    with np.errstate(all="ignore"):
        by_reverse = sum(float(np.sum(iteration.slopes[name] * direction[name])) for name in names)
        size = sum(
            float(np.sum(np.abs(iteration.slopes[name] * direction[name]))) for name in names
        )
    try:
        other = slope_along(iteration, direction)
    except ExpressionError:
        rise, fall, is_kinked = difference_along(iteration, direction)
        other = by_reverse if is_kinked else (rise + fall) / 2
    return abs(by_reverse - other) / size if size else abs(other)
