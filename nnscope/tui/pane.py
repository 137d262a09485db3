"""The base of all panes: it is shown a view, paints lines of text, and scrolls if they are many."""

from collections.abc import Mapping, Sequence
from operator import is_not
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.events import Resize
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from nnscope.tui.draw.text import Text, cut_inside, plain, segments, wrapped
from nnscope.tui.view import View

_CORNERS = 6  # columns of the border beside its title
_COVERED = "Covered until you have answered: it may show what you are to predict."


class Pane(ScrollView, can_focus=False):
    """A bordered part of the screen with one line of text below the other."""

    DEFAULT_CSS = """
    Pane { border: round $panel-lighten-2; border-title-color: $foreground;
           border-subtitle-color: $foreground; padding: 0 1;
           scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    Pane.-active { border: round $accent; }
    """

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    KEY: ClassVar[str]  # chooses it
    ABOUT: ClassVar[str]  # what it shows, for the help
    PLACE: ClassVar[str] = "time"  # panes of one place share it where there is no room for all
    IS_ASKED: ClassVar[bool] = False  # what fills it chooses it, so it has no key of its own
    STICKY = 0  # so many lines at the top stay when the rest scrolls
    OF_SOURCES = False  # whether it has something to show only where a program has a file
    LEAST = 5  # rows with the border that it can be read in
    LEAST_CHOSEN = 5  # the same where it is the chosen pane
    TELLS_AHEAD: ClassVar[bool] = False  # whether it may show what a line to come makes
    MEANS: ClassVar[Mapping[str, str]] = {}  # what keys mean while this pane is chosen, by id

    def __init__(self) -> None:
        super().__init__(id=self.NAME, classes=f"-in-{self.PLACE}")
        self.heading = self.TITLE
        self.view: View | None = None
        self._lines: Sequence[Text] = ()
        self._painted: tuple[object, ...] = ()  # the parts that were painted last
        self._size_painted = Size(0, 0)
        self._row_in_sight: int | None = None  # where a repaint is to scroll to
        self._base = Style()  # the colours of what has none of its own

    @classmethod
    def about(cls) -> str:
        """Say for the help what the pane shows."""
        return cls.ABOUT

    @property
    def heading(self) -> str:
        """The title, without the key that stands before it in the border."""
        return self._heading

    @heading.setter
    def heading(self, title: str) -> None:
        self._heading = title
        key = f"{self.KEY} " if self.KEY else ""
        room = self.outer_size.width - _CORNERS - len(key)  # before it is laid out it has none
        self.border_title = Content(key + (cut_inside(title, room) if room > 0 else title))

    def entitle(self, title: str) -> None:
        """Set the title in the border: brackets in it are brackets, and no markup."""
        self.heading = title

    def parts(self, view: View) -> tuple[object, ...]:
        """Give the parts of a view that this pane shows; while they stay the same, it stays."""
        raise NotImplementedError

    def show(self, view: View) -> None:
        """Take a view, and repaint if it shows anything else than before."""
        self.view = view
        self._repaint_changes()

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Give the lines for a view, for this many columns; more than `height` lines scroll."""
        raise NotImplementedError

    def rows(self, view: View, width: int, usual: int, most: int) -> int:
        """Say how many rows of text are enough for a view in `width` columns.

        There are `usual` of them to have, and at most `most` where it can't do with these.
        """
        return usual

    @property
    def is_chosen(self) -> bool:
        """Whether it is the pane that the keys are for."""
        return self.has_class("-active")

    def least(self, wanted: int) -> int:
        """Say how many of the rows that it wants it must have, its border among them."""
        return min(wanted, self.LEAST_CHOSEN if self.is_chosen else self.LEAST)

    @property
    def text(self) -> str:
        """What was painted last, without its colours; also what is scrolled away."""
        return "\n".join(map(plain, self._lines))

    @property
    def dark(self) -> bool:
        """Whether the theme is a dark one."""
        return self.app.current_theme.dark

    def _repaint_changes(self) -> None:
        """Repaint if the size is another one, or a part of the view or the theme another object."""
        parts = self._all_parts(self.view) if self.view else ()
        is_same = len(parts) == len(self._painted) and not any(map(is_not, parts, self._painted))
        if not is_same or self._size_painted != self.scrollable_content_region.size:
            self._repaint()

    def _repaint(self) -> None:
        size = self.scrollable_content_region.size
        if self.view is None or not size.width:  # hidden, or not laid out yet
            return
        self._painted = self._all_parts(self.view)
        self._paint_in(self.view, size)
        if self.scrollable_content_region.size != size:  # a bar has come, or gone
            self._paint_in(self.view, self.scrollable_content_region.size)
        self.refresh()

    def _paint_in(self, view: View, size: Size) -> None:
        """Paint in so much room, and set the bar up that scrolls what is longer."""
        is_covered = self.TELLS_AHEAD and view.question is not None
        paint = self._paint_cover if is_covered else self.paint
        self._lines, self._size_painted = paint(view, size.width, size.height), size
        tall = len(self._lines) if len(self._lines) > size.height else 0
        is_laid_out = self.virtual_size.height == tall
        if not is_laid_out:
            is_laid_out = self._resize_bar(tall)
        self._keep_in_sight(is_laid_out)

    def _resize_bar(self, tall: int) -> bool:
        """Set the bar up for so many lines, and tell whether the screen is not laid out anew."""
        if tall and self.virtual_size.height and self.show_vertical_scrollbar:
            self.set_reactive(Pane.virtual_size, Size(0, tall))  # the screen is not laid out anew
            self.vertical_scrollbar.window_virtual_size = tall
            self.scroll_y = min(self.scroll_y, self.max_scroll_y)
            return True
        self.virtual_size = Size(0, tall)
        self.show_vertical_scrollbar = tall > 0  # now: it is there when a row is scrolled to
        return False

    def _all_parts(self, view: View) -> tuple[object, ...]:
        """Give the theme, the parts that are shown, and the question that may cover them."""
        covers = (view.question,) if self.TELLS_AHEAD else ()
        return self.app.current_theme, *self.parts(view), *covers

    def _paint_cover(self, _view: View, width: int, _height: int) -> Sequence[Text]:
        """Write why nothing can be seen."""
        return wrapped(_COVERED, width)

    def keep_in_sight(self, row: int) -> None:
        """Scroll so that a row can be seen, once the new lines are laid out.

        Where it then stands depends on the row alone, and not on where the pane was before.
        """
        self._row_in_sight = row

    def _keep_in_sight(self, is_laid_out: bool) -> None:
        """Scroll at once where the bar is as it was, so that nothing is painted twice."""
        row, self._row_in_sight = self._row_in_sight, None
        if row is None:
            return
        if is_laid_out:
            self._scroll_to_row(row)
        else:
            self.call_after_refresh(self._scroll_to_row, row)

    def _scroll_to_row(self, row: int) -> None:
        height = self.scrollable_content_region.height
        top = max(0, min(row - height // 2, len(self._lines) - height))
        self.scroll_to(y=top, animate=False, immediate=True)

    def on_resize(self, _event: Resize) -> None:
        """Paint anew for a new size, or what has changed while the pane was hidden."""
        self.heading = self._heading
        self._repaint_changes()

    def notify_style_update(self) -> None:
        """Paint anew with the colours of a new theme; most changes of style are of another kind."""
        super().notify_style_update()
        if self.is_attached:
            self._repaint_changes()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Give the part that is to be drawn, all of it on the same colours: they cost the most."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Give one line of the visible part."""
        width = self.scrollable_content_region.width
        row = y if y < self.STICKY else y + self.scroll_offset.y
        line = segments(self._lines[row]) if row < len(self._lines) else []
        if Segment.get_line_length(line) > width:  # no text ends where nobody sees it
            line = [*Segment.adjust_line_length(line, width - 1), Segment("…")]
        styled = list(Segment.apply_style(line, self._base))
        return Strip(Segment.adjust_line_length(styled, width, self._base), width)
