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
Firsts = Callable[[int, Sequence[int]], list[int]]
"""Gives the first row (0) or column (1) in sight of each matrix, if so many of them are shown."""


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
        return _width(self.operand, self.columns, self.format)

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


def lay_out(operands: Sequence[Operand], width: int, height: int, firsts: Firsts) -> list[Block]:
    """Place the matrices in `width` columns and `height` rows of text."""
    bands = _fitting_bands(operands, width, height, firsts)
    rows = _rows(operands, bands, height)
    tops, formats = firsts(0, rows), _formats(operands, rows, firsts)
    columns = _columns(operands, bands, formats, width)
    lefts = firsts(1, columns)
    blocks: list[Block] = []
    y = 0
    for band in bands:
        x = _indent(operands, band)
        for place in band:
            cells = tops[place], lefts[place], rows[place], columns[place], formats[place]
            blocks.append(Block(operands[place], x, y, *cells))
            x += blocks[-1].width + GAP
        y += HEAD + max(rows[place] for place in band)
    return blocks


def _rows(operands: Sequence[Operand], bands: Sequence[list[int]], height: int) -> list[int]:
    """Say how many rows of each matrix are shown."""
    tall = [max(_tall(operands[place]) for place in band) for band in bands]
    rows = [0] * len(operands)
    for band, share in zip(bands, fair_shares(tall, height), strict=True):
        for place in band:
            rows[place] = min(max(1, share - HEAD), _tall(operands[place]) - HEAD)
    return rows


def fair_shares(wanted: Sequence[int], budget: int) -> list[int]:
    """Divide a length: who wants little gets it, the others share the rest evenly."""
    shares, left = [0] * len(wanted), budget
    places = sorted(range(len(wanted)), key=lambda place: wanted[place])
    for count, place in enumerate(places):
        shares[place] = max(0, min(wanted[place], left // (len(places) - count)))
        left -= shares[place]
    return shares


def _fitting_bands(
    operands: Sequence[Operand], width: int, height: int, firsts: Firsts
) -> list[list[int]]:
    """Break the matrices into bands that fit into the height; if need be with fewer columns."""
    natural = _natural_widths(operands, firsts)
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


def _indent(operands: Sequence[Operand], band: Sequence[int]) -> int:
    """Give the columns of text before a band, for the operator that leads on to it."""
    return GAP if band[0] and operands[band[0]].before else 0


def _columns(
    operands: Sequence[Operand],
    bands: Sequence[list[int]],
    formats: Sequence[CellFormat],
    width: int,
) -> list[int]:
    """Say how many columns of each matrix are shown: they go round until the width is used up."""
    columns = [1] * len(operands)
    for band in bands:
        left = width - GAP * (len(band) - 1) - _indent(operands, band)
        growing = list(band)
        while growing:
            for place in list(growing):
                columns[place] += 1
                full = columns[place] > min(two_axes(operands[place].value.shape)[1], MOST_COLUMNS)
                used = (_width(operands[at], columns[at], formats[at]) for at in band)
                if full or sum(used) > left:
                    columns[place] -= 1
                    growing.remove(place)
    return columns


def _width(operand: Operand, columns: int, format_: CellFormat) -> int:
    """Give the columns of text that so many cells with their row numbers, or the heading, take."""
    return max(_gutter(operand) + columns * (format_.width + 1), len(operand.heading))


def _formats(operands: Sequence[Operand], rows: Sequence[int], firsts: Firsts) -> list[CellFormat]:
    """Choose how to write each matrix from the cells that may come into sight."""
    tops, lefts = firsts(0, rows), firsts(1, [1] * len(operands))
    return [
        _format(operand, range(top, top + count), left)
        for operand, top, count, left in zip(operands, tops, rows, lefts, strict=True)
    ]


def _format(operand: Operand, rows: range, left: int) -> CellFormat:
    height, width = two_axes(operand.value.shape)
    first = max(0, left - MOST_COLUMNS)
    matrix = operand.value.reshape(height, width)
    format_ = CellFormat(matrix[rows.start : rows.stop, first : left + MOST_COLUMNS])
    numbers = len(str(min(width, left + MOST_COLUMNS) - 1))
    return format_.widened(max(numbers, operand.cell_width))


def _natural_widths(operands: Sequence[Operand], firsts: Firsts) -> list[int]:
    """Give the columns of text that each matrix would like to have."""
    sizes = [two_axes(operand.value.shape) for operand in operands]
    formats = _formats(operands, [min(height, MOST_COLUMNS) for height, _ in sizes], firsts)
    return [
        _width(operand, min(width, MOST_COLUMNS), format_)
        for operand, (_, width), format_ in zip(operands, sizes, formats, strict=True)
    ]


def _gutter(operand: Operand) -> int:
    return len(str(two_axes(operand.value.shape)[0] - 1)) + 1 if operand.value.ndim else 0
