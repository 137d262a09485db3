"""Lines of text that scroll, of which only those rows are drawn that have changed.

A pane is laid out anew only for another place on the screen. The bars of Textual would do it for
every number of lines, and the whole pane would be drawn.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from nnscope.tui.draw.bar import THUMB, Bar
from nnscope.tui.draw.style import DIM
from nnscope.tui.draw.text import Text, plain, segments
from nnscope.tui.placed import Placed

_WHEEL = 3  # lines


class Scrolled(Placed):
    """Shows as many of its lines as there is room for, with a bar beside them for the rest."""

    ALLOW_MAXIMIZE = True
    HAS_BAR: ClassVar[bool] = True  # its column is kept free where there is nothing to scroll
    STICKY = 0  # so many lines at the top stay when the rest scrolls

    def __init__(self, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Text] = ()
        self._height = 0  # rows of text in sight
        self._top = 0  # lines that are scrolled away
        self._rows_drawn: Sequence[tuple[Text, bool]] = ()  # and where the bar was
        self._base = Style()  # the colours of what has none of its own
        self._is_held = False  # the bar, by the mouse

    @property
    def text(self) -> str:
        """What was painted last, without its colours; also what is scrolled away."""
        return "\n".join(map(plain, self._lines))

    @property
    def top(self) -> int:
        """The lines that are scrolled away."""
        return self._top

    @property
    def bar(self) -> Bar:
        """The bar beside the lines."""
        return Bar(self._height, len(self._lines), self._top)

    def take(self, lines: Sequence[Text], height: int, row: int | None, is_all_new: bool) -> None:
        """Show other lines in so many rows, `row` of them in sight; draw what differs.

        Where the row then stands depends on the row alone, and not on where the lines were before.
        """
        self._lines, self._height = lines, height
        if row is not None:
            self._top = 0 if row < height - 1 else row - height // 2
        self._top = min(self._top, self.bar.most)
        if is_all_new:
            self.refresh()
        else:
            self._refresh_rows()

    def scroll_lines(self, count: int) -> None:
        """Scroll some lines down, or up, as far as there are any."""
        self._scroll_to_line(self._top + count)

    def _scroll_to_line(self, top: int) -> None:
        self._top = min(max(0, top), self.bar.most)
        self._refresh_rows()

    def line_at(self, y: int) -> int:
        """Give the number of the line in a row; it may be beyond the last."""
        return y if y < self.STICKY else y + self._top

    def _in_sight(self) -> list[tuple[Text, bool]]:
        """Give what each row shows: its line, and whether the thumb of the bar is there."""
        lines, thumb = self._lines, self.bar.thumb
        places = ((self.line_at(y), y in thumb) for y in range(self._height))
        return [(lines[at] if at < len(lines) else (), is_thumb) for at, is_thumb in places]

    def _refresh_rows(self) -> None:
        """Draw those rows again that show something else than was drawn last."""
        before, width = self._rows_drawn, self.content_size.width
        for y, row in enumerate(self._in_sight()):
            if y >= len(before) or before[y] != row:
                self.refresh(Region(0, y, width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Give the part that is to be drawn, all of it on the same colours: they cost the most."""
        self._base = self.rich_style
        self._rows_drawn = self._in_sight()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Give one row: a line, and the bar."""
        full = self.content_size.width
        width = full - self.HAS_BAR
        text, is_thumb = self._rows_drawn[y] if y < len(self._rows_drawn) else ((), False)
        line = segments(text)
        if Segment.get_line_length(line) > width:  # no text ends where nobody sees it
            line = [*Segment.adjust_line_length(line, width - 1), Segment("…")]
        if is_thumb and self.HAS_BAR:
            line = [*Segment.adjust_line_length(line, width), Segment(THUMB, DIM)]
        styled = list(Segment.apply_style(line, self._base))
        return Strip(Segment.adjust_line_length(styled, full, self._base), full)

    # the mouse

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self.scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self.scroll_lines(-_WHEEL)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the bar."""
        offset = event.get_content_offset(self)
        if offset and self.bar.most and offset.x == self.content_size.width - 1:
            self._is_held = True
            self.capture_mouse()
            self._scroll_to_line(self.bar.top_at(offset.y))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw the bar along."""
        if self._is_held:
            self._scroll_to_line(self.bar.top_at(int(event.y) - self.gutter.top))

    def on_mouse_up(self, _event: events.MouseUp) -> None:
        """Let the bar go."""
        if self._is_held:
            self._is_held = False
            self.capture_mouse(False)
