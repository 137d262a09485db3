"""The keys that matter now, in the last row: what is possible here comes first."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from nnscope.program.model import Phase
from nnscope.tui.panes.chain import ChainPane
from nnscope.tui.panes.stops import StopsPane
from nnscope.tui.panes.time import TimePane
from nnscope.tui.view import View

_LAST = ("help", "quit")


class Hint(Struct, frozen=True):
    """A key and what it does; `action` is what a click runs."""

    id: str
    key: str
    label: str
    action: str

    @property
    def text(self) -> str:
        """How it stands in the row."""
        return f"{self.key} {self.label}"


class KeyBar(Widget):
    """One row of keys, as many as there is room for; a click does what the key does."""

    DEFAULT_CSS = "KeyBar { height: 1; background: $panel; }"

    class Chosen(Message):
        """A key was clicked."""

        def __init__(self, action: str) -> None:
            self.action = action
            super().__init__()

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._known: dict[str, Hint] = {}
        self._wanted: tuple[str, ...] = ()
        self._shown: list[Hint] = []

    def know(self, hints: Sequence[Hint]) -> None:
        """Take all keys that there are."""
        self._known = {hint.id: hint for hint in hints}
        self.refresh()

    def show(self, view: View, active: str) -> None:
        """Show the keys for a view while a pane is chosen."""
        wanted = tuple(dict.fromkeys(wanted_keys(view, active)))
        if wanted != self._wanted:
            self._wanted = wanted
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give the row."""
        self._shown = fitting([self._known[id] for id in self._wanted if id in self._known],
                              [self._known[id] for id in _LAST if id in self._known],
                              self.size.width - 1)  # fmt: skip
        segments = [Segment(" ")]
        for hint in self._shown:
            segments += [Segment(hint.key, Style(bold=True)), Segment(f" {hint.label}  ")]
        strip = Strip(segments)
        return strip.crop_extend(0, self.size.width, self.rich_style).apply_style(self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Do what the key does that was clicked."""
        end = 1
        for hint in self._shown:
            end += len(hint.text) + 2
            if event.x < end:
                self.post_message(self.Chosen(hint.action))
                return


def fitting(hints: Sequence[Hint], last: Sequence[Hint], width: int) -> list[Hint]:
    """Take as many hints as there is room for beside those that always stand at the end."""
    left = width - sum(len(hint.text) + 2 for hint in last) + 2
    taken = []
    for hint in hints:
        left -= len(hint.text) + 2
        if left < 0:
            break
        taken.append(hint)
    return [*taken, *last]


def wanted_keys(view: View, active: str) -> Iterator[str]:
    """Yield the ids of the keys that matter, the most useful first."""
    line = view.frame.line
    if view.progress.job is not None:
        yield from ("interrupt", "run")
    if view.inside is not None:
        yield from ("into.next", "into.back", "phase.end")
    if not view.progress.is_at_end:
        yield "line.next"
    yield "line.back"
    if line is not None:
        yield from ("into.next", "why")
    if line is not None and line.gradient_of and view.frame.program.cost:
        yield "check.line"
    if line is not None and line.passes:
        yield from ("pass.next", "passes", "pass.end")
    yield from _OF_PANES.get(active, ())
    if not view.progress.is_at_end:
        yield from ("phase.end", "iteration.next", "run")
    if view.stops.stops:
        yield "stop.next"
    if line is not None and line.phase is not Phase.FORWARD:
        yield "origin"
    yield from ("matrix.next", "edit", "go", "stop.line", "mathematics", "check.all")
    yield from ("follow", "origin", "zoom", "rewind", "end", "palette")


_OF_PANES = {
    ChainPane.NAME: ("parameter.next", "factor.line"),
    StopsPane.NAME: ("stop.condition", "stop.delete"),
    TimePane.NAME: ("follow", "logarithmic"),
}
