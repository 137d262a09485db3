"""What the panes are shown: one immutable view of one moment, and nothing of the engine."""

from dataclasses import dataclass, replace
from functools import cached_property

from nnscope.engine.model import Frame
from nnscope.insight.operands import Operand, operands


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected cell: which of the operands (-1 is the result), its row and its column."""

    operand: int = -1
    row: int = 0
    column: int = 0


@dataclass(frozen=True, eq=False)
class View:
    """A frame, what is selected in it, and how it is to be written.

    `mathematics` shows lines as mathematics in place of NumPy; `logarithmic` is for the cost plot.
    `state` is what the debugger is doing: paused, running, or the long work it is at.
    """

    frame: Frame
    selection: Selection = Selection()
    mathematics: bool = False
    logarithmic: bool = False
    state: str = "paused"

    @cached_property
    def operands(self) -> tuple[Operand, ...]:
        """The operands of the current line and its result."""
        return operands(self.frame)

    @property
    def selected(self) -> Operand:
        """The operand or result with the selected cell."""
        return self.operands[min(self.selection.operand, len(self.operands) - 1)]

    @property
    def cell(self) -> tuple[int, ...]:
        """The index of the selected cell, as long as the array has axes, inside its bounds."""
        shape = self.selected.value.shape
        place = (self.selection.row, self.selection.column)[-len(shape) :] if shape else ()
        return tuple(min(at, size - 1) for at, size in zip(place, shape, strict=True))

    def moved(self, rows: int, columns: int) -> Selection:
        """Give the selection some cells further, inside the matrix."""
        height, width = two_axes(self.selected.value.shape)
        row = min(max(self.selection.row + rows, 0), height - 1)
        column = min(max(self.selection.column + columns, 0), width - 1)
        return replace(self.selection, row=row, column=column)

    def next_operand(self, step: int) -> Selection:
        """Give the first cell of the next or the previous matrix, around the ends."""
        count = len(self.operands)
        return Selection((self.selection.operand % count + step) % count)


def two_axes(shape: tuple[int, ...]) -> tuple[int, int]:
    """Give rows and columns of any array: a vector is one row, a number one cell."""
    padded = (1, 1, *shape)
    return padded[-2], padded[-1]
