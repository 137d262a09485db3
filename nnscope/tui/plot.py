"""A curve in braille: each character has two columns and four rows of dots."""

import numpy as np
from numpy.typing import NDArray

_BRAILLE = 0x2800
# the bit of each dot, by its row and column inside a character
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])


def curve(
    values: NDArray[np.float64], width: int, height: int, logarithmic: bool = False
) -> list[str]:
    """Draw values from left to right in `height` lines of `width` characters.

    Every dot column shows the span from the smallest to the largest of its values, so nothing that
    happened between two columns is lost. Values that are not finite, or not positive where the
    scale is logarithmic, leave a gap.
    """
    with np.errstate(all="ignore"):
        heights = np.log10(values) if logarithmic else np.asarray(values, dtype=np.float64)
    finite = np.isfinite(heights)
    if not finite.any():
        return [" " * width] * height
    low, high = heights[finite].min(), heights[finite].max()
    rows, columns = 4 * height, 2 * width
    span = (high - low) or 1.0
    level = np.where(
        finite, (high - np.where(finite, heights, low)) / span * (rows - 1), -1
    ).round()
    grid = np.zeros((rows, columns), dtype=bool)
    if len(values) > columns:
        _draw_spans(grid, level)
    else:
        _draw_points(grid, level)
    return _characters(grid, height, width)


def _draw_spans(grid: NDArray[np.bool_], level: NDArray[np.float64]) -> None:
    """Mark in each column all from the highest to the lowest of the values that fall into it."""
    columns = grid.shape[1]
    starts = np.linspace(0, len(level), columns, endpoint=False).astype(int)
    top = np.minimum.reduceat(np.where(level < 0, np.inf, level), starts)
    bottom = np.maximum.reduceat(level, starts)
    heights = np.arange(grid.shape[0])[:, None]
    grid |= (heights >= top) & (heights <= bottom)


def _draw_points(grid: NDArray[np.bool_], level: NDArray[np.float64]) -> None:
    """Mark single values, joined by straight lines where both neighbours are there."""
    columns = grid.shape[1]
    places = np.linspace(0, columns - 1, len(level)).round() if len(level) > 1 else np.zeros(1)
    points = list(zip(places.astype(int).tolist(), level.astype(int).tolist(), strict=True))
    for number, (x, y) in enumerate(points):
        if y < 0:
            continue
        grid[y, x] = True
        if number and points[number - 1][1] >= 0:
            _join(grid, *points[number - 1], x, y)


def _join(grid: NDArray[np.bool_], x0: int, y0: int, x1: int, y1: int) -> None:
    """Draw a straight line between two dots."""
    steps = max(abs(x1 - x0), abs(y1 - y0), 1)
    for step in range(1, steps):
        grid[round(y0 + (y1 - y0) * step / steps), round(x0 + (x1 - x0) * step / steps)] = True


def _characters(grid: NDArray[np.bool_], height: int, width: int) -> list[str]:
    blocks = grid.reshape(height, 4, width, 2)
    codes = _BRAILLE + np.einsum("hiwj,ij->hw", blocks, _DOTS)
    return ["".join(map(chr, row)) for row in codes.tolist()]
