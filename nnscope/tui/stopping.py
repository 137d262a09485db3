"""The debugger's stops, marks and walks along the dataflow: what its keys do with them."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nnscope.engine.find.search import Found
from nnscope.engine.find.stops import Stop, line_stop
from nnscope.expression.errors import ExpressionError
from nnscope.insight.bad import first_bad_cell, first_bad_words
from nnscope.insight.numbers import short
from nnscope.insight.origin import origin
from nnscope.insight.stop_text import HINT, read_stop, stops_of, written
from nnscope.program.model import Program
from nnscope.tui.places import Places
from nnscope.tui.prompt import Prompt
from nnscope.tui.view import Selection

if TYPE_CHECKING:
    from nnscope.tui.stage import Stage


class Stopping:
    """Keeps the stops and the visited places of one debugger, and moves it to them."""

    def __init__(self, screen: "Stage") -> None:
        self._screen = screen
        self.stops: list[Stop] = list(stops_of(self._program))
        self.chosen = 0
        self.arrival = ""
        self.places = Places()

    @property
    def _program(self) -> Program:
        return self._screen.session.timeline.program

    # the list

    def toggle_line(self) -> None:
        """Put a breakpoint on the current line, or take it away."""
        index = max(self._screen.session.frame.index, 0)
        others = [stop for stop in self.stops if not (stop.is_breakpoint and stop.index == index)]
        if len(others) == len(self.stops):
            self._add(line_stop(index))
        else:
            self.stops = others
            self.choose(0)

    def ask(self, edit: bool = False) -> None:
        """Ask for a stop and add it, or put it in the place of the chosen one."""
        before = self.stops[self.chosen] if edit and self.stops else None

        def wrong(answer: str) -> str:
            try:
                read_stop(self._program, answer)
            except ExpressionError as error:
                return str(error)
            return ""

        def add(answer: str | None) -> None:
            if answer is None:
                return
            stop = read_stop(self._program, answer)
            if before is None:
                self._add(stop)
            else:
                self.stops[self.chosen] = replace(stop, enabled=before.enabled)
            self._screen.show_view()
            self._screen.notify(f"Stop: {stop.told(self._program)}", markup=False)

        text = written(self._program, before) if before else ""
        self._screen.app.push_screen(Prompt(f"Stop when:   {HINT}", wrong, text), add)

    def _add(self, stop: Stop) -> None:
        self.stops.append(stop)
        self.chosen = len(self.stops) - 1

    def choose(self, step: int) -> None:
        """Choose the next or the previous stop of the list."""
        self.chosen = min(max(self.chosen + step, 0), max(len(self.stops) - 1, 0))

    def switch(self) -> None:
        """Switch the chosen stop on or off."""
        if self.stops:
            self.stops[self.chosen] = self.stops[self.chosen].toggled()

    def delete(self) -> None:
        """Remove the chosen stop."""
        if self.stops:
            del self.stops[self.chosen]
            self.choose(0)

    def forget_findings(self) -> None:
        """Drop what searches found: the program is another one now."""
        self.places.stopped.clear()
        self.arrival = ""

    # going

    def search(self, forwards: bool) -> None:
        """Go to the next stop, or back to the last one."""
        session = self._screen.session
        self.places.leave(session.frame.time)
        self.arrival = ""
        way = "forwards" if forwards else "backwards"
        stops = tuple(self.stops)
        self._screen.begin(f"searching {way}", lambda: session.search(stops, forwards))

    def run(self) -> None:
        """Run fast, to a stop or the end."""
        session = self._screen.session
        self.places.leave(session.frame.time)
        self.arrival = ""
        stops = tuple(self.stops)
        self._screen.begin("running", lambda: session.run(stops))

    def arrived(self, found: Found) -> None:
        """Say why the search has ended where it has; a bad number is selected."""
        frame = self._screen.session.frame
        if found.bad and (cell := first_bad_cell(frame)) is not None:
            self.arrival = first_bad_words(frame, cell)
            self._screen.land_on(Selection(-1, *(0, 0, *cell)[-2:]))
        elif found.stop is not None:
            self.places.stopped.add(found.time)
            self.arrival = f"Stopped: {found.stop.told(self._program)}."
        else:
            end = "end of the run" if found.time else "start"
            self.arrival = f"No stop holds on this way; this is the {end}."

    def go_to_origin(self, name: str, cell: tuple[int, ...]) -> str:
        """Go to the line that last wrote a value; give a message where no line has."""
        frame = self._screen.session.frame
        found = origin(self._program, name, frame.iteration, max(frame.index, 0))
        target = found.time(len(self._program.lines))
        if target is None:
            place = f"[{', '.join(map(str, cell))}]" if cell else ""
            number = short(float(np.asarray(frame.values[name])[cell]), 7)
            return (
                f"{name}{place} = {number}: {found.words}. Tab chooses another operand, H returns."
            )
        self.places.walk(frame.time)
        self._screen.to(lambda _time: target)
        return ""

    def go_back(self) -> str:
        """Return to the place visited before."""
        time = self.places.back(self._screen.session.frame.time)
        if time is None:
            return "There is no earlier place to return to."
        self._screen.travel(time)
        return ""

    def go_home(self) -> None:
        """Return to where a walk along the dataflow began, if there is one."""
        home = self.places.come_home()
        if home is not None:
            self.places.leave(self._screen.session.frame.time)
            self._screen.travel(home)

    def ask_mark(self, then: Callable[[str], None], question: str) -> None:
        """Ask for the letter of a mark."""

        def wrong(answer: str) -> str:
            return "" if len(answer) == 1 and answer.isalpha() else "Write one letter."

        def take(answer: str | None) -> None:
            if answer is not None:
                then(answer)

        self._screen.app.push_screen(Prompt(question, wrong), take)

    def set_mark(self, letter: str) -> None:
        """Mark this moment with a letter."""
        self.places.marks[letter] = self._screen.session.frame.time

    def go_to_mark(self, letter: str) -> str:
        """Go to a marked moment."""
        known = ", ".join(sorted(self.places.marks)) or "none"
        time = self.places.marks.get(letter)
        if time is None:
            return f"There is no mark `{letter}`; marks: {known}."
        self.places.leave(self._screen.session.frame.time)
        self._screen.travel(time)
        return ""
