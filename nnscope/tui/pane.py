"""The base of all panes: it is shown a view, paints lines of text, and scrolls if they are many."""

from collections.abc import Mapping, Sequence
from operator import is_not
from typing import ClassVar

from textual.content import Content
from textual.events import Resize
from textual.geometry import Size

from nnscope.tui.draw.text import Text, cut_inside, wrapped
from nnscope.tui.scrolled import Scrolled
from nnscope.tui.view import View

_CORNERS = 6  # columns of the border beside its title
_COVERED = "Covered until you have answered: it may show what you are to predict."


class Pane(Scrolled, can_focus=False):
    """A bordered part of the screen with one line of text below the other."""

    DEFAULT_CSS = """
    Pane { border: round $panel-lighten-2; border-title-color: $foreground;
           border-subtitle-color: $foreground; padding: 0 1; }
    Pane.-active { border: round $accent; }
    """

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    SHORT: ClassVar[str] = ""  # a title for where there is little room, if there is another one
    KEY: ClassVar[str]  # chooses it
    FILLED_BY: ClassVar[str] = ""  # the command that fills it, where it has no key of its own
    ABOUT: ClassVar[str]  # what it shows, for the help
    PLACE: ClassVar[str] = "time"  # panes of one place share it where there is no room for all
    IS_ASKED: ClassVar[bool] = False  # what fills it chooses it, so it has no key of its own
    OF_SOURCES = False  # whether it has something to show only where a program has a file
    LEAST = 5  # rows with the border that it can be read in
    LEAST_CHOSEN = 5  # the same where it is the chosen pane
    MUST: ClassVar[bool] = False  # whether it can't do without what it needs
    TELLS_AHEAD: ClassVar[bool] = False  # whether it may show what a line to come makes
    MEANS: ClassVar[Mapping[str, str]] = {}  # what keys mean while this pane is chosen, by id

    def __init__(self) -> None:
        super().__init__(id=self.NAME, classes=f"-in-{self.PLACE}")
        self._titled = self._subtitled = ""  # as they stand in the border
        self._key = self.tab_key = self.KEY  # the second leads to it where it is not in sight
        self.heading = self.TITLE
        self.view: View | None = None
        self._painted: tuple[object, ...] = ()  # the parts that were painted last
        self._size_painted = Size(0, 0)
        self._given: Size | None = None  # the place that it gets with the next layout
        self._row_in_sight: int | None = None  # where a repaint is to scroll to
        self.needed = 0
        """Of the rows of text that were asked for last, those that the moment needs."""

    @classmethod
    def about(cls) -> str:
        """Say for the help what the pane shows."""
        return cls.ABOUT

    @property
    def key(self) -> str:
        """The key that chooses it: a user may have given it another one."""
        return self._key

    @key.setter
    def key(self, key: str) -> None:
        self._key = key
        self.heading = self._heading

    @property
    def heading(self) -> str:
        """The title, without the key that stands before it in the border."""
        return self._heading

    @heading.setter
    def heading(self, title: str) -> None:
        self._heading = title
        key = f"{self.key} " if self.key else ""
        room = self.outer_size.width - _CORNERS - len(key)  # before it is laid out it has none
        titled = key + (cut_inside(title, room) if room > 0 else title)
        if titled != self._titled:  # another one draws the whole pane
            self._titled = titled
            self.border_title = Content(titled)

    def entitle(self, title: str) -> None:
        """Set the title in the border: brackets in it are brackets, and no markup."""
        self.heading = title

    def subtitle(self, text: str) -> None:
        """Set what stands in the border at the bottom."""
        if text != self._subtitled:
            self._subtitled = text
            self.border_subtitle = Content(text)

    def parts(self, view: View) -> tuple[object, ...]:
        """Give the parts of a view that this pane shows; while they stay the same, it stays."""
        raise NotImplementedError

    def show(self, view: View, place: Size | None = None) -> None:
        """Take a view, and repaint if it shows anything else than before.

        `place` are the columns and rows of the screen that the next layout gives to this pane; None
        where it keeps those that it has.
        """
        self.view, self._given = view, place
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

    @property
    def least(self) -> int:
        """The rows that it can be read in, its border among them."""
        return self.LEAST_CHOSEN if self.is_chosen else self.LEAST

    @property
    def dark(self) -> bool:
        """Whether the theme is a dark one."""
        return self.app.current_theme.dark

    @property
    def room(self) -> Size:
        """The columns and rows of text that there are, with the next layout; none while hidden."""
        now, width, height = self.outer_size, *self.content_size
        if not width:
            return Size(0, 0)
        coming = self._given or now
        wider, taller = coming.width - now.width, coming.height - now.height
        return Size(max(0, width - self.HAS_BAR + wider), max(0, height + taller))

    def _repaint_changes(self) -> None:
        """Repaint if the size is another one, or a part of the view or the theme another object."""
        parts = self._all_parts(self.view) if self.view else ()
        is_same = len(parts) == len(self._painted) and not any(map(is_not, parts, self._painted))
        if not is_same or self._size_painted != self.room:
            self._repaint()

    def _repaint(self) -> None:
        size = self.room
        if self.view is None or not size.width:  # hidden, or not laid out yet
            return
        before = self._painted[:1], self._size_painted  # the theme, and the room
        self._painted, self._size_painted = self._all_parts(self.view), size
        lines = self.lines(self.view, size)
        row, self._row_in_sight = self._row_in_sight, None
        self.take(lines, size.height, row, (self._painted[:1], size) != before)

    def lines(self, view: View, room: Size) -> Sequence[Text]:
        """Give the lines for a view, or what covers them."""
        if self.TELLS_AHEAD and view.question is not None:
            return wrapped(_COVERED, room.width)
        return self.paint(view, room.width, room.height)

    def _all_parts(self, view: View) -> tuple[object, ...]:
        """Give the theme, the parts that are shown, and the question that may cover them."""
        covers = (view.question,) if self.TELLS_AHEAD else ()
        return self.app.current_theme, *self.parts(view), *covers

    def keep_in_sight(self, row: int) -> None:
        """Scroll so that a row can be seen, once the new lines are there."""
        self._row_in_sight = row

    def on_resize(self, _event: Resize) -> None:
        """Paint anew for a new size, or what has changed while the pane was hidden."""
        self._given = None
        self.heading = self._heading
        self._repaint_changes()

    def notify_style_update(self) -> None:
        """Paint anew with the colours of a new theme; most changes of style are of another kind."""
        super().notify_style_update()
        if self.is_attached:
            self._repaint_changes()
