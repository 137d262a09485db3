"""Whether a difference is only rounding: all numbers again, each an ulp or two off.

A sum that cancels, or 1 - A of a saturated unit, has few digits left; a difference in the digits
that are lost says nothing. How much a result changes when all values are shaken tells how many
are left (Parker, "Monte Carlo arithmetic", UCLA CSD-970002, 1997).
"""

import numpy as np
from numpy.typing import NDArray

from nnscope.insight.complex_step import Cells, complex_slopes
from nnscope.insight.ground import Ground
from nnscope.insight.verdicts import Array
from nnscope.program.model import Line

_SEEDS = (1, 2, 3)
_GENEROUS = 16
_FIRST = 64


def is_rounding(
    ground: Ground, line: Line, cells: Cells, numeric: Array, factor: float
) -> NDArray[np.bool_]:
    """Tell of cells of a gradient which differ from `factor` times their slope by rounding alone.

    `numeric` are the slopes by complex step; all arrays have the shape (count,). The first cells
    are looked at alone, and the rest only if those are all excused: a wrong gradient costs no
    more.
    """
    excused = np.zeros(len(cells), bool)
    excused[:_FIRST] = _excused(ground, line, cells[:_FIRST], numeric[:_FIRST], factor)
    if excused[:_FIRST].all() and len(cells) > _FIRST:
        excused[_FIRST:] = _excused(ground, line, cells[_FIRST:], numeric[_FIRST:], factor)
    return excused


def _excused(
    ground: Ground, line: Line, cells: Cells, numeric: Array, factor: float
) -> NDArray[np.bool_]:
    analytic = _at(ground, line, cells)
    noise = np.zeros(len(cells))
    for seed in _SEEDS:
        shaken = ground.shaken(seed)
        slopes = complex_slopes(shaken, line.gradient_of, cells)
        change = np.abs(_at(shaken, line, cells) - analytic) + factor * np.abs(slopes - numeric)
        noise = np.fmax(noise, change)
    return np.asarray(np.abs(analytic - factor * numeric) <= _GENEROUS * noise)


def _at(ground: Ground, line: Line, cells: Cells) -> Array:
    return np.asarray(ground.gradient(line)[tuple(cells.T)]).reshape(-1)
