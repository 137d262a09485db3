"""Where the matrices of a line stand: how many rows and columns of each are in sight.

A small matrix is seen whole, if there is any way: with fewer digits, without the names of its axes,
or on a further band. Of a large one some cells around the selected one are, and as many more as
there is room for.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.insight.line.operands import Operand
from nnscope.tui.draw.matrix_bands import Band, bands_of, shared_rows
from nnscope.tui.draw.matrix_form import FORMS, Form, Written
from nnscope.tui.draw.matrix_widths import Firsts, columns_of, starts_of, written_in
from nnscope.tui.view import two_axes

WHOLE = 8
"""A matrix of up to so many rows, or columns, is to be seen with all of them."""

_LEAST = 3  # rows or columns of a larger one

Writing = Callable[[Form, Sequence[int]], list[Written]]
"""Gives the matrices of a line in a form, where so many rows of each are shown."""


class Block(Struct, frozen=True, eq=False):
    """One matrix on the screen: where it stands, and which of its cells are in sight."""

    written: Written
    x: int
    y: int
    top: int
    left: int
    rows: int
    columns: int

    @property
    def operand(self) -> Operand:
        """The matrix."""
        return self.written.operand

    @property
    def bottom(self) -> int:
        """The row of text below its cells."""
        return self.y + self.written.form.head + self.rows

    @property
    def step(self) -> int:
        """The columns of text from one cell to the next."""
        return self.written.format.width + 1

    @property
    def window(self) -> NDArray[np.float64]:
        """The cells in sight."""
        matrix = self.operand.value.reshape(self.written.size)
        return matrix[self.top : self.top + self.rows, self.left : self.left + self.columns]

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Give the row and column of the cell under a point, or None beside them."""
        inside = x - self.x - self.written.gutter
        row, column = y - self.y - self.written.form.head, inside // self.step
        if 0 <= row < self.rows and 0 <= column < self.columns and inside >= 0:
            return self.top + row, self.left + column
        return None


class Plan(Struct, frozen=True, eq=False):
    """A way to write matrices that fits: their bands, and the rows and columns that each needs."""

    form: Form
    bands: Sequence[Band]
    rows: Sequence[int]
    columns: Sequence[int]

    @property
    def height(self) -> int:
        """The rows of text that it takes, at least."""
        return sum(self.form.head + max(self.rows[place] for place in band) for band in self.bands)


def lay_out(operands: Sequence[Operand], width: int, height: int, firsts: Firsts) -> list[Block]:
    """Place the matrices in `width` columns and `height` rows of text."""
    plan = plan_of(operands, width, height, firsts)
    rows = _rows(operands, plan, height)
    tops, matrices = firsts(0, rows), written_in(operands, firsts, plan.form, rows)
    columns = list(plan.columns)
    for band in plan.bands:
        shown = [matrices[at] for at in band]
        found = columns_of(shown, [columns[at] for at in band], width)
        columns[band[0] : band[-1] + 1] = found
    lefts = firsts(1, columns)
    blocks: list[Block] = []
    y = 0
    for band in plan.bands:
        shown = [matrices[at] for at in band]
        starts = starts_of(shown, [matrices[at].width(columns[at]) for at in band])
        for at, x in zip(band, starts, strict=False):
            blocks.append(Block(matrices[at], x, y, tops[at], lefts[at], rows[at], columns[at]))
        y = max(block.bottom for block in blocks)
    return blocks


def plan_of(operands: Sequence[Operand], width: int, height: int, firsts: Firsts) -> Plan:
    """Choose the form that says the most of those that fit, and break the row into bands."""
    write = partial(written_in, operands, firsts)
    found = whole_plan(operands, width, height, write)
    sizes = [two_axes(operand.value.shape) for operand in operands]
    for most in (_LEAST, 2, 1):
        least = [(min(rows, most), min(columns, most)) for rows, columns in sizes]
        found = found or _fitting(least, width, height, write)
    single, ones = [(place,) for place in range(len(operands))], [1] * len(operands)
    return found or Plan(FORMS[0], single, ones, ones)


def _fitting(
    sizes: Sequence[tuple[int, int]],
    width: int,
    height: int,
    write: Writing,
    forms: Sequence[Form] = FORMS,
) -> Plan | None:
    """Find the first form in which so many rows and columns of each matrix fit; None if in none."""
    rows, columns = [size[0] for size in sizes], [size[1] for size in sizes]
    for form in forms:
        bands = bands_of(write(form, rows), rows, columns, width, height)
        if bands is not None:
            return Plan(form, bands, rows, columns)
    return None


def whole_plan(
    operands: Sequence[Operand],
    width: int,
    height: int,
    write: Writing,
    forms: Sequence[Form] = FORMS,
) -> Plan | None:
    """Find the first form in which all small matrices are whole; None if in none."""
    sizes = [two_axes(operand.value.shape) for operand in operands]
    whole = [(_whole(rows), _whole(columns)) for rows, columns in sizes]
    return _fitting(whole, width, height, write, forms)


def _whole(size: int) -> int:
    return size if size <= WHOLE else _LEAST


def _rows(operands: Sequence[Operand], plan: Plan, height: int) -> list[int]:
    """Say how many rows of each matrix are shown."""
    tall = [two_axes(operand.value.shape)[0] for operand in operands]
    wanted = [max(tall[place] for place in band) for band in plan.bands]
    needed = [max(plan.rows[place] for place in band) for band in plan.bands]
    shares = shared_rows(needed, wanted, height - plan.form.head * len(plan.bands))
    rows = [0] * len(operands)
    for band, share in zip(plan.bands, shares, strict=True):
        for place in band:
            rows[place] = min(share, tall[place])
    return rows
