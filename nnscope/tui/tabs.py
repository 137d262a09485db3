"""The panes that are not in sight, with their keys: a row to choose from."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from nnscope.tui.pane import Pane


class Tabs(Widget):
    """One row with the name and the key of each pane; a click chooses one."""

    DEFAULT_CSS = "Tabs { height: 1; color: $text-muted; }"

    class Chosen(Message):
        """A pane was clicked."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self, panes: Sequence[Pane]) -> None:
        super().__init__(id="tabs")
        self._panes = sorted((pane for pane in panes if pane.KEY), key=lambda pane: pane.KEY)
        self._shown: tuple[str, ...] = ()
        self._ends: list[int] = []

    def show(self, has_sources: bool) -> None:
        """Name the panes that are not in sight; without sources, not theirs."""
        hidden = [pane for pane in self._panes if not pane.display]
        shown = tuple(pane.NAME for pane in hidden if has_sources or not pane.OF_SOURCES)
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give the row; where there is no room, names are cut."""
        panes = [pane for pane in self._panes if pane.NAME in self._shown]
        longest = max((len(pane.TITLE) for pane in panes), default=0)
        room = self.size.width - 1
        while longest > 1 and sum(_width(pane, longest) for pane in panes) > room + 2:
            longest -= 1
        segments = [Segment(" ")]
        self._ends = []
        for pane in panes:
            segments.append(Segment(pane.key, Style(bold=True)))
            segments.append(Segment(f" {_short(pane, longest)}  "))
            self._ends.append(sum(len(segment.text) for segment in segments))
        strip = Strip(segments)
        return strip.crop_extend(0, self.size.width, self.rich_style).apply_style(self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Choose the pane that was clicked."""
        names = [pane.NAME for pane in self._panes if pane.NAME in self._shown]
        found = [name for name, end in zip(names, self._ends, strict=True) if event.x < end]
        if found:
            self.post_message(self.Chosen(found[0]))


def _short(pane: Pane, longest: int) -> str:
    """Write a title of at most so many letters; a longer one by its first word."""
    return pane.TITLE if len(pane.TITLE) <= longest else pane.TITLE.split()[0][:longest]


def _width(pane: Pane, longest: int) -> int:
    return len(pane.key) + len(_short(pane, longest)) + 3
