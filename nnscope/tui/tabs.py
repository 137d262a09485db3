"""The panes that are not in sight, with their keys: a row to choose from, or two."""

from collections.abc import Sequence

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from nnscope.tui.pane import Pane
from nnscope.tui.view import View


class Tab(Struct, frozen=True):
    """A pane in the row: its id, its key and its name, and the columns that it takes."""

    id: str
    key: str
    name: str
    columns: range

    @property
    def text(self) -> str:
        """How it stands there."""
        return f"{self.key} {self.name}"


class Tabs(Widget):
    """The name and the key of each pane, always whole; a click chooses one."""

    DEFAULT_CSS = "Tabs { height: 1; color: $text-muted; }"

    class Chosen(Message):
        """A pane was clicked."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self, panes: Sequence[Pane]) -> None:
        super().__init__(id="tabs")
        self._panes = sorted(
            (pane for pane in panes if pane.tab_key), key=lambda pane: pane.tab_key
        )
        self._shown: tuple[tuple[str, ...], int] = (), 0
        self.rows: list[list[Tab]] = [[]]

    def show(self, view: View) -> None:
        """Name the panes that are not in sight and have something to show."""
        hidden = [pane for pane in self._panes if not pane.display and _is_filled(pane, view)]
        shown = tuple(pane.NAME for pane in hidden), self.size.width
        if shown == self._shown:
            return
        self._shown, self.rows = shown, rows_of(hidden, self.size.width)
        self.styles.height = len(self.rows)
        self.refresh()

    def on_resize(self) -> None:
        """Write the row for another width."""
        hidden = [pane for pane in self._panes if pane.NAME in self._shown[0]]
        self._shown, self.rows = (self._shown[0], self.size.width), rows_of(hidden, self.size.width)
        self.styles.height = len(self.rows)

    def render_line(self, y: int) -> Strip:
        """Give a row."""
        segments, end = list[Segment](), 0
        for tab in self.rows[y] if y < len(self.rows) else ():
            gap = Segment(" " * (tab.columns.start - end))
            segments += [gap, Segment(tab.key, Style(bold=True)), Segment(f" {tab.name}")]
            end = tab.columns.stop
        strip = Strip(segments)
        return strip.crop_extend(0, self.size.width, self.rich_style).apply_style(self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Choose the pane that was clicked."""
        for tab in self.rows[event.y] if event.y < len(self.rows) else ():
            if event.x in tab.columns:
                self.post_message(self.Chosen(tab.id))


def _is_filled(pane: Pane, view: View) -> bool:
    """Tell whether a pane has something to show in this program, by now."""
    if pane.OF_SOURCES:
        return bool(view.frame.program.notes.sources)
    return not pane.IS_ASKED or view.diagnosed.diagnosis is not None


def rows_of(panes: Sequence[Pane], width: int) -> list[list[Tab]]:
    """Write panes in one row: with their titles, or shorter ones, or closer; else in two rows."""
    for is_short, gap, margin in ((False, 2, 1), (True, 2, 1), (True, 1, 1), (True, 1, 0)):
        row = _row(panes, is_short, gap, margin)
        if not row or row[-1].columns.stop <= width:
            return [row]
    half = (len(panes) + 1) // 2
    return [_row(part, True, 2, 1) for part in (panes[:half], panes[half:])]


def _row(panes: Sequence[Pane], is_short: bool, gap: int, margin: int) -> list[Tab]:
    tabs: list[Tab] = []
    for pane in panes:
        start = tabs[-1].columns.stop + gap if tabs else margin
        name = (pane.SHORT if is_short else "") or pane.TITLE
        stop = start + len(pane.tab_key) + 1 + len(name)
        tabs.append(Tab(pane.NAME, pane.tab_key, name, range(start, stop)))
    return tabs
