"""Cells as shades: of two signs, and readable without any colour."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from nnscope.tui.draw.style import LEVELS, PLAIN, diverging
from nnscope.tui.draw.text import Text

Levels = NDArray[np.int_]
POSITIVE = "░▒▓█"
NEGATIVE = "⠂⠢⠶⠿"
"""What stands for a size without colours, from small to large: solid shades, or dots."""


def shade(level: int) -> str:
    """Give the sign for a level from -LEVELS to LEVELS; a space for 0."""
    if level == 0:
        return " "
    ramp = POSITIVE if level > 0 else NEGATIVE
    return ramp[min(len(ramp) - 1, (abs(level) - 1) * len(ramp) // LEVELS)]


def levels(values: NDArray[np.float64], largest: float) -> Levels:
    """Give each value its level: 0 for what is nearly 0 beside the largest, and for nan."""
    with np.errstate(all="ignore"):
        share = np.clip(values / (largest or 1.0), -1.0, 1.0) * LEVELS
    found: Levels = np.rint(np.nan_to_num(share, nan=0.0)).astype(int)
    return found


def half_blocks(pixels: Levels, dark: bool) -> list[Text]:
    """Draw two rows of levels in each line, one above the other in every character."""
    if len(pixels) % 2:
        pixels = np.vstack([pixels, np.zeros_like(pixels[:1])])
    return [_in_runs(zip(*pair, strict=True), dark)
            for pair in zip(pixels[::2].tolist(), pixels[1::2].tolist(), strict=True)]  # fmt: skip


def _in_runs(pairs: Iterable[tuple[int, int]], dark: bool) -> Text:
    """Draw pixels above and below; equal neighbours are one piece, which is quicker to send."""
    return [("▀" * len(list(equal)), _two(*pair, dark)) for pair, equal in groupby(pairs)]


def signs(pixels: Levels) -> list[Text]:
    """Draw each level as a sign of its own, for where there are no colours."""
    return [[("".join(map(shade, row)), PLAIN)] for row in pixels.tolist()]


def shrunk(values: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """Give at most so many rows and columns: each cell is the mean of those that it stands for."""
    for axis, most in ((0, rows), (1, columns)):
        size = values.shape[axis]
        if size > most:
            starts = np.arange(most) * size // most
            counts = np.diff(np.append(starts, size))
            sums = np.add.reduceat(values, starts, axis=axis)
            values = sums / (counts[:, None] if axis == 0 else counts)
    return values


def beside(tiles: Sequence[Sequence[Text]], gap: int = 1) -> list[Text]:
    """Put pictures of the same height side by side."""
    return [
        [part for at, row in enumerate(rows) for part in ([" " * gap] if at else []) + list(row)]
        for rows in zip(*tiles, strict=True)
    ]


@lru_cache(maxsize=512)
def _two(above: int, below: int, dark: bool) -> Style:
    return Style(color=diverging(above, dark), bgcolor=diverging(below, dark))
