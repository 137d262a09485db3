"""Lines of text with styles, as all panes are made of them."""

import re
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


def shortened(text: str, width: int) -> str:
    """Give a text that fits; what does not is left out at its end."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def cut_inside(text: str, width: int) -> str:
    """Give a text that fits; of one that does not the middle is left out.

    More is kept of its end than of its start: that is where a line of a program divides.
    """
    if len(text) <= width or width < 3:
        return shortened(text, width)
    end = (width - 1) * 3 // 5
    return f"{text[: width - 1 - end]}…{text[-end:]}"


def wrapped(text: str, width: int, style: Style = PLAIN, indent: str = "") -> list[Text]:
    """Break running text at its spaces into lines; all but the first begin with `indent`."""
    return [[(line, style)] for line in in_lines(text, width, indent)]


def in_lines(text: str, width: int, indent: str = "", most: int | None = None) -> list[str]:
    """Break a text into lines of `width`, at least 10, at its spaces: numbers stay whole.

    What does not go into `most` lines is left out, and an ellipsis says so.
    """
    wrapper = _Wrapper(max(10, width), subsequent_indent=indent, placeholder=" …")
    wrapper.max_lines, wrapper.break_on_hyphens = most, False
    return wrapper.wrap(text)


def folded(line: Text, width: int, indent: str = "    ") -> list[Text]:
    """Give a line that fits as it is; a longer one without its styles, broken at its spaces."""
    text = plain(line)
    return [line] if len(text) <= width else wrapped(text, width, indent=indent)


class _Wrapper(textwrap.TextWrapper):
    """Breaks arithmetic that has no spaces behind a `·` or a bracket, and so at no digit."""

    def _split(self, text: str) -> list[str]:
        longest = self.width - len(self.subsequent_indent)
        return [
            piece
            for word in super()._split(text)
            for piece in ([word] if len(word) <= longest else filter(None, _PIECES.findall(word)))
        ]


_PIECES = re.compile(r"[^·(,]*[·(,]*")


def dim(text: str) -> Part:
    """Say something in passing."""
    return text, DIM


def bold(text: str) -> Part:
    """Say something that matters."""
    return text, BOLD
