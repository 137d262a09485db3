"""The current line in one sentence, below the status line; a key switches it off."""

from operator import is_

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from nnscope.insight.line.sentence import sentence
from nnscope.tui.draw.text import in_lines
from nnscope.tui.placed import Placed
from nnscope.tui.view import View

LEAST_ROWS, MOST_ROWS = 2, 6
"""Rows of text for a sentence: so many for a short one, that the panes below seldom jump."""


class SentenceBar(Placed):
    """The sentence of the current line, in as many rows as it needs."""

    NAME = "words"
    DEFAULT_CSS = "SentenceBar { padding: 0 1; color: $text-muted; }"

    def __init__(self) -> None:
        super().__init__(id=self.NAME)
        self._told: tuple[object, ...] = ()  # the parts of the view that are told
        self._text = self._painted = ""
        self._rows: tuple[tuple[str, int], list[str]] = ("", 0), []  # of a text, in so many columns

    def show(self, view: View) -> None:
        """Take a view, and repaint if it has another sentence."""
        self._take(view)
        if self._text != self._painted:
            self._painted = self._text
            self.refresh()

    def rows(self, view: View, width: int) -> int:
        """Say how many rows of so many columns the sentence of a view needs; none if it is off."""
        self._take(view)
        if not self._text:
            return 0
        return min(max(len(self._lines(width)), LEAST_ROWS), MOST_ROWS)

    def _take(self, view: View) -> None:
        """Take the sentence of a view, if it is another one."""
        told = view.laid_out, view.writing, view.tour
        if len(self._told) != len(told) or not all(map(is_, told, self._told)):
            self._told = told
            self._text = view.tour or (_sentence(view) if view.writing.words else "")

    def _lines(self, width: int) -> list[str]:
        """Break the sentence into lines, once."""
        if self._rows[0] != (self._text, width):
            self._rows = (self._text, width), in_lines(self._text, width)
        return self._rows[1]

    def render_line(self, y: int) -> Strip:
        """Give one row; where there is no room for all, the last one says so."""
        rows, height = self._lines(self.size.width), self.size.height
        if len(rows) > height:
            rows = in_lines(self._text, self.size.width, most=height)
        text = rows[y] if y < len(rows) else ""
        strip = Strip([Segment(text, Style(italic=True))])
        return strip.crop_extend(0, self.size.width, self.rich_style).apply_style(self.rich_style)


def _sentence(view: View) -> str:
    frame = view.laid_out
    if frame.index < 0 and frame.program.notes.warnings:
        return " ".join(f"! {warning}." for warning in frame.program.notes.warnings)
    if frame.index < 0:
        return (
            "Nothing has run yet: these are the data and the parameters that the run starts from."
        )
    return sentence(frame.program, frame.index, mathematics=view.writing.mathematics)
