"""How much room matrices take, side by side, and how many columns of each go into it."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from nnscope.insight.line.operands import TYPICAL, Operand
from nnscope.insight.numbers import CellFormat
from nnscope.tui.draw.matrix_form import Form, Written
from nnscope.tui.view import two_axes

GAP = 3  # columns of text between two matrices, at least
MOST_COLUMNS = 64  # no screen shows more; keeps the work independent of the matrix
Firsts = Callable[[int, Sequence[int]], list[int]]
"""Gives the first row (0) or column (1) in sight of each matrix, if so many of them are shown."""


def starts_of(band: Sequence[Written], taken: Sequence[int]) -> list[int]:
    """Say where each matrix of a band begins, and where the last one ends.

    `taken` are the columns of text that the cells of each take. What stands before a matrix has
    room beside the cells of its neighbour, whose heading may be longer than they are.
    """
    starts = [len(band[0].joint) + 1 if band[0].joint else 0]
    joints = [max(_gap(each), len(each.joint) + 2 * bool(each.joint)) for each in band[1:]]
    for each, cells, joint in zip(band, taken, [*joints, 0], strict=True):
        gap = _gap(each) if joint else 0
        head = len(each.lead) + len(each.name)
        starts.append(starts[-1] + max(head + gap, cells + joint))
    return starts


def _gap(each: Written) -> int:
    return GAP - each.form.is_above


def columns_of(band: Sequence[Written], needed: Sequence[int], width: int) -> list[int]:
    """Say how many columns of each matrix of a band are shown.

    Each has those that it needs; then they go round until the width is used up.
    """
    columns, growing = list(needed), list(range(len(band)))
    while growing:
        for place in list(growing):
            columns[place] += 1
            full = columns[place] > min(band[place].size[1], MOST_COLUMNS)
            taken = [each.width(count) for each, count in zip(band, columns, strict=True)]
            if full or starts_of(band, taken)[-1] > width:
                columns[place] -= 1
                growing.remove(place)
    return columns


def written_in(
    operands: Sequence[Operand], firsts: Firsts, form: Form, rows: Sequence[int]
) -> list[Written]:
    """Choose how to write each matrix in a form, from the cells that may come into sight."""
    tops, lefts = firsts(0, rows), firsts(1, [1] * len(operands))
    return [
        Written(operand, form, _format(operand, form, range(top, top + count), left))
        for operand, top, count, left in zip(operands, tops, rows, lefts, strict=True)
    ]


def written_alike(operands: Sequence[Operand], form: Form, _rows: Sequence[int]) -> list[Written]:
    """Write matrices in a form whose cells are all `TYPICAL`, without a look at any of them."""
    return [Written(each, form, _typical(form, two_axes(each.value.shape)[1])) for each in operands]


@lru_cache(maxsize=256)
def _typical(form: Form, columns: int) -> CellFormat:
    numbers = len(str(min(columns, MOST_COLUMNS) - 1)) if form.has_numbers else 0
    return CellFormat(np.array([[TYPICAL]]), form.digits).widened(numbers)


def _format(operand: Operand, form: Form, rows: range, left: int) -> CellFormat:
    """Choose how the cells are written that may come into sight; each way is found once."""
    key = form.digits, form.has_numbers, rows.start, rows.stop, left
    if key not in operand.formats:
        operand.formats[key] = _found_format(operand, form, rows, left)
    return operand.formats[key]


def _found_format(operand: Operand, form: Form, rows: range, left: int) -> CellFormat:
    height, width = two_axes(operand.value.shape)
    first = max(0, left - MOST_COLUMNS)
    matrix = operand.value.reshape(height, width)
    window = matrix[rows.start : rows.stop, first : left + MOST_COLUMNS]
    format_ = CellFormat(window, form.digits)
    numbers = len(str(min(width, left + MOST_COLUMNS) - 1)) if form.has_numbers else 0
    least = operand.cell_width if form.digits is None else 1
    return format_.widened(max(numbers, least))
