"""Where the matrices of a line stand: how many rows and columns of each are in sight.

Matrices stand side by side where there is room, and wrap onto further bands where there is height;
what still does not fit is cut to the cells around the selected one.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.insight.line.operands import Operand
from nnscope.insight.numbers import CellFormat
from nnscope.tui.draw.matrix_bands import HEAD, fitting_bands, rows_of
from nnscope.tui.draw.matrix_widths import (
    Firsts,
    columns_of,
    formats_of,
    gutter_of,
    starts_of,
    width_of,
)
from nnscope.tui.view import two_axes


class Block(Struct, frozen=True, eq=False):
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
        return gutter_of(self.operand)

    @property
    def step(self) -> int:
        """The columns of text from one cell to the next."""
        return self.format.width + 1

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
    bands = fitting_bands(operands, width, height, firsts)
    rows = rows_of(operands, bands, height)
    tops, formats = firsts(0, rows), formats_of(operands, rows, firsts)
    columns = columns_of(operands, bands, formats, width)
    lefts = firsts(1, columns)
    blocks: list[Block] = []
    y = 0
    for band in bands:
        taken = [width_of(operands[at], columns[at], formats[at]) for at in band]
        starts = starts_of([operands[at] for at in band], taken)
        for place, x in zip(band, starts, strict=False):
            cells = tops[place], lefts[place], rows[place], columns[place], formats[place]
            blocks.append(Block(operands[place], x, y, *cells))
        y += HEAD + max(rows[place] for place in band)
    return blocks
