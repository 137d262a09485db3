"""Numbers as text: short enough for a cell, long enough to be believed."""

import math
import re

import numpy as np
from numpy.typing import NDArray

TOO_SMALL = "~0"
"""What stands for a number that is not 0, but has none of its digits where room is short."""

_SMALLEST_POWER = -300
_ZERO = re.compile(r"^(-?)0(?=\.)")


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
    digits so, all are written with an exponent. Where room is short, `digits` says how many the
    largest number has, 2 or 3: the cells are then written in units of ten to the `power`, if that
    is not 0, and a number that is too small for these digits as `~0`.
    """

    def __init__(self, window: NDArray[np.float64], digits: int | None = None) -> None:
        finite = window[np.isfinite(window)]
        sizes = np.abs(finite[finite != 0])
        self.power, self._is_bare = 0, digits is not None  # .123 for 0.123
        whole = finite.size == 0 or bool(np.all(finite == np.floor(finite)))
        if whole and (sizes.size == 0 or sizes.max() < (1e5 if digits is None else 10**digits)):
            self._pattern = "%d"
        elif digits is not None:
            self._pattern, self.power = _pattern(float(sizes.max()), digits)
        elif sizes.max() < 1e4 and sizes.min() >= 1e-3:
            self._pattern = "%.4f"
        else:
            self._pattern = "%.2e"
        self.width = max((len(self.write(value)) for value in window.ravel().tolist()), default=1)

    def widened(self, width: int) -> "CellFormat":
        """Make the cells at least so wide, for the column numbers above them."""
        self.width = max(self.width, width)
        return self

    def scaled(self, value: float) -> float:
        """Give a number in the units of the cells."""
        if self.power < _SMALLEST_POWER:  # ten to a smaller power is no number of float64
            return value * 10.0**-_SMALLEST_POWER / 10.0 ** (self.power - _SMALLEST_POWER)
        return value / 10.0**self.power if self.power else value

    def write(self, value: float) -> str:
        """Write one cell; it is at most `width` characters."""
        if value == 0:
            return "0"
        if not math.isfinite(value):
            return short(value)
        text = self._pattern % self.scaled(value)
        if self._is_bare:
            text = _ZERO.sub(r"\1", text)
        return text if text.strip("-0.") else TOO_SMALL


def _pattern(largest: float, digits: int) -> tuple[str, int]:
    """Choose the decimals for so many digits, and the power of ten that is taken out.

    Nothing is taken out of numbers from 0.1 on that can be written without: .123, 12.3. Two digits
    are a whole number, so that a sign and both fit into three characters.
    """
    power = int(f"{largest:.{digits - 1}e}".partition("e")[2])  # of the rounded number
    if digits == 2:
        return "%.0f", power - 1
    if -1 <= power < digits:
        return f"%.{digits - 1 - power}f", 0
    return f"%.{digits - 1}f", power
