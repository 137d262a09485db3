"""The current line in one sentence, below the status line; a key switches it off."""

from operator import is_

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from nnscope.insight.line.sentence import sentence
from nnscope.tui.draw.text import in_lines
from nnscope.tui.view import View

ROWS = 2


class SentenceBar(Widget):
    """Two rows of text, whatever the sentence: the panes below never jump."""

    DEFAULT_CSS = "SentenceBar { height: 2; padding: 0 1; color: $text-muted; }"

    def __init__(self) -> None:
        super().__init__(id="words")
        self._told: tuple[object, ...] = ()  # the parts of the view that are told
        self._text = ""

    def show(self, view: View) -> None:
        """Take a view, and repaint if it has another sentence."""
        told = view.frame, view.writing
        if len(self._told) == 2 and all(map(is_, told, self._told)):
            return
        self._told, self.display = told, view.writing.words
        if view.writing.words:
            self._text = _sentence(view)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give one row."""
        rows = in_lines(self._text, self.size.width, most=ROWS)
        text = rows[y] if y < len(rows) else ""
        strip = Strip([Segment(text, Style(italic=True))])
        return strip.crop_extend(0, self.size.width, self.rich_style).apply_style(self.rich_style)


def _sentence(view: View) -> str:
    frame = view.frame
    if frame.index < 0 and frame.program.notes.warnings:
        return " ".join(f"! {warning}." for warning in frame.program.notes.warnings)
    if frame.index < 0:
        return (
            "Nothing has run yet: these are the data and the parameters that the run starts from."
        )
    return sentence(frame.program, frame.index, mathematics=view.writing.mathematics)
