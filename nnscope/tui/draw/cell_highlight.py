"""Which cells are lit while a line is computed cell by cell, and which are not there yet."""

from math import isfinite

from msgspec import Struct

from nnscope.insight.explain.cell_steps import CellStep
from nnscope.insight.explain.cells import Box, is_one_cell
from nnscope.insight.line.operands import Operand
from nnscope.insight.numbers import TOO_SMALL, CellFormat, short
from nnscope.tui.view import View, two_axes

NOT_YET = "·"
COVERED = "?"


class Lighting(Struct, frozen=True):
    """The blocks of one matrix that a step reads, each as the rows and the columns that it has.

    Single cells stand in brackets; of a row or a column that is gone through, all cells are
    underlined, and a pointer stands beside it.
    """

    boxes: tuple[Box, ...] = ()

    def is_read(self, row: int, column: int) -> bool:
        """Tell whether a cell is one that the step computes with."""
        return any(is_one_cell(box) and _has(box, row, column) for box in self.boxes)

    def is_along(self, row: int, column: int) -> bool:
        """Tell whether a cell lies in a row or a column that is gone through."""
        return any(_has(box, row, column) for box in self.boxes)

    def points_at_row(self, row: int) -> bool:
        """Tell whether a row is gone through."""
        return any(row in rows and len(columns) > 1 for rows, columns in self.boxes)

    def points_at_column(self, column: int) -> bool:
        """Tell whether a column is gone through."""
        return any(column in columns and len(rows) > 1 for rows, columns in self.boxes)

    @property
    def focus(self) -> tuple[int, int] | None:
        """The cell that must be in sight, if any is lit."""
        found = next(filter(is_one_cell, self.boxes), self.boxes[0] if self.boxes else None)
        return (found[0].start, found[1].start) if found else None


def lighting(view: View, operand: Operand) -> Lighting:
    """Find what is lit in one of the matrices of a view; nothing in the result.

    Inside a line that is what the step reads. Else it is what the selected cell of the result is
    made from, unless that is all of the matrix.
    """
    if operand is view.operands[-1]:
        return Lighting()
    reads = view.inside.reads if view.inside else view.made_from if view.is_result_selected else {}
    found = [(range(1), range(1), *box)[-2:] for box in reads.get(operand.expression, ())]
    size = two_axes(operand.value.shape)
    whole = () if view.inside else (tuple(range(0, length) for length in size),)
    return Lighting(tuple(box for box in found if box not in whole))


def filled(step: CellStep, cell: tuple[int, ...], value: float, format_: CellFormat) -> str:
    """Write a cell of the result as far as it is computed: a dot, the running sum, the value."""
    if step.is_computed(cell):
        return format_.write(value)
    if cell != step.cell:
        return NOT_YET
    text = format_.write(step.value)
    value = format_.scaled(step.value)
    if len(text) <= format_.width and text != TOO_SMALL and _says_enough(text, value):
        return text
    tries = (short(value, digits) for digits in (4, 3, 2, 1))
    return next((text for text in tries if len(text) <= format_.width), "…")


def _says_enough(text: str, value: float) -> bool:
    """Tell whether a text has more of a number than its whole part; nan and inf have no parts."""
    return not isfinite(value) or float(text) != round(value)


def _has(box: Box, row: int, column: int) -> bool:
    return row in box[0] and column in box[1]
