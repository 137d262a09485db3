"""The gate before the screen: whatever a widget draws passes through it."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from nnscope.visible import without_controls


class Gate(LineFilter):
    """Takes control characters out of every line, whoever wrote them."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give the line with segments that a terminal only shows, and does not obey."""
        return [
            Segment(without_controls(text), style, control) for text, style, control in segments
        ]
