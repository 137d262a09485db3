"""A curve in braille: each character has two columns and four rows of dots."""

import numpy as np
from numpy.typing import NDArray

from nnscope.tui.draw.axis import Axis

Floats = NDArray[np.float64]
_BRAILLE = 0x2800
# the bit of each dot, by its row and column inside a character
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])


def curve(values: Floats, width: int, height: int, logarithmic: bool = False) -> list[str]:
    """Draw values from left to right in `height` lines of `width` characters."""
    return Plot(values, logarithmic).draw(Axis(len(values), width), height)


class Plot:
    """Values, shape (iterations,), ready to be drawn between `low` and `high`.

    Values that are not finite, or not positive where the scale is logarithmic, leave a gap. `low`
    and `high` are nan where nothing can be drawn.
    """

    def __init__(self, values: Floats, logarithmic: bool = False) -> None:
        self._logarithmic = logarithmic
        shown = np.isfinite(values)
        if logarithmic:
            shown &= values > 0
        self._has_gaps = not shown.all()
        self._values = np.where(shown, values, np.nan) if self._has_gaps else values
        drawn = bool(shown.any())
        self.low = float(np.fmin.reduce(self._values)) if drawn else np.nan
        self.high = float(np.fmax.reduce(self._values)) if drawn else np.nan

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return bool(np.isnan(self.low))

    def draw(self, axis: Axis, height: int) -> list[str]:
        """Draw the curve in `height` lines of text.

        Every column of dots shows the span from the smallest to the largest of its values, so
        nothing that happened between two columns is lost.
        """
        grid = np.zeros((4 * height, axis.dots), dtype=bool)
        if not self.is_empty:
            (self._draw_spans if axis.is_dense else self._draw_points)(grid, axis)
        return characters(grid, height, axis.width)

    def _levels(self, values: Floats, rows: int) -> Floats:
        """Give the row of dots of each value, from the top; nan for a gap."""
        with np.errstate(all="ignore"):
            if self._logarithmic:
                values, low, high = np.log10(values), np.log10(self.low), np.log10(self.high)
            else:  # halved, because the span of two finite numbers may not be one
                values, low, high = values / 2, self.low / 2, self.high / 2
            levels: Floats = (high - values) / ((high - low) or 1.0) * (rows - 1)
            return levels.round()

    def _draw_spans(self, grid: NDArray[np.bool_], axis: Axis) -> None:
        """Mark in each column all from the highest to the lowest of the values that it shows."""
        starts = np.arange(axis.dots) * axis.count // axis.dots
        starts = starts[starts < len(self._values)]
        low, high = (np.fmin, np.fmax) if self._has_gaps else (np.minimum, np.maximum)
        bottom = self._levels(low.reduceat(self._values, starts), len(grid))
        top = self._levels(high.reduceat(self._values, starts), len(grid))
        heights = np.arange(len(grid))[:, None]
        grid[:, : len(starts)] = (heights >= top) & (heights <= bottom)

    def _draw_points(self, grid: NDArray[np.bool_], axis: Axis) -> None:
        """Mark single values, joined by straight lines where both neighbours are there."""
        span = max(axis.count - 1, 1)
        levels = self._levels(self._values, len(grid)).tolist()
        before: tuple[int, int] | None = None
        for number, level in enumerate(levels):
            point = None
            if not np.isnan(level):
                point = round(number * (axis.dots - 1) / span), int(level)
                grid[point[1], point[0]] = True
                if before is not None:
                    _join(grid, *before, *point)
            before = point


def _join(grid: NDArray[np.bool_], x0: int, y0: int, x1: int, y1: int) -> None:
    """Draw a straight line between two dots."""
    steps = max(abs(x1 - x0), abs(y1 - y0), 1)
    for step in range(1, steps):
        grid[round(y0 + (y1 - y0) * step / steps), round(x0 + (x1 - x0) * step / steps)] = True


def characters(grid: NDArray[np.bool_], height: int, width: int) -> list[str]:
    """Write a grid of dots, shape (4 height, 2 width), as `height` lines of `width` characters."""
    blocks = grid.reshape(height, 4, width, 2)
    codes = _BRAILLE + np.einsum("hiwj,ij->hw", blocks, _DOTS)
    return ["".join(map(chr, row)) for row in codes.tolist()]
