"""The stage of the debugger: its panes, the view they are shown, and work in the background."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Footer

from nnscope.engine.frame import Frame
from nnscope.insight.cellwise import CellWalk
from nnscope.program.model import Program
from nnscope.tui.keys import BINDINGS as KEYS
from nnscope.tui.pane import Pane
from nnscope.tui.panes import PANES
from nnscope.tui.session import Session
from nnscope.tui.status import Status
from nnscope.tui.stopping import Stopping
from nnscope.tui.view import Checked, Selection, View
from nnscope.tui.watching import Watching
from nnscope.tui.words import WordsBar

if TYPE_CHECKING:
    from nnscope.tui.checking import Checking

_CHOICES = {"selection", "inside", "parameter", "factor"}  # what only some panes show


class Stage(Screen[None]):
    """Shows one program's run: turns frames into views for the panes, and moments into work.

    `memory` is the cap of the history in bytes.

    The keys are in the classes that build on it, a file for each kind of key.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*KEYS]
    CSS_PATH = "debugger.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012
    AUTO_FOCUS = None

    def __init__(self, program: Program, memory: int | None = None) -> None:
        super().__init__()
        self.session = Session(program, memory)
        self.view = View(self.session.frame, Selection(0))  # the first number that goes in
        self._selections: dict[int, Selection] = {}
        self._landing: Selection | None = None  # what is selected at the end of this journey
        self._walk: tuple[Frame, CellWalk] | None = None  # of the line shown cell by cell
        self._then: Callable[[], None] | None = None
        self.stopping = Stopping(self)
        self.checked = Checked()  # what the last gradient check has found so far
        self.watching = Watching(self)

    @cached_property
    def checking(self) -> "Checking":
        """The gradient check. It is imported when it is first asked for: the first frame is not."""
        from nnscope.tui.checking import Checking  # noqa: PLC0415

        return Checking(self)

    def compose(self) -> ComposeResult:
        """Lay out the status line, the panes and the keys."""
        yield Status()
        yield WordsBar()
        with Container(id="body"):
            places = [pane.PLACE for pane in PANES]
            yield from (pane() for pane in sorted(PANES, key=lambda each: places.index(each.PLACE)))
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Show the start; look for newer frames thirty times a second while work is going on."""
        self._pull = self.set_interval(1 / 30, self._show_progress, pause=True)
        for first in {pane.PLACE: pane.NAME for pane in reversed(PANES)}.values():
            self.query_one(f"#{first}").add_class("-shown")
        self._activate("matrices")
        self.call_after_refresh(self.show_view)

    def on_unmount(self) -> None:
        """Let no thread outlive the screen."""
        self.session.interrupt()

    def on_screen_resume(self) -> None:
        """Paint again after another screen was on top."""
        self.show_view()

    def show_view(self, **changes: object) -> None:
        """Make a view of the newest frame, with changes to how it is shown, for every pane."""
        frame = self.session.frame
        moved = frame is not self.view.frame or not changes or bool(changes.keys() - _CHOICES)
        if frame.index != self.view.frame.index:
            self._selections[self.view.frame.index] = self.view.selection
            changes.setdefault("selection", self._selections.get(frame.index, Selection()))
            changes.setdefault("factor", None)
        if frame is not self.view.frame:
            changes.setdefault("inside", None)
            if self._landing and not self.session.busy:
                changes["selection"], self._landing = self._landing, None
        inside = changes.get("inside", self.view.inside)
        state = f"in line {frame.index + 1}" if inside else "paused"
        state = self.session.busy or ("end of the run" if self._at_end() and not inside else state)
        changes["is_busy"] = bool(self.session.busy)
        if not changes.get("inside"):
            changes["arrival"] = self.stopping.arrival
        changes["checked"] = self.checked
        changes["stops"], changes["stop"] = tuple(self.stopping.stops), self.stopping.chosen
        changes["curves"], changes["curve"] = self.session.watched.curves, self.watching.chosen
        changes["marks"], changes["held"] = self.watching.marks(), self.session.held
        self.view = replace(self.view, frame=frame, state=state, **changes)  # type: ignore[arg-type]
        for pane in self.query(Pane):
            if moved or pane.FOLLOWS_CELL:
                pane.show(self.view)
        self.query_one(Status).show(self.view)
        self.query_one(WordsBar).show(self.view)

    def land_on(self, selection: Selection | None) -> None:
        """Choose what is selected at the next moment that is gone to; None leaves that to it."""
        self._landing = selection

    def _at_end(self) -> bool:
        return self.session.frame.time >= self.session.timeline.length

    def _show_progress(self) -> None:
        self.show_view()

    def begin(self, what: str, task: Callable[[], None]) -> None:
        """Begin long work, unless there is some already: then that is interrupted first."""
        if self.session.busy:
            self._then = lambda: self.begin(what, task)
            self.session.interrupt()
        else:
            self._begin(what, task)

    def to(self, moment: Callable[[int], int], scrubbing: bool = False) -> None:
        """Go where `moment` leads from here; interrupt what is going on first.

        Where that is far, one can come back from there; `scrubbing` makes one way of many moves.
        """
        if self.session.busy:
            self._then = lambda: self.to(moment, scrubbing)
            self.session.interrupt()
            return
        here = self.session.frame.time
        time = moment(here)
        if abs(time - here) > len(self.session.timeline.program.lines):
            self.stopping.places.leave(here, scrubbing)
        self.travel(time)

    def travel(self, time: int) -> None:
        """Go to a moment, behind the screen where that takes a while."""
        if self.session.busy:
            self._then = lambda: self.travel(time)
            self.session.interrupt()
            return
        self.app.clear_notifications()
        if self.session.is_quick(time):
            self.session.go(time)
            self._done()
        else:
            iteration = time // len(self.session.timeline.program.lines)
            self._begin(f"going to iteration {iteration}", lambda: self.session.go(time))

    def _begin(self, what: str, task: Callable[[], None]) -> None:
        self.session.start(what)
        self._pull.resume()
        self.show_view()
        self._work(task)

    @work(thread=True, group="timeline", exit_on_error=False)
    def _work(self, task: Callable[[], None]) -> None:
        task()
        if self.is_attached:
            self.app.call_from_thread(self._done)

    def _done(self) -> None:
        """Show where the work has led, say what ended it, and do what was asked for meanwhile."""
        session, then, self._then = self.session, self._then, None
        what = session.busy.partition(",")[0]
        session.finish()
        self._pull.pause()
        errors, found, interrupted_at = [session.error], session.found, session.interrupted_at
        if found is not None:
            self.stopping.arrived(found)
        is_long = self.watching.catch_up()
        self.show_view()
        if then:
            then()
            return
        for error in filter(None, dict.fromkeys([*errors, session.error])):
            self.notify(error, severity="error", markup=False)
        if found is not None and not self.query_one("#stops").display:
            self._say(self.stopping.arrival)
        if interrupted_at is not None and not what.startswith("running"):
            self._say(f"Interrupted at iteration {interrupted_at}, {what}: nothing has moved.")
        if is_long:
            self.watching.compute()

    def notify(self, message: str, **options: Any) -> None:
        """Say something in passing, in place of what was said before: nothing may pile up."""
        self.app.clear_notifications()
        super().notify(message, **options)

    def on_screen_suspend(self) -> None:
        """Make room for what opens on top."""
        self.app.clear_notifications()

    def _say(self, message: str) -> None:
        if message:
            self.notify(message, markup=False)

    def action_pane(self, name: str) -> None:
        """Choose a pane: on a narrow screen it is the one that is shown beside the program."""
        self._activate(name)
        self.call_after_refresh(self.show_view)

    def _activate(self, name: str) -> None:
        place = next(pane.PLACE for pane in PANES if name == pane.NAME)
        for pane in self.query(Pane):
            pane.set_class(name == pane.NAME, "-active")
            self.set_class(name == pane.NAME, f"-on-{pane.NAME}")  # some get more room then
            if place == pane.PLACE:  # where room is short, it is shown in place of the others
                pane.set_class(name == pane.NAME, "-shown")

    def _is_active(self, name: str) -> bool:
        return self.query_one(f"#{name}").has_class("-active")
