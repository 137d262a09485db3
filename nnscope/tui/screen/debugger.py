"""The debugger: one screen for one program's run."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from platformdirs import user_state_path
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import Screen

from nnscope.program.model import Program
from nnscope.tui.control.controls import Controls
from nnscope.tui.control.job import Outcome
from nnscope.tui.control.tour import is_first_time
from nnscope.tui.control.worker import Worker
from nnscope.tui.dialogs.letter import LetterPrompt
from nnscope.tui.dialogs.prompt import Prompt
from nnscope.tui.key_bar import Hint, KeyBar
from nnscope.tui.keymap import BINDINGS as KEYS
from nnscope.tui.keymap import key_name, named
from nnscope.tui.pane import Pane
from nnscope.tui.panes import PANES
from nnscope.tui.panes.chain import ChainPane
from nnscope.tui.panes.matrices import MatricesPane
from nnscope.tui.panes.program import ProgramPane
from nnscope.tui.panes.time import TimePane
from nnscope.tui.screen.body import NORMAL, WIDE, Body
from nnscope.tui.sentence_bar import SentenceBar
from nnscope.tui.status import Status
from nnscope.tui.tabs import Tabs

P = TypeVar("P", bound=Pane)
_READING = 15.0  # seconds that a warning stays

LOOK_SECONDS = 1.0
"""How often it is looked whether the program's file has been changed."""


class DebuggerScreen(Screen[None]):
    """Lays out the panes, and brings together the worker, the controllers and what is shown.

    `memory` is the cap of the history in bytes, `keys` are the user's own, by the ids of commands.
    What keys do stands in the controllers; this class is all that they know of the screen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*KEYS]
    CSS_PATH = "debugger.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NORMAL, "-normal"), (WIDE, "-wide")]  # noqa: RUF012
    AUTO_FOCUS = None

    class WorkEnded(Message):
        """The background thread has done its work."""

        def __init__(self, outcome: Outcome) -> None:
            self.outcome = outcome
            super().__init__()

    def __init__(
        self,
        program: Program,
        memory: int | None = None,
        keys: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.keys, self.named = keys, named(keys)
        self.worker = Worker(program, memory)
        self.panes = [pane() for pane in _by_place()]
        for pane in self.panes:
            pane.key = self.named.of(f"pane.{pane.NAME}") if pane.KEY else ""
            pane.tab_key = pane.key or self.named.of(pane.FILLED_BY)
        self.active: Pane = self.pane(MatricesPane)
        self.controls = Controls(self)
        self.view = self.controls.view()
        self.body = Body(SentenceBar(), self.panes, self.view)

    # the layout

    def compose(self) -> ComposeResult:
        """Lay out the status line, the panes and the keys."""
        yield Status()
        yield self.body
        yield Tabs(self.panes)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the start; look for newer frames thirty times a second while work is going on."""
        self._pull = self.set_interval(1 / 30, self._show_progress, pause=True)
        self.set_interval(LOOK_SECONDS, self.controls.recording.look)
        for first in {pane.PLACE: pane for pane in reversed(PANES)}.values():
            self.pane(first).add_class("-shown", update=False)
        self._activate(MatricesPane.NAME)
        self.query_one(KeyBar).know(self._hints())
        self.call_after_refresh(self.refresh_view)
        if ended := self.worker.program.notes.ended:
            self.tell(f"The {self.worker.program.origin.kind} ended early: {ended}", is_error=True)
        if not self.app.is_headless and is_first_time(user_state_path("nnscope")):
            told = self.named.told("New here? <tour> is a tour of one minute, with five keys.")
            self.notify(told, timeout=_READING, markup=False)
        for warning in self.worker.program.notes.warnings:
            self.notify(warning, severity="warning", timeout=_READING, markup=False)

    def on_unmount(self) -> None:
        """Let no thread outlive the screen."""
        self.worker.interrupt()

    def on_screen_resume(self) -> None:
        """Show what an answer to a question has changed."""
        self.refresh_view()

    def on_screen_suspend(self) -> None:
        """Make room for what opens on top."""
        self.hush()

    # panes and the view

    def pane(self, kind: type[P]) -> P:
        """Give a pane."""
        return next(pane for pane in self.panes if isinstance(pane, kind))

    def choose_pane(self, name: str) -> None:
        """Choose a pane: on a narrow screen it is the one that is shown beside the program."""
        self._activate(name)
        self.refresh_view()

    def _activate(self, name: str) -> None:
        """Set the classes that say which pane is chosen, then find the styles once: it is slow."""
        self.active = next(pane for pane in self.panes if name == pane.NAME)
        for pane in self.panes:
            is_active = pane is self.active
            pane.set_class(is_active, "-active", update=False)
            if pane.PLACE == self.active.PLACE:  # shown in place of the others if room is short
                pane.set_class(is_active, "-shown", update=False)
        self.body.update_node_styles()

    def take_view(self) -> None:
        """Make a view of the newest frame and of what the controllers show."""
        self.view = self.controls.view()

    def refresh_view(self) -> None:
        """Make a new view, and paint what differs in it."""
        self.take_view()
        self.body.show(self.view)
        self.query_one(Status).show(self.view)
        self.query_one(Tabs).show(self.view)
        self.query_one(KeyBar).show(self.view, self.active.NAME)

    def on_program_pane_line_chosen(self, message: ProgramPane.LineChosen) -> None:
        """Go to the line that was clicked, in this iteration."""
        self.controls.travel.to_line(message.index)

    def on_program_pane_passes_chosen(self) -> None:
        """List all passes of the loops over examples, or one of each."""
        self.controls.do("passes")

    def on_time_pane_iteration_chosen(self, message: TimePane.IterationChosen) -> None:
        """Go to the iteration that was pointed at."""
        self.controls.curves.go_to(message.iteration)

    def on_tabs_chosen(self, message: Tabs.Chosen) -> None:
        """Choose the pane that was clicked."""
        self.choose_pane(message.name)

    async def on_key_bar_chosen(self, message: KeyBar.Chosen) -> None:
        """Do what the key does that was clicked."""
        await self.run_action(message.action)

    def on_matrices_pane_cell_chosen(self, message: MatricesPane.CellChosen) -> None:
        """Select the cell that was clicked."""
        self.controls.inspect.go_to_cell(message.selection)

    def on_chain_pane_factor_chosen(self, message: ChainPane.FactorChosen) -> None:
        """Choose the factor that was clicked."""
        self.choose_pane(ChainPane.NAME)
        self.controls.chain.choose(message.place)

    def _hints(self) -> list[Hint]:
        """List every key as it is bound now: settings may have chosen other ones."""
        return [
            Hint(id, key_name(self.app.get_key_display(each.binding)), each.binding.description,
                 each.binding.action)
            for each in self.active_bindings.values() if (id := each.binding.id)
        ]  # fmt: skip

    # work in the background

    def in_background(self, task: Callable[[], Outcome]) -> None:
        """Do long work in a thread, and show its frames on the way."""

        def work() -> None:
            self.post_message(self.WorkEnded(task()))

        self._pull.resume()
        self.run_worker(work, thread=True, group="timeline", exit_on_error=False)

    def on_debugger_screen_work_ended(self, message: WorkEnded) -> None:
        """Go on where the work has led."""
        self._pull.pause()
        self.work_ended(message.outcome)

    def work_ended(self, outcome: Outcome) -> None:
        """Take what the work has found, and do what was asked for meanwhile."""
        self.worker.deliver()
        self.controls.work_ended(outcome)

    def _show_progress(self) -> None:
        self.worker.deliver()
        self.refresh_view()
        self.tell(self.controls.findings.news(self.view))

    # keys, questions and messages

    def action_do(self, id: str) -> None:
        """Do a command."""
        self.controls.do(id)

    def action_pane(self, name: str) -> None:
        """Choose a pane."""
        self.choose_pane(name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what is not possible now."""
        is_onwards = action == "do" and self.controls.command(str(parameters[0])).onwards
        return None if is_onwards and self.view.progress.is_at_end else True

    def open(self, screen: Screen[Any], left: Callable[[Any], None] | None = None) -> None:
        """Open another screen on top; `left` is given what it was left with."""
        self.app.push_screen(screen, left)

    def ask(
        self,
        question: str,
        wrong: Callable[[str], str],
        take: Callable[[str], None],
        text: str = "",
        trial: Callable[[str], None] | None = None,
        left: Callable[[], None] | None = None,
    ) -> None:
        """Ask for a line of text; an answer with nothing wrong is taken."""
        self._open_prompt(Prompt(question, wrong, text, trial), take, left)

    def ask_letter(self, question: str, take: Callable[[str], None]) -> None:
        """Ask for a letter; the first one that is pressed is taken."""
        self._open_prompt(LetterPrompt(question), take)

    def _open_prompt(
        self, prompt: Prompt, take: Callable[[str], None], left: Callable[[], None] | None = None
    ) -> None:
        def answered(answer: str | None) -> None:
            if answer is not None:
                take(answer)
            elif left is not None:
                left()

        self.app.push_screen(prompt, answered)

    def tell(self, message: str, *, is_error: bool = False) -> None:
        """Say something in passing, in place of what was said before: nothing may pile up."""
        if message:
            self.hush()
            severity: SeverityLevel = "error" if is_error else "information"
            self.notify(self.named.told(message), severity=severity, markup=False)

    def hush(self) -> None:
        """Take away what was said."""
        self.app.clear_notifications()


def _by_place() -> list[type[Pane]]:
    """Sort the panes so that those of one place stand together."""
    places = [pane.PLACE for pane in PANES]
    return sorted(PANES, key=lambda each: places.index(each.PLACE))
