"""Whether a difference is only rounding: all numbers again, each an ulp or two off.

A sum that cancels, or 1 - A of a saturated unit, has few digits left; a difference in the digits
that are lost says nothing. How much a result changes when all values are shaken tells how many
are left (Parker, "Monte Carlo arithmetic", UCLA CSD-970002, 1997).
"""

import numpy as np
from numpy.typing import NDArray

from nnscope.insight.check.iteration import Iteration
from nnscope.program.model import Line

_SEEDS = (1, 2, 3)
_GENEROUS = 16


def is_rounding(iteration: Iteration, line: Line, factor: float) -> NDArray[np.bool_]:
    """Tell which cells of a gradient differ from `factor` times the slope by rounding alone.

    The result has the shape of what the gradient belongs to.
    """
    analytic, slope = iteration.gradient(line), iteration.slope(line.gradient_of)
    noise = np.zeros(slope.shape)
    with np.errstate(all="ignore"):
        for seed in _SEEDS:
            shaken = iteration.shaken(seed)
            change = np.abs(shaken.gradient(line) - analytic)
            change += factor * np.abs(shaken.slope(line.gradient_of) - slope)
            noise = np.fmax(noise, change)
        return np.asarray(np.abs(analytic - factor * slope) <= _GENEROUS * noise)
