"""The matrices of the current line side by side: its operands, and what they make.

Only the cells in sight are formatted, so a matrix of any size paints as fast as a small one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from textual import events
from textual.message import Message

from nnscope.expression.syntax import Expression
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import explain
from nnscope.insight.explain.cell_steps import CellStep
from nnscope.insight.line.operands import Operand
from nnscope.insight.numbers import full, short
from nnscope.tui.draw.cell_highlight import COVERED, NOT_YET, filled, lighting
from nnscope.tui.draw.matrix_layout import Block, lay_out
from nnscope.tui.draw.matrix_rows import rows_for, usual_rows
from nnscope.tui.draw.sight import Sight
from nnscope.tui.draw.style import ALARM, BOLD, DIM, LEVELS, REVERSE, UNDERLINE, heat
from nnscope.tui.draw.text import Part, Text, dim, in_lines
from nnscope.tui.keys import Keys
from nnscope.tui.pane import Pane
from nnscope.tui.view import Selection, View

EXPLAINED = 3
"""Rows of text for the selected cell, usually."""


class MatricesPane(Pane):
    """Operands and result of the current line; arrows and the mouse select a cell."""

    NAME, TITLE, KEY = "matrices", "Matrices", "1"
    PLACE = "matrices"
    ABOUT = (
        "What that line read, with its operators between, and behind = what it made. ▸ is the "
        "selected cell; below it stand all its digits and the arithmetic that made it. ⌃, ⌄, ‹, › "
        "and … say that there is more. Blue "
        "is positive, red negative, the stronger the larger; nan and inf are reversed. What the "
        "selected cell is made from is lit: → and ↓ point at a row and a column. Where room is "
        "short, ×10⁻³ behind a name is to be multiplied in, and ~0 is too small to have a digit "
        "there. Inside a "
        "line → points at the row and ↓ at the column that are being multiplied, a cell in "
        "brackets is being read, and a dot stands for one that is not computed yet, ? for one "
        "that you are to predict (<predict>)."
    )

    MEANS = {"page.down": "cell.page_down", "page.up": "cell.page_up"}  # noqa: RUF012

    HAS_BAR, MUST = False, True  # a matrix is to be seen whole

    class CellChosen(Message):
        """A cell was clicked."""

        def __init__(self, selection: Selection) -> None:
            self.selection = selection
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[Block] = []
        self._corners: dict[Expression, tuple[int, int]] = {}

    def parts(self, view: View) -> tuple[object, ...]:
        """The matrices, what is selected in them, and the title."""
        return view.laid_out, view.cells, view.writing.notation, view.question

    def rows(self, view: View, width: int, usual: int, most: int) -> int:
        """Ask for what the lines of the program usually need, and more for one that needs more."""
        program, mathematics = view.frame.program, view.writing.mathematics
        kept = usual_rows(program, mathematics, width, usual - EXPLAINED)[0]
        self.needed = self._rows_for(view, width, kept, usual, most)
        return max(kept + EXPLAINED, self.needed)

    def _rows_for(self, view: View, width: int, kept: int, usual: int, most: int) -> int:
        """Say how many rows the current line needs, with what explains the selected cell."""
        told = len(_explained(view, width)) if view.laid_out.line is not None else 0
        for below in range(told, 0, -1):
            found = rows_for(view.operands, width, max(kept, usual - below), most - below)
            if found:
                return below + found
        return kept + EXPLAINED

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Lay the matrices out, and explain the selected cell below them."""
        self.entitle(_title(view))
        below = [[line] for line in _explained_in(view, width, height)]
        room = height - len(below)
        sight = Sight(view, self._corners)
        self._blocks = lay_out(view.operands, width, room, sight.firsts)
        self._corners |= {
            block.operand.expression: (block.top, block.left) for block in self._blocks
        }
        bottom = max(block.bottom for block in self._blocks)
        between: list[Text] = [[]] if bottom + len(below) < height else []
        return [*(self._row(view, y, width) for y in range(bottom)), *between, *below]

    def _row(self, view: View, y: int, width: int) -> Text:
        """Write one row of text across all blocks that reach it."""
        parts: list[Part] = []
        used = 0
        for block in self._blocks:
            if not block.y <= y < block.bottom:
                continue
            joint = block.written.joint if y == block.y + block.written.form.head else ""
            if block.x:
                parts.append(_before(joint, block.x - used))
            piece = self._piece(view, block, y - block.y)
            parts += piece
            used = block.x + sum(len(part if isinstance(part, str) else part[0]) for part in piece)
        return parts if used <= width else parts[:-1]  # without the bracket behind the last cell

    def _piece(self, view: View, block: Block, y: int) -> list[Part]:
        operand, written = block.operand, block.written
        if y == 0:
            style = REVERSE if operand is view.selected else BOLD
            return [written.lead, (written.name, style)]
        if y >= written.form.head:
            return self._cells(view, block, y - written.form.head)
        if not operand.value.ndim:
            return []
        numbers = range(block.left, block.left + block.columns)
        more = "›" if numbers.stop < written.size[1] else ""
        lit = lighting(view, operand)
        heads = (
            f"↓{number}" if lit.points_at_column(number) else str(number) for number in numbers
        )
        text = "".join(f"{head:>{block.step}}" for head in heads)
        before = "‹" if block.left else " "
        return [dim(f"{before:>{written.gutter}}{text}{more}")]

    def _cells(self, view: View, block: Block, at: int) -> list[Part]:
        row, last = block.top + at, block.written.size[0] - 1
        above = "⌃" if at == 0 and block.top else " "
        mark = "⌄" if at == block.rows - 1 and row < last else above
        lit = lighting(view, block.operand)
        parts: list[Part] = []
        if block.written.gutter:
            pointer = "→" if lit.points_at_row(row) else mark
            parts.append(dim(f"{row:>{block.written.gutter - 1}}{pointer}"))
        largest, closing, dark = _largest(block.window), " ", self.dark
        chosen = (0, 0, *view.cell)[-2:] if block.operand is view.selected else None
        for offset, value in enumerate(block.window[at].tolist()):
            place = row, block.left + offset
            text = f"{_cell_text(view, block, place, value):>{block.written.format.width}}"
            if place == chosen:
                parts += [("▸", REVERSE), (text, REVERSE)]
            elif lit.is_read(*place):
                parts += ["[", (text, REVERSE)]
            else:
                style = DIM if text.endswith(NOT_YET) else _heat(value, largest, dark)
                parts += [closing, (text, style + UNDERLINE if lit.is_along(*place) else style)]
            closing = "]" if parts[-2] == "[" else " "
        return [*parts, closing] if closing == "]" else parts

    def on_click(self, event: events.Click) -> None:
        """Select the cell that was clicked."""
        offset = event.get_content_offset(self)
        for place, block in enumerate(self._blocks):
            cell = block.cell_at(offset.x, offset.y) if offset else None
            if cell:
                self.post_message(self.CellChosen(Selection(place, *cell)))

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


def _before(joint: str, room: int) -> str:
    """Write what stands before a matrix into the room that its neighbour leaves."""
    return f" {joint} ".rjust(room)[-room:] if joint else " " * room


def _largest(window: NDArray[np.float64]) -> float:
    finite = window[np.isfinite(window)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def _heat(value: float, largest: float, dark: bool) -> Style:
    if not np.isfinite(value):
        return ALARM
    return heat(round(value / largest * LEVELS) if largest else 0, dark)


def _title(view: View) -> str:
    frame = view.laid_out
    if frame.line is None:
        return "Matrices: data and parameters at the start"
    return f"Matrices: {view.writing.line(frame.program, frame.line)}"


def _cell_text(view: View, block: Block, place: tuple[int, int], value: float) -> str:
    """Write a cell; of a line that is being computed, only as far as it has come."""
    if view.question is not None and block.operand is view.operands[-1]:
        return COVERED
    if view.inside is None or block.operand is not view.operands[-1]:
        return block.written.format.write(value)
    cell = place[2 - block.operand.value.ndim :]
    return filled(view.inside, cell, value, block.written.format)


def _explained(view: View, width: int) -> list[str]:
    """Write the selected cell with all its digits, and how it was computed."""
    if view.inside is not None:
        return _computing(view.inside, view.operands[-1], width, view.keys)
    if view.question is not None and view.is_result_selected:
        return [f"{_named(view.selected, view.cell)} = {COVERED}"]
    frame, operand, cell = view.laid_out, view.selected, view.cell
    head = f"{_named(operand, cell)} = {_digits(operand, operand.value[cell])}"
    line = frame.line
    if line is None or operand is not view.operands[-1]:
        return [head]
    explanation, most = explain(line.expression, cell, frame.values), max(2, width // 20)
    exact = "  = " + arithmetic(explanation, most=most, digits=7)
    if len(exact) <= width:  # enough digits to do it again by hand
        return [head, exact]
    return [head, *in_lines("  = " + arithmetic(explanation, most=most), width, "    ", 2)]


def _explained_in(view: View, width: int, height: int) -> list[str]:
    """Explain the selected cell in fewer rows, where the matrices are seen whole only so."""
    told = _explained(view, width)
    for count in range(len(told), 0, -1):
        if rows_for(view.operands, width, height - count, height - count):
            cut = told[:count]
            return cut if count == len(told) else [*cut[:-1], f"{cut[-1][: width - 2]} …"]
    return told


def _computing(step: CellStep, result: Operand, width: int, keys: Keys) -> list[str]:
    """Write the arithmetic of one step inside the line."""
    ways = keys.told("<into.next> the next, <into.back> back, <phase.end> leaves the line")
    counted = f"step {step.number + 1} of {step.count}: {ways}"
    head = f"{_named(result, step.cell)}{step.part and ', '}{step.part}"
    value = _digits(result, step.value) if step.is_last else f"{short(step.value, 6)} so far"
    text = step.text if step.text == value else f"{step.text} = {value}"
    told = f"  The line has {_digits(result, step.stored)}: NumPy adds in another order."
    differs = in_lines(told, width, "    ") if step.differs else []
    return [
        *in_lines(head, width, "    ", 2),
        *in_lines(f"  {text}", width, "    ", 2),
        *differs,
        *in_lines(counted, width),
    ]


def _digits(operand: Operand, value: float) -> str:
    """Write a number of a matrix with all digits that its type has."""
    return full(float(value), operand.type == "float32")


def _named(operand: Operand, cell: tuple[int, ...]) -> str:
    return operand.label + (f"[{', '.join(map(str, cell))}]" if cell else "")
