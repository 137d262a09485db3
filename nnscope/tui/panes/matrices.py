"""The matrices of the current line side by side: its operands, and what they make.

Only the cells in sight are formatted, so a matrix of any size paints as fast as a small one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.style import Style
from textual import events
from textual.message import Message

from nnscope.expression.explain import explain
from nnscope.expression.shapes import symbols
from nnscope.insight.arithmetic import arithmetic
from nnscope.insight.numbers import CellFormat, full
from nnscope.insight.operands import Operand
from nnscope.tui.pane import Pane, Part, Text, bold, dim
from nnscope.tui.style import ALARM, LEVELS, REVERSE, heat
from nnscope.tui.view import Selection, View, two_axes

HEAD = 3  # rows above the cells: name and shape, names of the axes, column numbers
GAP = 3


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """One matrix on the screen: where it stands, and which of its cells are in sight."""

    operand: Operand
    left: int
    top_row: int
    left_column: int
    rows: int
    columns: int
    format: CellFormat
    gutter: int

    @property
    def width(self) -> int:
        """The columns of text that the cells and the row numbers take."""
        return self.gutter + self.columns * (self.format.width + 1)

    @property
    def window(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """The cells in sight."""
        matrix = self.operand.value.reshape(two_axes(self.operand.value.shape))
        return matrix[
            self.top_row : self.top_row + self.rows,
            self.left_column : self.left_column + self.columns,
        ]


class MatricesPane(Pane):
    """Operands and result of the current line; arrows and the mouse select a cell."""

    class CellChosen(Message):
        """A cell was clicked."""

        def __init__(self, selection: Selection) -> None:
            self.selection = selection
            super().__init__()

    def __init__(self, *, id: str, title: str) -> None:  # noqa: A002
        super().__init__(id=id, title=title)
        self._blocks: list[Block] = []
        self._scrolled: dict[str, tuple[int, int]] = {}

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Lay the matrices out, and explain the selected cell below them."""
        self.border_title = _title(view)
        below = [[line] for line in _explained(view, width)]
        self._blocks = self._laid_out(view, width, max(1, height - HEAD - len(below) - 1))
        tallest = max(block.rows for block in self._blocks)
        rows = [self._row(view, at) for at in range(-HEAD, tallest)]
        return [*rows, [], *below]

    # layout

    def _laid_out(self, view: View, width: int, room: int) -> list[Block]:
        """Give each matrix the columns it wants, or a fair share where there is not enough."""
        shown = list(view.operands)
        wanted = [self._block(view, operand, 0, room, 10**6) for operand in shown]
        budget = width - GAP * (len(shown) - 1)
        shares = fair_shares([max(block.width, _head_width(block)) for block in wanted], budget)
        blocks, left = [], 0
        for operand, share in zip(shown, shares, strict=True):
            block = self._block(view, operand, left, room, share)
            blocks.append(block)
            left += max(block.width, min(_head_width(block), share)) + GAP
        return blocks

    def _block(self, view: View, operand: Operand, left: int, room: int, share: int) -> Block:
        height, width = two_axes(operand.value.shape)
        gutter = len(str(height - 1)) + 1 if operand.value.ndim else 0
        rows, columns = min(height, room), min(width, 60)
        top, first = self._offset(view, operand, rows, columns)
        for _ in range(2):  # fewer columns may need a narrower format, and the other way round
            block = Block(operand, left, top, first, rows, columns, CellFormat(np.zeros((1, 1))), gutter)
            written = CellFormat(block.window)
            fitting = max(1, (share - gutter) // (max(written.width, 2) + 1))
            columns = min(columns, fitting)
            top, first = self._offset(view, operand, rows, columns)
        block = Block(operand, left, top, first, rows, columns, written, gutter)
        return Block(operand, left, top, first, rows, columns, _at_least(CellFormat(block.window), first + columns), gutter)

    def _offset(self, view: View, operand: Operand, rows: int, columns: int) -> tuple[int, int]:
        """Scroll so far that the selected cell is in sight, and no farther than the matrix goes."""
        height, width = two_axes(operand.value.shape)
        top, left = self._scrolled.get(operand.text, (0, 0))
        if operand is view.selected:
            row, column = ((0, 0, *view.cell))[-2:]
            top, left = _keep(top, row, rows), _keep(left, column, columns)
        top, left = max(0, min(top, height - rows)), max(0, min(left, width - columns))
        self._scrolled[operand.text] = (top, left)
        return top, left

    # painting

    def _row(self, view: View, at: int) -> Text:
        parts: list[Part] = []
        used = 0
        for place, block in enumerate(self._blocks):
            joint = block.operand.before if at == 0 and place else ""
            parts.append(f"{joint:^{max(GAP, block.left - used)}}" if place else "")
            used = max(used, block.left)
            piece = self._heading(view, block, at) if at < 0 else self._cells(view, block, at)
            length = sum(len(part if isinstance(part, str) else part[0]) for part in piece)
            parts += piece
            used += length
        return parts

    def _heading(self, view: View, block: Block, at: int) -> list[Part]:
        operand = block.operand
        if at == -HEAD:
            shape = str(operand.value.shape).replace(" ", "")
            name = operand.text
            if view.mathematics:
                name = view.frame.program.typesetter.typeset(operand.expression)
            style = REVERSE if operand is view.selected else Style(bold=True)
            return [(name, style), " ", dim(shape)]
        if at == -HEAD + 1:
            return [dim(symbols(operand.shape) if any(axis.name for axis in operand.shape) else "")]
        if not operand.value.ndim:
            return []
        numbers = range(block.left_column, block.left_column + block.columns)
        more = "›" if numbers.stop < two_axes(operand.value.shape)[1] else ""
        cells = "".join(f" {number:>{block.format.width}}" for number in numbers)
        return [dim(" " * block.gutter + cells + more)]

    def _cells(self, view: View, block: Block, at: int) -> list[Part]:
        height = two_axes(block.operand.value.shape)[0]
        if at >= block.rows:
            return []
        row = block.top_row + at
        cut = at == block.rows - 1 and row < height - 1
        number = f"{'⌄' if cut else row:>{block.gutter - 1}} " if block.gutter else ""
        parts: list[Part] = [dim(number)]
        window = block.window
        largest = _largest(window)
        chosen = ((0, 0, *view.cell))[-2:] if block.operand is view.selected else None
        for offset, value in enumerate(window[at].tolist()):
            text = f"{block.format.write(value):>{block.format.width}}"
            if chosen == (row, block.left_column + offset):
                parts += [("▸", REVERSE), (text, REVERSE)]
            else:
                parts += [" ", (text, _heat(value, largest, self.dark))]
        return parts

    # the mouse

    def on_click(self, event: events.Click) -> None:
        """Select the cell that was clicked."""
        offset = event.get_content_offset(self)
        place = next((i for i, b in enumerate(self._blocks) if offset and b.left <= offset.x < b.left + max(b.width, 1)), None)
        if offset is None or place is None or self.view is None:
            return
        block = self._blocks[place]
        row, column = offset.y - HEAD, (offset.x - block.left - block.gutter) // (block.format.width + 1)
        if 0 <= row < block.rows and 0 <= column < block.columns:
            self.post_message(self.CellChosen(
                Selection(place, block.top_row + row, block.left_column + column)))  # fmt: skip

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the selected cell down."""
        self._scroll(event, 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the selected cell up."""
        self._scroll(event, -3)

    def _scroll(self, event: events.MouseEvent, rows: int) -> None:
        event.stop()
        if self.view is not None:
            self.post_message(self.CellChosen(self.view.moved(rows, 0)))


def fair_shares(wanted: Sequence[int], budget: int) -> list[int]:
    """Divide columns of text: who wants little gets it, the others share the rest evenly."""
    shares = [0] * len(wanted)
    left, places = budget, sorted(range(len(wanted)), key=lambda place: wanted[place])
    for count, place in enumerate(places):
        shares[place] = max(4, min(wanted[place], left // (len(places) - count)))
        left -= shares[place]
    return shares


def _head_width(block: Block) -> int:
    operand = block.operand
    shape = str(operand.value.shape).replace(" ", "")
    return len(operand.text) + 1 + len(shape)


def _at_least(written: CellFormat, largest_number: int) -> CellFormat:
    """Make the cells wide enough for the column numbers above them."""
    written.width = max(written.width, len(str(largest_number)))
    return written


def _keep(first: int, place: int, count: int) -> int:
    return min(max(first, place - count + 1), place)


def _largest(window: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float:
    finite = window[np.isfinite(window)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def _heat(value: float, largest: float, dark: bool) -> Style:
    if not np.isfinite(value):
        return ALARM
    return heat(round(value / largest * LEVELS) if largest else 0, dark)


def _title(view: View) -> str:
    line = view.frame.line
    if line is None:
        return "Start: data and parameters"
    return view.frame.program.mathematics(line) if view.mathematics else line.text


def _explained(view: View, width: int) -> list[str]:
    """Write the selected cell with all its digits, and how it was computed."""
    frame, operand, cell = view.frame, view.selected, view.cell
    where = f"[{', '.join(map(str, cell))}]" if cell else ""
    value = float(operand.value[cell])
    head = f"{operand.text}{where} = {full(value)}"
    line = frame.line
    if line is None or operand is not view.operands[-1]:
        return [head]
    text = arithmetic(explain(line.expression, cell, frame.inputs), most=max(2, width // 24))
    whole = f"  = {text}"
    return [head, *(whole[at : at + width] for at in range(0, min(len(whole), 2 * width), width))]
