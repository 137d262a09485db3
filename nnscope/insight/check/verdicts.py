"""When a gradient counts as right: the relative error, and the customary bounds for it.

|a - n| / max(|a|, |n|) and its bounds for a centred difference are those of the course CS231n
(Stanford, "Neural networks part 3: gradient checks").
"""

from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

EXACT_BOUND = 1e-9
"""What a right gradient stays below by reverse mode, whose own error is about 1e-12."""

CUSTOMARY = {"right": 1e-7, "fair": 1e-4, "doubtful": 1e-2}
"""What the error of a centred difference stays below; above the last it is wrong."""


class Verdict(Enum):
    """What is said of a gradient. `KINK` excuses what the two sides of a kink explain."""

    RIGHT = "right"
    FAIR = "fair"
    KINK = "kink"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"
    UNTOLD = "can't be told"


def relative_errors(analytic: Array, numeric: Array) -> Array:
    """Give |a - n| / max(|a|, |n|) by cell: 0 where both are 0, nan where one is not finite."""
    with np.errstate(all="ignore"):
        larger = np.maximum(np.abs(analytic), np.abs(numeric))
        errors = np.abs(analytic - numeric) / larger
    return np.where((analytic == 0) & (numeric == 0), 0.0, errors)


def customary(error: float) -> Verdict:
    """Judge the relative error of a centred difference."""
    for name, bound in CUSTOMARY.items():
        if error < bound:
            return Verdict(name)
    return Verdict.UNTOLD if np.isnan(error) else Verdict.WRONG
