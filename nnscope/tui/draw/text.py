"""Lines of text with styles, as all panes are made of them."""

import textwrap
from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from nnscope.tui.draw.style import BOLD, DIM, PLAIN

Part = str | tuple[str, Style]
Text = Sequence[Part]
"""One line: pieces of plain text, or of text with a style."""


def segments(line: Text) -> list[Segment]:
    """Give a line as what a terminal is sent."""
    parts = ((part, None) if isinstance(part, str) else part for part in line)
    return [Segment(text, style) for text, style in parts]


def plain(line: Text) -> str:
    """Give a line without its styles."""
    return "".join(segment.text for segment in segments(line)).rstrip()


def wrapped(text: str, width: int, style: Style = PLAIN) -> list[Text]:
    """Break running text at its spaces into lines."""
    return [[(line, style)] for line in textwrap.wrap(text, max(10, width))]


def dim(text: str) -> Part:
    """Say something in passing."""
    return text, DIM


def bold(text: str) -> Part:
    """Say something that matters."""
    return text, BOLD
