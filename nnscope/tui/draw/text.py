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
    return [Segment(clean(text), style) for text, style in parts]


def plain(line: Text) -> str:
    """Give a line without its styles."""
    return "".join(segment.text for segment in segments(line)).rstrip()


def clean(text: str) -> str:
    """Put a point for each control character, which a terminal would obey."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "·" for c in text)


def clean_rows(text: str) -> str:
    """Do that in a text of several rows."""
    return "\n".join(map(clean, text.split("\n")))


def shortened(text: str, width: int) -> str:
    """Give a text that fits; what does not is left out at its end."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def wrapped(text: str, width: int, style: Style = PLAIN) -> list[Text]:
    """Break running text at its spaces into lines."""
    return [[(line, style)] for line in textwrap.wrap(text, max(10, width))]


def dim(text: str) -> Part:
    """Say something in passing."""
    return text, DIM


def bold(text: str) -> Part:
    """Say something that matters."""
    return text, BOLD
