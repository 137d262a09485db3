"""The program: every line with its shape, the current one marked."""

from collections.abc import Sequence

import numpy as np
from rich.style import Style
from textual import events
from textual.message import Message

from nnscope.engine.frame import Frame
from nnscope.expression.shapes import sizes
from nnscope.program.loops import Entry, Heading, listed
from nnscope.program.model import Line
from nnscope.tui.draw.pass_heading import INDENT, pass_heading, passes_told
from nnscope.tui.draw.style import phase
from nnscope.tui.draw.text import Text, bold, cut_inside, dim, in_lines
from nnscope.tui.pane import Pane
from nnscope.tui.view import View

AGREES, DIFFERS, OWN_LINE = "✓", "✗", "≠"


_BEFORE = 6  # columns of text before a line: its number and its marks
_NUMBERS = "() is the shape of a single number"


class ProgramPane(Pane):
    """The listing: numbers, lines coloured by phase, shapes; a click goes to a line."""

    NAME, TITLE, KEY = "program", "Program", ""
    PLACE = "program"
    LEAST = 8
    ABOUT = (
        "Every line of one iteration, with the shape of its result. > is the line that ran last, "
        "? the one whose result you are to predict. ✓ the source printed this value, and it "
        "agrees; ✗ it does not agree; ≠ a line that was edited, or that the scenario or nnscope "
        "has put there. Behind that stands what <check.all> or <check.line> found in this "
        "iteration, or <diagnose> of the whole program: ✓ right, ✗ wrong, ? not judged, 0 nothing "
        "tested, ~ neither. Before the shape stands the row of the script, with the file where "
        "that is another one than above. Of a loop over examples one pass is shown, below + and "
        "how many there are; <passes>, or a click on that row, lists all of them, each below -."
    )

    class LineChosen(Message):
        """A line was clicked."""

        def __init__(self, index: int) -> None:
            self.index = index
            super().__init__()

    class PassesChosen(Message):
        """The row above a pass of a loop was clicked."""

    def parts(self, view: View) -> tuple[object, ...]:
        """The lines, how they are written, and those with a stop."""
        marks = view.checked.marks, view.diagnosed.marks
        how = view.writing
        return view.frame, how.notation, how.passes, view.stops, view.question, *marks

    def rows(self, view: View, width: int, usual: int, most: int) -> int:
        """Ask for the whole listing, with a row more for a long line."""
        entries = _entries(view)
        shown = [view.frame.program.lines[each].phase for each in entries if isinstance(each, int)]
        return min(most, len(entries) + len({*shown}) + 1)

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """List all lines under the names of their phases."""
        frame = view.frame
        lines: list[Text] = []
        self._rows: list[Entry | None] = []
        above, file = None, ""
        for entry in _entries(view):
            if isinstance(entry, Heading):
                lines.append(pass_heading(view, entry, width))
                self._rows.append(entry)
                continue
            index, line = entry, frame.program.lines[entry]
            if line.phase is not above:
                lines.append([(line.phase.value, phase(line.phase, self.dark, bold=True))])
                self._rows.append(None)
                above = line.phase
            rows = self._line(view, index, line, file, width)
            lines += rows
            file = line.at.file if line.at is not None else file
            self._rows += [index] * len(rows)
        has_numbers = not all(frame.program.shapes[line.target] for line in frame.program.lines)
        self.subtitle(_NUMBERS if has_numbers else "")
        self.entitle(": ".join(filter(None, (self.TITLE, passes_told(frame.line)))))
        index = view.laid_out.index
        self.keep_in_sight(self._rows.index(index) if index >= 0 else 0)
        return lines

    def _line(self, view: View, index: int, line: Line, file: str, width: int) -> list[Text]:
        """Write a line: in as many rows as it needs if it is the current one, else in one."""
        frame, program = view.frame, view.frame.program
        question = view.question
        is_hidden = question is not None and question.hides_shape and index >= question.frame.index
        shape = "?" if is_hidden else str(sizes(program.shapes[line.target])).replace(" ", "")
        right = f"{_where(line, file)}  {shape}" if line.at is not None else shape
        stops = (
            stop for stop in view.stops.stops if stop.place_in(program) == index and stop.enabled
        )
        stopped = any(stop.expression is None for stop in stops)
        is_asked = question is not None and index == question.frame.index
        mark = "?" if is_asked else ">" if index == frame.index else "●" if stopped else " "
        sign = _sign(frame, index, line)
        text = view.writing.line(program, line)
        indent = INDENT * len(line.passes)
        room = max(4, width - _BEFORE - 1 - len(right) - len(indent))
        is_current = index == frame.index
        first, *more = _in_rows(text, room) if is_current else [cut_inside(text, room)]
        style = phase(line.phase, self.dark, bold=index == frame.index)
        number = f"{mark}{index + 1:>3}{sign}"
        head = bold(number) if mark in ">?" else dim(number)
        is_now = view.checked.iteration == frame.iteration
        told = view.diagnosed.marks.get(line.target, " ")
        checked = view.checked.marks.get(line.target, told) if is_now else told
        row: Text = [head, checked, indent, (f"{first:<{room}}", style), " ", dim(right)]
        return [row, *_indented([indent + each for each in more], style)]

    def on_click(self, event: events.Click) -> None:
        """Go to the line that was clicked; open or fold the loop whose row it was."""
        offset = event.get_content_offset(self)
        row = self.line_at(offset.y) if offset else -1
        match self._rows[row] if self.view and 0 <= row < len(self._rows) else None:
            case int(index):
                self.post_message(self.LineChosen(index))
            case Heading():
                self.post_message(self.PassesChosen())


def _entries(view: View) -> Sequence[Entry]:
    return listed(view.frame.program, view.laid_out.index, view.writing.passes)


def _indented(texts: Sequence[str], style: Style) -> list[Text]:
    return [[" " * _BEFORE, (text, style)] for text in texts]


def _in_rows(text: str, width: int) -> list[str]:
    """Break a line of the program, as it stands or at its spaces where it is longer."""
    return [text] if len(text) <= width else in_lines(text, width, "    ")


def _where(line: Line, file: str) -> str:
    """Write the row of the source, with its file where `file` is that of the line above."""
    if line.at is None:
        return ""
    return str(line.at.row) if line.at.file == file else f"{line.at.file}:{line.at.row}"


def _sign(frame: Frame, index: int, line: Line) -> str:
    """Tick a line whose value the source printed, and mark a line of the scenario's own."""
    program = frame.program
    for expectation in program.notes.expectations:
        here = expectation.is_made_by(line.target, frame.iteration, program.carried)
        if here and index <= frame.index:
            agrees = (
                expectation.agreeing(np.asarray(frame.values[line.target])) == expectation.count
            )
            return AGREES if agrees else DIFFERS
    return OWN_LINE if line.because else " "
