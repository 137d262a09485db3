"""How much room matrices take, side by side, and how many columns of each go into it."""

from collections.abc import Callable, Sequence

from nnscope.insight.line.operands import Operand
from nnscope.insight.numbers import CellFormat
from nnscope.tui.view import two_axes

GAP = 3  # columns of text between two matrices, at least
MOST_COLUMNS = 64  # no screen shows more; keeps the work independent of the matrix
Firsts = Callable[[int, Sequence[int]], list[int]]
"""Gives the first row (0) or column (1) in sight of each matrix, if so many of them are shown."""


def starts_of(band: Sequence[Operand], taken: Sequence[int]) -> list[int]:
    """Say where each matrix of a band begins, and where the last one ends.

    `taken` are the columns of text that the cells of each take. What stands before a matrix has
    room beside the cells of its neighbour, whose heading may be longer than they are.
    """
    starts = [len(band[0].before) + 1 if band[0].before else 0]
    joints = [max(GAP, len(operand.before) + 2) for operand in band[1:]]
    for operand, cells, joint in zip(band, taken, [*joints, 0], strict=True):
        gap = GAP if joint else 0
        starts.append(starts[-1] + max(len(operand.heading) + gap, cells + joint))
    return starts


def width_of(operand: Operand, columns: int, format_: CellFormat) -> int:
    """Give the columns of text that so many cells take, with row numbers and a mark for more."""
    is_cut = columns < two_axes(operand.value.shape)[1]
    return gutter_of(operand) + columns * (format_.width + 1) + is_cut


def gutter_of(operand: Operand) -> int:
    """Give the columns of text for the row numbers and the mark behind them; a number has none."""
    return len(str(two_axes(operand.value.shape)[0] - 1)) + 1 if operand.value.ndim else 0


def columns_of(
    operands: Sequence[Operand],
    bands: Sequence[list[int]],
    formats: Sequence[CellFormat],
    width: int,
) -> list[int]:
    """Say how many columns of each matrix are shown: they go round until the width is used up."""
    columns = [1] * len(operands)
    for band in bands:
        growing, matrices = list(band), [operands[at] for at in band]
        while growing:
            for place in list(growing):
                columns[place] += 1
                full = columns[place] > min(two_axes(operands[place].value.shape)[1], MOST_COLUMNS)
                taken = [width_of(operands[at], columns[at], formats[at]) for at in band]
                if full or starts_of(matrices, taken)[-1] > width:
                    columns[place] -= 1
                    growing.remove(place)
    return columns


def formats_of(
    operands: Sequence[Operand], rows: Sequence[int], firsts: Firsts
) -> list[CellFormat]:
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


def least_and_natural(operands: Sequence[Operand], firsts: Firsts) -> tuple[list[int], list[int]]:
    """Give the columns of text that one column of each matrix takes, and that all of them take."""
    sizes = [two_axes(operand.value.shape) for operand in operands]
    formats = formats_of(operands, [min(height, MOST_COLUMNS) for height, _ in sizes], firsts)
    pairs = list(zip(operands, formats, strict=True))
    least = [width_of(operand, 1, format_) for operand, format_ in pairs]
    counts = [min(width, MOST_COLUMNS) for _, width in sizes]
    natural = [
        width_of(operand, count, format_)
        for (operand, format_), count in zip(pairs, counts, strict=True)
    ]
    return least, natural
