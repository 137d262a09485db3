"""Stops: the list of them, and the searches and runs that they end."""

from msgspec.structs import replace

from nnscope.engine.find.search import Found
from nnscope.engine.find.stops import Stop, line_stop
from nnscope.expression.errors import ExpressionError
from nnscope.insight.explain.nonfinite import first_nonfinite_cell, nonfinite_words
from nnscope.insight.stop_text import HINT, read_stop, stops_of, written
from nnscope.program.model import Program
from nnscope.tui.control.bookmarks import Bookmarks
from nnscope.tui.control.command import key, meaning
from nnscope.tui.control.inspect import Inspect
from nnscope.tui.control.job import Job, JobKind, Outcome
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.work import Work
from nnscope.tui.panes.stops import StopsPane
from nnscope.tui.view import StopList


class Stops:
    """Keeps the stops of one debugger, and goes to where they hold."""

    def __init__(self, stage: Stage, work: Work, inspect: Inspect, bookmarks: Bookmarks) -> None:
        self._stage = stage
        self._work = work
        self._inspect = inspect
        self._bookmarks = bookmarks
        self.shown = StopList(tuple(stops_of(self._program)))

    @property
    def _program(self) -> Program:
        return self._stage.worker.program

    def _show(self, stops: tuple[Stop, ...], chosen: int) -> None:
        chosen = min(max(chosen, 0), max(len(stops) - 1, 0))
        self.shown = replace(self.shown, stops=stops, chosen=chosen)
        self._stage.refresh_view()

    # the list

    @key("stop.line", "b", "stop here", "put a stop on the current line, or take it away")
    def toggle_line(self) -> None:
        """Put a breakpoint on the current line, or take it away."""
        frame, stops = self._stage.view.frame, self.shown.stops
        line = frame.program.lines[max(frame.index, 0)].target
        others = tuple(stop for stop in stops if not (stop.is_breakpoint and stop.line == line))
        if len(others) == len(stops):
            self._show((*stops, line_stop(line)), len(stops))
        else:
            self._show(others, self.shown.chosen)

    @key("stop.condition", "B", "stop when", "add a stop on a condition")
    def ask(self) -> None:
        """Ask for a stop and add it."""
        self._ask(None)

    @meaning("stop.change")
    def change(self) -> None:
        """Ask for a stop to put in the place of the chosen one."""
        self._ask(self.shown.chosen if self.shown.stops else None)

    def _ask(self, place: int | None) -> None:
        def wrong(answer: str) -> str:
            try:
                read_stop(self._program, answer)
            except ExpressionError as error:
                return str(error)
            return ""

        def take(answer: str) -> None:
            stop, stops = read_stop(self._program, answer), self.shown.stops
            if place is None:
                self._show((*stops, stop), len(stops))
            else:
                stop = replace(stop, enabled=stops[place].enabled)
                self._show((*stops[:place], stop, *stops[place + 1 :]), place)
            self._stage.tell(f"Stop: {stop.told(self._program)}")

        text = "" if place is None else written(self._program, self.shown.stops[place])
        self._stage.ask(f"Stop when:   {HINT}", wrong, take, text)

    @meaning("stop.up", -1)
    @meaning("stop.down", 1)
    def choose(self, step: int) -> None:
        """Choose the next or the previous stop of the list."""
        self._show(self.shown.stops, self.shown.chosen + step)

    # going

    @key("stop.next", "c", "continue", "go to the next stop", True, waits=True)
    @key("stop.back", "C", "continue back", "go back to the last stop", False, waits=True)
    def search(self, forwards: bool) -> None:
        """Go to the next stop, or back to the last one."""
        if not self.shown.stops:
            self._stage.tell(
                "There are no stops: <stop.line> sets one on this line, <stop.condition> asks for "
                "a condition."
            )
            return
        worker, stops = self._stage.worker, self.shown.stops
        way = "forwards" if forwards else "backwards"
        self._set_out()
        job = Job(JobKind.SEARCHING, f"searching {way}")
        self._work.begin(job, lambda: worker.search(stops, forwards), self._arrived)

    def run(self) -> None:
        """Run fast, to a stop or the end."""
        worker, stops = self._stage.worker, self.shown.stops
        self._set_out()
        job = Job(JobKind.RUNNING, "running")
        self._work.begin(job, lambda: worker.run(stops), self._arrived)

    @key("stop.switch", "space", "stop on/off", "switch the chosen stop on or off")
    def switch(self) -> None:
        """Switch the chosen stop on or off."""
        stops, place = self.shown.stops, self.shown.chosen
        if stops:
            self._show((*stops[:place], stops[place].toggled(), *stops[place + 1 :]), place)

    @key("stop.delete", "delete", "delete stop", "remove the chosen stop, or the chosen curve")
    def delete(self) -> None:
        """Remove the chosen stop."""
        stops, place = self.shown.stops, self.shown.chosen
        self._show((*stops[:place], *stops[place + 1 :]), place)

    def _set_out(self) -> None:
        self._bookmarks.leave(self._stage.view.frame.time)
        self.shown = replace(self.shown, arrival="")

    def _arrived(self, outcome: Outcome) -> str:
        """Say why a search has ended where it has, where that cannot be read in the pane."""
        if outcome.found is None:
            return ""
        self.shown = replace(self.shown, arrival=self._reason(outcome.found))
        return "" if self._stage.pane(StopsPane).display else self.shown.arrival

    def _reason(self, found: Found) -> str:
        """Say why the search has ended where it has; a bad number is selected."""
        frame = self._stage.view.frame
        if found.bad and (cell := first_nonfinite_cell(frame)) is not None:
            self._inspect.select_result(cell)
            return nonfinite_words(frame, cell)
        if found.stop is not None:
            self._bookmarks.stopped.add(found.time)
            return f"Stopped: {found.stop.told(self._program)}."
        end = "end of the run" if found.time else "start"
        return f"No stop was reached; this is the {end}."

    def move_to(self, new: Program) -> list[str]:
        """Put the stops into another program; give those that do not fit there."""
        kept, lost = list[Stop](), list[str]()
        for stop in self.shown.stops:
            found = _moved(self._program, new, stop)
            if found is None:
                lost.append(stop.told(self._program))
            else:
                kept.append(found)
        chosen = min(self.shown.chosen, max(len(kept) - 1, 0))
        self.shown = replace(self.shown, stops=tuple(kept), chosen=chosen)
        return lost

    def forget_findings(self) -> None:
        """Drop what searches found: the program is another one now."""
        self._bookmarks.stopped.clear()
        self.shown = replace(self.shown, arrival="")


def _moved(old: Program, new: Program, stop: Stop) -> Stop | None:
    """Give a stop as it is in another program; None where it can't be there."""
    if stop.is_breakpoint:
        is_there = any(stop.line in form.line_of for form in new.forms)
        return replace(stop, text="") if is_there else None
    try:
        return replace(read_stop(new, written(old, stop)), enabled=stop.enabled)
    except ExpressionError:
        return None
