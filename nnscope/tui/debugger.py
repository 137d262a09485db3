"""The debugger: the panes of one run, and the keys that move it through time."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Footer

from nnscope.engine import moves
from nnscope.engine.model import Frame
from nnscope.engine.timeline import Timeline
from nnscope.insight.cellwise import CellWalk, walk_of
from nnscope.insight.chain import parameters
from nnscope.tui.checking import Checking
from nnscope.tui.help import HelpScreen
from nnscope.tui.keys import BINDINGS as KEYS
from nnscope.tui.listing import ListingScreen
from nnscope.tui.memory import ask_memory
from nnscope.tui.pane import Pane
from nnscope.tui.panes.chain import ChainPane
from nnscope.tui.panes.check import CheckPane
from nnscope.tui.panes.health import HealthPane
from nnscope.tui.panes.matrices import MatricesPane
from nnscope.tui.panes.program import ProgramPane
from nnscope.tui.panes.shapes import ShapesPane
from nnscope.tui.panes.stops import StopsPane
from nnscope.tui.panes.time import TimePane
from nnscope.tui.panes.variables import VariablesPane
from nnscope.tui.prompt import Prompt
from nnscope.tui.session import Session
from nnscope.tui.status import Status
from nnscope.tui.stopping import Stopping
from nnscope.tui.view import Selection, View
from nnscope.tui.watching import Watching
from nnscope.tui.words import WordsBar

_CHOICES = {"selection", "inside", "parameter", "factor"}  # what only some panes show


SHARED = ("time", "stops", "shapes", "check")
"""Panes that share one place: where there is room for one, it is the one that was chosen last."""


class DebuggerScreen(Screen[None]):
    """Steps through one program: turns keys into moments, and frames into views for the panes."""

    BINDINGS: ClassVar[list[BindingType]] = [*KEYS]
    CSS_PATH = "debugger.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012
    AUTO_FOCUS = None

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self.session = Session(timeline)
        self.view = View(self.session.frame)
        self._selections: dict[int, Selection] = {}
        self._walk: tuple[Frame, CellWalk] | None = None  # of the line shown cell by cell
        self._then: Callable[[], None] | None = None
        self.stopping = Stopping(self)
        self.checking = Checking(self)
        self.watching = Watching(self)

    def compose(self) -> ComposeResult:
        """Lay out the status line, the panes and the keys."""
        yield Status()
        yield WordsBar()
        with Container(id="body"):
            yield ProgramPane(id="program", title="Program")
            yield MatricesPane(id="matrices", title="Matrices", classes="side")
            yield ChainPane(id="chain", title="Chain rule", classes="side")
            yield VariablesPane(id="variables", title="Variables", classes="side")
            yield HealthPane(id="health", title="Health", classes="side")
            yield TimePane(id="time", title="Time", classes="side")
            yield StopsPane(id="stops", title="Stops", classes="side")
            yield ShapesPane(id="shapes", title="Shapes", classes="side")
            yield CheckPane(id="check", title="Gradient check", classes="side")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Show the start; look for newer frames thirty times a second while work is going on."""
        self._pull = self.set_interval(1 / 30, self._show_progress, pause=True)
        self._activate("matrices")
        self.call_after_refresh(self._show)

    def on_unmount(self) -> None:
        """Let no thread outlive the screen."""
        self.session.interrupt()

    def on_screen_resume(self) -> None:
        """Paint again after another screen was on top."""
        self._show()

    # showing

    def _show(self, **changes: object) -> None:
        """Make a view of the newest frame, with changes to how it is shown, for every pane."""
        frame = self.session.frame
        moved = frame is not self.view.frame or not changes or bool(changes.keys() - _CHOICES)
        if frame.index != self.view.frame.index:
            self._selections[self.view.frame.index] = self.view.selection
            changes.setdefault("selection", self._selections.get(frame.index, Selection()))
            changes.setdefault("factor", None)
        if frame is not self.view.frame:
            changes.setdefault("inside", None)
        inside = changes.get("inside", self.view.inside)
        state = f"in line {frame.index + 1}" if inside else "paused"
        state = self.session.busy or ("end of the run" if self._at_end() and not inside else state)
        if not changes.get("inside"):
            changes["arrival"] = self.stopping.arrival
        changes["checked"] = self.checking.checked
        changes["stops"], changes["stop"] = tuple(self.stopping.stops), self.stopping.chosen
        changes["curves"], changes["curve"] = self.session.watched.curves, self.watching.chosen
        changes["marks"], changes["held"] = self.watching.marks(), self.session.held
        changes["cap"] = self.session.timeline.history.cap
        self.view = replace(self.view, frame=frame, state=state, **changes)  # type: ignore[arg-type]
        for pane in self.query(Pane):
            if moved or pane.FOLLOWS_CELL:
                pane.show(self.view)
        self.query_one(Status).show(self.view)
        self.query_one(WordsBar).show(self.view)

    def _at_end(self) -> bool:
        return self.session.frame.time >= self.session.timeline.length

    def _show_progress(self) -> None:
        self._show()

    # moving

    def to(self, moment: Callable[[int], int]) -> None:
        """Go where `moment` leads from here."""
        self._to(moment)

    def begin(self, what: str, task: Callable[[], None]) -> None:
        """Begin long work, unless there is some already: then that is interrupted first."""
        if self.session.busy:
            self._then = lambda: self.begin(what, task)
            self.session.interrupt()
        else:
            self._begin(what, task)

    def show_again(self) -> None:
        """Show what has changed beside the frame."""
        self._show()

    def _to(self, moment: Callable[[int], int]) -> None:
        """Go where `moment` leads from here; interrupt what is going on first."""
        if self.session.busy:
            self._then = lambda: self._to(moment)
            self.session.interrupt()
            return
        time = moment(self.session.frame.time)
        if self.session.is_quick(time):
            self.session.go(time)
            self._done()
        else:
            iteration = time // len(self.session.timeline.program.lines)
            self._begin(f"going to iteration {iteration}", lambda: self.session.go(time))

    def _begin(self, what: str, task: Callable[[], None]) -> None:
        self.session.start(what)
        self._pull.resume()
        self._show()
        self._work(task)

    @work(thread=True, group="timeline", exit_on_error=False)
    def _work(self, task: Callable[[], None]) -> None:
        task()
        if self.is_attached:
            self.app.call_from_thread(self._done)

    def _done(self) -> None:
        """Show where the work has led, say what ended it, and do what was asked for meanwhile."""
        self._pull.pause()
        errors = [self.session.error]
        is_long = self.watching.catch_up()
        self._show()
        for error in dict.fromkeys([*errors, self.session.error]):
            if error:
                self.notify(error, severity="error", markup=False)
        then, self._then = self._then, None
        if then:
            then()
        elif is_long:
            self.watching.compute()

    def action_line(self, step: int) -> None:
        """Step one line."""
        length = self.session.timeline.length
        self._to(lambda time: min(max(time + step, 0), length))

    def action_into(self, step: int) -> None:
        """Go one step on, or back, inside the line; past its ends into the next line."""
        inside, frame = self.view.inside, self.session.frame
        if self.session.busy:
            self._then = lambda: self.action_into(step)
            self.session.interrupt()
        elif inside is None and frame.line is not None:
            self._enter(self._first_step() if step > 0 else -1)
        elif inside is not None and 0 <= inside.number + step < inside.count:
            self._enter(inside.number + step)
        elif 0 <= frame.time + step <= self.session.timeline.length:
            self._then = lambda: self._enter(0 if step > 0 else -1)
            self.action_line(step)
        else:
            self._show(inside=None)

    def _first_step(self) -> int:
        """Give the step at which the selected cell of the result begins."""
        is_result = self.view.selected is self.view.operands[-1]
        return self._walk_of_line().first_of(self.view.cell) if is_result else 0

    def _walk_of_line(self) -> CellWalk:
        frame = self.session.frame
        if self._walk is None or self._walk[0] is not frame:
            self._walk = frame, walk_of(frame)
        return self._walk[1]

    def _enter(self, number: int) -> None:
        """Show the line at one of its steps; -1 is its last."""
        if self.session.frame.line is None:
            return
        walk = self._walk_of_line()
        step = walk.at(number % walk.count)
        if not self.query_one(MatricesPane).display:  # a narrow screen shows another pane
            self._activate("matrices")
        self._show(inside=step, selection=Selection(-1, *(0, 0, *step.cell)[-2:]))

    def action_phase(self, step: int) -> None:
        """Go to the end of the phase, or to its start; from inside a line to its end."""
        if self.view.inside is not None and step > 0:
            self._show(inside=None)
            return
        move = moves.end_of_phase if step > 0 else moves.start_of_phase
        self._to(lambda time: move(self.session.timeline.program, time))

    def action_iteration(self, step: int) -> None:
        """Go to the same line some iterations later or earlier."""
        self._to(lambda time: moves.iterations_later(self.session.timeline.program, time, step))

    def action_rewind(self) -> None:
        """Go back to the start."""
        self._to(lambda _time: 0)

    def action_end(self) -> None:
        """Go to the end of the run."""
        self._to(lambda _time: self.session.timeline.length)

    def action_run(self) -> None:
        """Run to the end, or pause."""
        if self.session.busy and not self.watching.is_computing:
            self.session.interrupt()
        elif not self._at_end():
            self.stopping.run()

    # stops, marks and walks: `Stopping` knows them

    def action_breakpoint(self) -> None:
        """Put a breakpoint on the current line, or take it away."""
        self.stopping.toggle_line()
        self._show()

    def action_ask_stop(self) -> None:
        """Ask for a condition to stop on."""
        self.stopping.ask()

    def action_continue(self, step: int) -> None:
        """Go to the next stop, or back to the last one."""
        if self.stopping.stops:
            self.stopping.search(forwards=step > 0)
        else:
            self.notify("There are no stops: b sets one on this line, B asks for a condition.")

    def action_switch_stop(self) -> None:
        """Switch the chosen stop on or off."""
        self.stopping.switch()
        self._show()

    def action_delete_stop(self) -> None:
        """Remove the chosen stop, or in the time pane the chosen curve."""
        if self._is_active("time"):
            self.watching.remove()
        else:
            self.stopping.delete()
            self._show()

    def action_origin(self) -> None:
        """Go to the line that wrote the selected value; from a result, its first computed operand."""
        view, line_of = self.view, self.session.timeline.program.line_of
        name = view.selected.name
        if view.selected is view.operands[-1] and view.frame.line is not None:
            inputs = [operand.name for operand in view.operands[:-1]]
            name = next((each for each in inputs if each in line_of), inputs[0] if inputs else name)
        self._say(self.stopping.go_to_origin(name))

    def action_return(self) -> None:
        """Return to the place visited before."""
        self._say(self.stopping.go_back())

    def action_mark(self) -> None:
        """Mark this moment with a letter."""
        self.stopping.ask_mark(self.stopping.set_mark, "Mark this moment with the letter:")

    def action_to_mark(self) -> None:
        """Go to a moment that was marked."""
        known = ", ".join(sorted(self.stopping.places.marks)) or "none yet"
        question = f"Go to the mark ({known}):"
        self.stopping.ask_mark(lambda letter: self._say(self.stopping.go_to_mark(letter)), question)

    def _say(self, message: str) -> None:
        if message:
            self.notify(message, markup=False)

    def action_interrupt(self) -> None:
        """Interrupt long work, or leave a line that was stepped into."""
        if self.watching.is_computing:
            self.watching.give_up()
        self.session.interrupt()
        if self.view.inside is not None:
            self._show(inside=None)

    def action_go_to(self) -> None:
        """Ask for an iteration and go there."""
        program = self.session.timeline.program
        last = program.iterations - 1

        def wrong(answer: str) -> str:
            valid = answer.strip().isdecimal() and int(answer) <= last
            return "" if valid else f"Write a whole number from 0 to {last}."

        def go(answer: str | None) -> None:
            if answer is not None:
                self._to(lambda time: moves.same_line_at(program, time, int(answer)))

        self.app.push_screen(Prompt(f"Go to iteration (0 to {last}):", wrong), go)

    def on_program_pane_line_chosen(self, message: ProgramPane.LineChosen) -> None:
        """Go to the line that was clicked, in this iteration."""
        self._to_line(message.index)

    def _to_line(self, index: int) -> None:
        lines = len(self.session.timeline.program.lines)
        self._to(lambda time: max(time - 1, 0) // lines * lines + index + 1)

    # selecting and showing

    def action_cell(self, rows: int, columns: int) -> None:
        """Move the selected cell, or in the chain rule the chosen factor."""
        if rows and self._is_active("stops"):
            self.stopping.choose(rows)
            self._show()
            return
        if rows and self._is_active("chain"):
            last = max(len(self.view.chain) - 1, 0)
            self._show(factor=min(max(self.view.pointed + rows, 0), last))
            return
        if self._is_active("time"):
            self._along(rows, columns)
            return
        self._select(self.view.moved(rows, columns))

    def action_matrix(self, step: int) -> None:
        """Select the next or the previous matrix of the line."""
        self._show(selection=self.view.next_operand(step))

    def on_matrices_pane_cell_chosen(self, message: MatricesPane.CellChosen) -> None:
        """Select the cell that was clicked."""
        self._select(message.selection)

    def _select(self, selection: Selection) -> None:
        """Select a cell; inside a line, a cell of the result is gone to."""
        view = replace(self.view, selection=selection)
        if view.inside is None or view.selected is not view.operands[-1]:
            self._show(selection=selection)
        else:
            self._enter(self._walk_of_line().first_of(view.cell))

    # time as an axis: `Watching` knows what is followed

    def _along(self, curves: int, columns: int) -> None:
        """Choose another curve, or go along the axis."""
        if curves:
            self.watching.choose(curves)
            self._show()
        else:
            self.action_scrub(columns)

    def action_scrub(self, columns: int) -> None:
        """Go some columns of the plot further in time, or back."""
        self.watching.scrub(self.query_one(TimePane).axis, columns)

    def on_time_pane_iteration_chosen(self, message: TimePane.IterationChosen) -> None:
        """Go to the iteration that was pointed at."""
        self.watching.go_to(message.iteration)

    def action_follow(self) -> None:
        """Ask for a number to follow through time."""
        self.watching.ask()

    def action_memory(self) -> None:
        """Ask how much the history may hold."""
        ask_memory(self)

    def action_listing(self) -> None:
        """Show the source of the run loop."""
        self.app.push_screen(ListingScreen(self.session.timeline.program))

    # the chain rule

    def action_parameter(self, step: int) -> None:
        """Show the chain rule of the next or the previous parameter."""
        names, shown = parameters(self.session.timeline.program), self.view.differentiated
        if not names:
            self.notify("No line of this program is a gradient by a parameter.")
            return
        at = names.index(shown) + step if shown in names else min(step, 0)
        self._show(parameter=names[at % len(names)], factor=None)
        self.action_pane("chain")

    def action_here(self) -> None:
        """Come back from a walk along the dataflow, and to the current line's chain rule."""
        self.stopping.go_home()
        self._show(parameter="", factor=None)

    def action_factor_line(self) -> None:
        """Go to the line that multiplies the chosen factor in; from there to its forward line."""
        view = self.view
        if self._is_active("stops"):
            self.stopping.ask(edit=True)
            return
        if self.session.busy or not view.chain or not self._is_active("chain"):
            return
        at, factor = view.pointed, view.chain[view.pointed]
        here = view.frame.index == factor.backward
        if view.differentiated:
            self._show(parameter=view.differentiated)
            self._then = lambda: self._show(factor=at)
        self._to_line(factor.forward if here else factor.backward)

    def on_chain_pane_factor_chosen(self, message: ChainPane.FactorChosen) -> None:
        """Choose the factor that was clicked."""
        self._activate("chain")
        self._show(factor=message.place)

    def action_pane(self, name: str) -> None:
        """Choose a pane: on a narrow screen it is the one that is shown beside the program."""
        self._activate(name)
        self.call_after_refresh(self._show)

    def _activate(self, name: str) -> None:
        for pane in self.query(Pane):
            pane.set_class(pane.id == name, "-active")
        self.set_class(name == "chain", "-chain")  # a long product gets more room while it is read
        self.set_class(name == "time", "-axis")  # and so do several curves
        if name in SHARED:
            for other in SHARED:
                self.set_class(name == other, f"-{other}")
        if name in ("variables", "health"):  # where room is short, they share one place
            self.set_class(name == "health", "-health")

    def _is_active(self, name: str) -> bool:
        return self.query_one(f"#{name}").has_class("-active")

    def action_zoom(self) -> None:
        """Give the chosen pane the whole screen, or take it back."""
        if self.maximized:
            self.minimize()
        else:
            self.maximize(self.query_one(".-active"))
        self.call_after_refresh(self._show)

    def action_mathematics(self) -> None:
        """Write the lines as mathematics, or as NumPy."""
        self._show(mathematics=not self.view.mathematics)

    def action_check_line(self) -> None:
        """Check the gradient of the current line."""
        self._say(self.checking.line())

    def action_check_all(self) -> None:
        """Check every gradient and update of this iteration."""
        self._say(self.checking.everything())

    def action_check_cell(self) -> None:
        """Check the selected cell of a gradient over many step sizes."""
        self._say(self.checking.cell())

    def action_words(self) -> None:
        """Tell each line in a sentence, or not."""
        self._show(words=not self.view.words)
        self.call_after_refresh(self._show)

    def action_logarithmic(self) -> None:
        """Plot curves on a logarithmic scale, or a linear one."""
        self._show(logarithmic=not self.view.logarithmic)

    def action_scroll(self, pages: int) -> None:
        """Scroll the chosen pane; in the matrices the selected cell moves a page."""
        pane = self.query_one(".-active", Pane)
        if isinstance(pane, MatricesPane):
            self.action_cell(pages * max(1, pane.size.height - 6), 0)
        else:
            pane.scroll_relative(y=pages * max(1, pane.size.height - 2), animate=False)

    def action_help(self) -> None:
        """Explain the screen, its keys and its words."""
        self.app.push_screen(HelpScreen(self.session.timeline.program))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what is not possible now."""
        if action == "interrupt":
            return bool(self.session.busy) or self.view.inside is not None
        return True
