"""Numbers as text: short enough for a cell, long enough to be believed."""

import math

import numpy as np
from numpy.typing import NDArray


def short(value: float, digits: int = 4) -> str:
    """Write a number with few significant digits: `0.003124`, `-1.212e-5`, `12`."""
    if value == 0:  # without the sign of -0.0, which says nothing to a student
        return "0"
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < 1e5:
        return str(int(value))
    text = f"{value:.{digits}g}"
    return text.replace("e-0", "e-").replace("e+0", "e+")


def full(value: float, single: bool = False) -> str:
    """Write a number with every digit that it has: those that tell it from its neighbours.

    A number of float32 (`single`) lies farther from its neighbours, and so has fewer digits.
    """
    if value == 0 or not math.isfinite(value):
        return short(value)
    return (str(np.float32(value)) if single else repr(float(value))).removesuffix(".0")


class CellFormat:
    """One way of writing all cells of a matrix, chosen from those that are in sight.

    Whole numbers stay whole; numbers of ordinary size get four decimals; if any would lose its
    digits so, all are written with an exponent.
    """

    def __init__(self, window: NDArray[np.float64]) -> None:
        finite = window[np.isfinite(window)]
        sizes = np.abs(finite[finite != 0])
        whole = finite.size == 0 or bool(np.all(finite == np.floor(finite)))
        if whole and (sizes.size == 0 or sizes.max() < 1e5):
            self._pattern = "%d"
        elif sizes.max() < 1e4 and sizes.min() >= 1e-3:
            self._pattern = "%.4f"
        else:
            self._pattern = "%.2e"
        self.width = max((len(self.write(value)) for value in window.ravel().tolist()), default=1)

    def widened(self, width: int) -> "CellFormat":
        """Make the cells at least so wide, for the column numbers above them."""
        self.width = max(self.width, width)
        return self

    def write(self, value: float) -> str:
        """Write one cell; it is at most `width` characters."""
        if value == 0:
            return "0"
        return self._pattern % value if math.isfinite(value) else short(value)
