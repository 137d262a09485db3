"""Where the matrices of a line stand: how many rows and columns of each are in sight.

Matrices stand side by side where there is room, and wrap onto further bands where there is height;
what still does not fit is cut to the cells around the selected one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from nnscope.insight.line.operands import Operand
from nnscope.insight.numbers import CellFormat
from nnscope.tui.view import two_axes

HEAD = 2  # rows above the cells: the name with its axes, and the column numbers
GAP = 3  # columns between two matrices, for the operator
MOST_COLUMNS = 64  # no screen shows more; keeps the work independent of the matrix
_SHARES = (1, 2, 3, 4, 6, 8)  # of the width that a matrix may have, tried one after the other
Corner = Callable[[Operand, int, int], tuple[int, int]]
"""Gives the first row and column in sight of a matrix, if so many rows and columns are shown."""


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """One matrix on the screen: where it stands, and which of its cells are in sight."""

    operand: Operand
    x: int
    y: int
    top: int
    left: int
    rows: int
    columns: int
    format: CellFormat

    @property
    def gutter(self) -> int:
        """The columns of text for the row numbers."""
        return _gutter(self.operand)

    @property
    def step(self) -> int:
        """The columns of text from one cell to the next."""
        return self.format.width + 1

    @property
    def width(self) -> int:
        """The columns of text that cells and row numbers, or the heading, take."""
        return max(self.gutter + self.columns * self.step, len(self.operand.heading))

    @property
    def window(self) -> NDArray[np.float64]:
        """The cells in sight."""
        matrix = self.operand.value.reshape(two_axes(self.operand.value.shape))
        return matrix[self.top : self.top + self.rows, self.left : self.left + self.columns]

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Give the row and column of the cell under a point, or None beside them."""
        row, column = y - self.y - HEAD, (x - self.x - self.gutter) // self.step
        if 0 <= row < self.rows and 0 <= column < self.columns and x >= self.x + self.gutter:
            return self.top + row, self.left + column
        return None


def lay_out(operands: Sequence[Operand], width: int, height: int, corner: Corner) -> list[Block]:
    """Place the matrices in `width` columns and `height` rows of text."""
    bands = _fitting_bands(operands, width, height, corner)
    tall = [max(_tall(operands[place]) for place in band) for band in bands]
    blocks, y = [], 0
    for band, rows in zip(bands, fair_shares(tall, height), strict=True):
        shown = max(1, rows - HEAD)
        blocks += _band([operands[place] for place in band], y, shown, width, corner)
        y += HEAD + max(block.rows for block in blocks if block.y == y)
    return blocks


def fair_shares(wanted: Sequence[int], budget: int) -> list[int]:
    """Divide a length: who wants little gets it, the others share the rest evenly."""
    shares, left = [0] * len(wanted), budget
    places = sorted(range(len(wanted)), key=lambda place: wanted[place])
    for count, place in enumerate(places):
        shares[place] = max(0, min(wanted[place], left // (len(places) - count)))
        left -= shares[place]
    return shares


def _fitting_bands(
    operands: Sequence[Operand], width: int, height: int, corner: Corner
) -> list[list[int]]:
    """Break the matrices into bands that fit into the height; if need be with fewer columns."""
    natural = [_natural_width(operand, corner) for operand in operands]
    headings = [len(operand.heading) for operand in operands]
    is_one_band = sum(headings) + GAP * (len(headings) - 1) <= width
    rows_of_each = (2,) if is_one_band else (2, 1)  # one row says too little, if there is a choice
    for least, share in product(rows_of_each, _SHARES):
        wanted = [
            max(heading, min(size, width // share))
            for heading, size in zip(headings, natural, strict=True)
        ]
        bands = _bands(wanted, width)
        tall = [max(_tall(operands[place]) for place in band) for band in bands]
        if sum(min(HEAD + least, rows) for rows in tall) <= height:
            return bands
    return [list(range(len(operands)))]


def _tall(operand: Operand) -> int:
    return HEAD + two_axes(operand.value.shape)[0]


def _bands(wanted: Sequence[int], width: int) -> list[list[int]]:
    """Break a row of matrices where the next one would not fit."""
    bands: list[list[int]] = []
    used = 0
    for place, size in enumerate(wanted):
        if bands and used + GAP + size <= width:
            bands[-1].append(place)
            used += GAP + size
        else:
            bands.append([place])
            used = size
    return bands


def _band(
    operands: Sequence[Operand], y: int, rows: int, width: int, corner: Corner
) -> list[Block]:
    """Place one band: columns go round the matrices until the width is used up."""
    formats = [_format(operand, corner, rows) for operand in operands]
    columns = [1] * len(operands)
    indent = GAP if y and operands[0].before else 0  # for the operator that leads on to it
    left = width - GAP * (len(operands) - 1) - indent

    def used() -> int:
        return sum(
            max(_gutter(operand) + count * (format_.width + 1), len(operand.heading))
            for operand, count, format_ in zip(operands, columns, formats, strict=True)
        )

    growing = list(range(len(operands)))
    while growing:
        for place in list(growing):
            columns[place] += 1
            full = columns[place] > min(two_axes(operands[place].value.shape)[1], MOST_COLUMNS)
            if full or used() > left:
                columns[place] -= 1
                growing.remove(place)
    blocks, x = [], indent
    for operand, count, format_ in zip(operands, columns, formats, strict=True):
        shown = min(rows, two_axes(operand.value.shape)[0])
        top, first = corner(operand, shown, count)
        block = Block(operand, x, y, top, first, shown, count, format_)
        blocks.append(block)
        x += block.width + GAP
    return blocks


def _format(operand: Operand, corner: Corner, rows: int) -> CellFormat:
    """Choose how to write a matrix from the cells that may come into sight."""
    height, width = two_axes(operand.value.shape)
    top, left = corner(operand, min(rows, height), 1)
    first = max(0, left - MOST_COLUMNS // 2)
    matrix = operand.value.reshape(height, width)
    format_ = CellFormat(matrix[top : top + rows, first : first + MOST_COLUMNS])
    numbers = len(str(min(width, first + MOST_COLUMNS) - 1))
    return format_.widened(max(numbers, operand.cell_width))


def _natural_width(operand: Operand, corner: Corner) -> int:
    columns = min(two_axes(operand.value.shape)[1], MOST_COLUMNS)
    cells = _gutter(operand) + columns * (_format(operand, corner, MOST_COLUMNS).width + 1)
    return max(cells, len(operand.heading))


def _gutter(operand: Operand) -> int:
    return len(str(two_axes(operand.value.shape)[0] - 1)) + 1 if operand.value.ndim else 0
