"""The slope of the cost by some cells of one value, in every way that a check compares with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.insight.complex_step import CENTRED_STEP, Cells, complex_slopes, one_sided
from nnscope.insight.ground import Ground
from nnscope.insight.verdicts import Array

_NEGLIGIBLE = 1e-4


@dataclass(frozen=True, eq=False, slots=True)
class Slopes:
    """∂J/∂cell for cells of a value; all arrays have the shape (count,).

    `by_complex_step` is nan where that can't be done. `above` and `below` are the slopes on the
    two sides, (J(x + h) - J(x)) / h and (J(x) - J(x - h)) / h, `centred` is their mean; `kinks`
    tells where some cell of the network is on another side of a kink at x + h than at x - h.
    `noise` is how
    far off a centred slope may be without a meaning: the rounding of the cost, and what the slope
    itself changes by over a ten-thousandth of the step.
    """

    by_complex_step: Array
    centred: Array
    above: Array
    below: Array
    kinks: NDArray[np.bool_]
    noise: Array


def slopes(ground: Ground, name: str, cells: Cells, step: float = CENTRED_STEP) -> Slopes:
    """Move each of the cells, and run forwards to the cost.

    Raises `ExpressionError` where the cost is not one number.
    """
    cost, steps = ground.cost, np.full(len(cells), step)
    try:
        exact = complex_slopes(ground, name, cells)
    except ExpressionError:  # a line that has no complex form leaves the differences
        exact = np.full(len(cells), np.nan)
    if not np.isfinite(cost):  # complex logarithms are finite where real ones are not
        exact = np.full(len(cells), np.nan)
    above, below, kinks = one_sided(ground, name, cells, steps)
    rounding = 4 * np.finfo(float).eps * (abs(cost) + 1) / step  # 1: what goes into a logarithm
    with np.errstate(all="ignore"):
        rise, fall = (above - cost) / step, (cost - below) / step
        noise = rounding + _NEGLIGIBLE * np.abs(rise - fall)
        return Slopes(exact, (above - below) / (2 * step), rise, fall, kinks, noise)
