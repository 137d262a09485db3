"""A canvas of braille dots, two to a column of text and four to a row, with letters on top."""

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from nnscope.tui.draw.braille import characters
from nnscope.tui.draw.style import PLAIN
from nnscope.tui.draw.text import Text

Dots = NDArray[np.bool_]
DASH = 6  # dots of a dashed line that are drawn, then left out


class Canvas:
    """Dots and letters; what is drawn later hides the letters, and recolours the dots, below it."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.dots: Dots = np.zeros((4 * height, 2 * width), dtype=bool)
        self._styles = [[PLAIN] * width for _ in range(height)]
        self._letters: dict[tuple[int, int], str] = {}

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        style: Style = PLAIN,
        *,
        dashed: bool = False,
        thick: bool = False,
    ) -> None:
        """Draw a straight line between two dots, each given by its column and its row of dots."""
        steps = int(max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1))
        along = np.arange(steps + 1)
        if dashed:
            along = along[along % (2 * DASH) < DASH]
        columns = np.rint(start[0] + (end[0] - start[0]) * along / steps).astype(int)
        rows = np.rint(start[1] + (end[1] - start[1]) * along / steps).astype(int)
        for below in (0, 1) if thick else (0,):
            self.points(columns, rows + below, style)

    def points(
        self, columns: NDArray[np.int_], rows: NDArray[np.int_], style: Style = PLAIN
    ) -> None:
        """Draw single dots; those beyond the edges are left out."""
        inside = (
            (columns >= 0) & (columns < 2 * self.width) & (rows >= 0) & (rows < 4 * self.height)
        )
        columns, rows = columns[inside], rows[inside]
        self.dots[rows, columns] = True
        for row, column in {*zip((rows // 4).tolist(), (columns // 2).tolist(), strict=True)}:
            self._styles[row][column] = style

    def colour(self, column: int, row: int, style: Style) -> None:
        """Give a place of a letter a style, and leave its dots."""
        self._styles[row][column] = style

    def write(self, column: int, row: int, text: str, style: Style = PLAIN) -> None:
        """Write a text from a column of text on; what goes beyond the edges is left out."""
        for at, letter in enumerate(text, column):
            if 0 <= at < self.width and 0 <= row < self.height:
                self._letters[row, at] = letter
                self._styles[row][at] = style

    def rows(self) -> list[Text]:
        """Give the lines of text; where there is no dot stands a space."""
        drawn = characters(self.dots, self.height, self.width)
        rows: list[Text] = []
        for row, text in enumerate(drawn):
            signs = [self._letters.get((row, at), sign) for at, sign in enumerate(text)]
            rows.append(_joined(signs, self._styles[row]))
        return rows


_EMPTY = "⠀"  # braille without a dot, which some terminals draw as circles


def _joined(signs: list[str], styles: list[Style]) -> Text:
    """Put neighbours of one style into one piece."""
    pieces: list[tuple[str, Style]] = []
    for sign, style in zip(signs, styles, strict=True):
        shown = " " if sign == _EMPTY else sign
        before = pieces[-1][1] if pieces else style
        # a space that nobody sees has any style: one piece is quicker to send than three
        is_unseen = shown == " " and not _is_filled(style) and not _is_filled(before)
        if pieces and (is_unseen or before == style):
            pieces[-1] = pieces[-1][0] + shown, before
        else:
            pieces.append((shown, style))
    return pieces


def _is_filled(style: Style) -> bool:
    """Tell whether a space of this style can be seen."""
    return style.bgcolor is not None or bool(style.reverse)
