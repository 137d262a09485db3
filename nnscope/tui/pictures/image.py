"""A matrix as an image: a pixel a cell, or for weights of pictures, a tile for each unit."""

from collections.abc import Sequence
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from nnscope.insight.numbers import short
from nnscope.program.layers import layers
from nnscope.tui.draw.shades import (
    NEGATIVE,
    POSITIVE,
    beside,
    half_blocks,
    levels,
    shrunk,
    signs,
)
from nnscope.tui.draw.text import Text, dim, shortened
from nnscope.tui.picture import Picture, Room
from nnscope.tui.view import View

Floats = NDArray[np.float64]
_LEAST_SIDE = 4  # of a tile: a unit with 9 inputs has seldom a picture of 3 x 3
_LEAST_UNITS = 2


class ImagePicture(Picture):
    """The selected matrix, as large as there is room for."""

    NAME = "image"
    TITLE = "matrix as an image"
    RANK = 2
    ABOUT = (
        "the selected matrix, a pixel for each cell: the lighter the more positive, the darker "
        "the more negative, grey for 0; without colours ░ to █ are positive and ⠂ to ⠿ negative. "
        "Weights of units that read a square picture, as digits of 8 x 8, are a tile for each "
        "unit. What is too large is shrunk: a pixel then is the mean of its cells"
    )

    @staticmethod
    def why_not(view: View) -> str:
        """There always is a matrix."""
        return ""

    @staticmethod
    def parts(view: View) -> tuple[object, ...]:
        """The frame, and which matrix is selected."""
        return view.frame, view.cells, view.writing.mathematics

    @staticmethod
    def draw(view: View, room: Room) -> Sequence[Text]:
        """Draw the selected matrix, or its tiles; below stands what the shades mean."""
        operand = view.selected
        value = np.atleast_2d(operand.value)
        tiles = tiles_of(view, value)
        largest = float(np.nanmax(np.abs(value), initial=0.0, where=np.isfinite(value)))
        height = max(1, room.height - 1)
        rows, shown = ([], 0) if tiles is None else _tiled(tiles, largest, room, height)
        if not rows:
            rows, tiles = _one(value, largest, room, height), None
        told = operand.heading
        if tiles is not None:
            side, count = tiles.shape[1], len(tiles)
            which = f"{shown} of {count}" if shown < count else str(count)
            told = f"{which} tiles of {side} x {side}: {told}"
        scale = f"   -{short(largest, 3)} {NEGATIVE[::-1]}0{POSITIVE} {short(largest, 3)}"
        if room.colours:
            scale = f"   dark -{short(largest, 3)}, grey 0, light {short(largest, 3)}"
        return [*rows, [dim(shortened(told + scale, room.width))]]


def tiles_of(view: View, value: Floats) -> Floats | None:
    """Give the weights of a first layer as pictures, shape (units, side, side).

    None where the matrix is no such one: its inputs are no square number.
    """
    first = layers(view.frame.program)[:1]
    carried = view.frame.program.before.get(view.selected.name, view.selected.name)
    if not first or carried != first[0].weight or value.shape != view.selected.value.shape:
        return None
    inputs = next(size for size, each in zip(value.shape, (0, 1), strict=True)
                  if each != first[0].weight_axis)  # fmt: skip
    side = isqrt(inputs)
    if side * side != inputs or side < _LEAST_SIDE or value.size // inputs < _LEAST_UNITS:
        return None
    units = value if first[0].weight_axis == 0 else value.T
    return units.reshape(-1, side, side)


def _one(value: Floats, largest: float, room: Room, height: int) -> list[Text]:
    """Draw a whole matrix; a cell gets several pixels where there is room."""
    across, down = room.width, height * (2 if room.colours else 1)
    value = shrunk(value, down, across)
    wide = max(1, min(across // value.shape[1], 2 * (down // value.shape[0]), 8))
    tall = max(1, min(down // value.shape[0], wide if room.colours else wide // 2))
    return _pixels(np.repeat(np.repeat(value, tall, 0), wide, 1), largest, room)


def _tiled(tiles: Floats, largest: float, room: Room, height: int) -> tuple[list[Text], int]:
    """Draw tiles in rows, smaller until they fit; give the lines and how many are shown."""
    side = tiles.shape[1]
    for pixels in (side, side // 2):
        wide = pixels if room.colours else 2 * pixels
        tall = (pixels + 1) // 2 if room.colours else pixels
        across, down = (room.width + 1) // (wide + 1), (height + 1) // (tall + 1)
        fits = across * down >= len(tiles)
        if pixels >= _LEAST_SIDE and across * down and (fits or pixels == side // 2):
            return _rows_of(tiles[: across * down], pixels, across, (largest, room)), min(
                len(tiles), across * down
            )
    return [], 0


def _rows_of(tiles: Floats, pixels: int, across: int, shown: tuple[float, Room]) -> list[Text]:
    largest, room = shown
    rows: list[Text] = []
    for first in range(0, len(tiles), across):
        drawn = []
        for tile in tiles[first : first + across]:
            small = shrunk(tile, pixels, pixels)
            drawn.append(_pixels(small if room.colours else np.repeat(small, 2, 1), largest, room))
        rows += [*([[]] if rows else []), *beside(drawn)]
    return rows


def _pixels(values: Floats, largest: float, room: Room) -> list[Text]:
    found = levels(values, largest)
    return half_blocks(found, room.dark) if room.colours else signs(found)
