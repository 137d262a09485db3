"""Walks along the dataflow, the trail back, and marks by letter."""

import numpy as np

from nnscope.engine.clock import program_clock
from nnscope.insight.explain.origin import origin
from nnscope.insight.explain.reads import first_reads, read_cell
from nnscope.insight.numbers import short
from nnscope.tui.control.bookmarks import Bookmarks
from nnscope.tui.control.command import key
from nnscope.tui.control.inspect import Inspect
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.travel import Travel
from nnscope.tui.view import View

Cell = tuple[int, ...]


class Walks:
    """Goes to where a value comes from, and back to places that were visited."""

    def __init__(
        self, stage: Stage, travel: Travel, inspect: Inspect, bookmarks: Bookmarks
    ) -> None:
        self._stage = stage
        self._travel = travel
        self._inspect = inspect
        self._bookmarks = bookmarks

    @key("origin", "o", "origin", "go to the line that wrote the selected value", waits=True)
    def to_origin(self) -> None:
        """Go to the cell that was selected, where a line made it; from a result, to one it reads.

        The first that a line has computed is taken, or else the first.
        """
        frame, found = self._stage.view.frame, _wanted(self._stage.view)
        program, index = frame.program, max(frame.index, 0)
        origins = [(origin(frame.whole, name, frame.iteration, index), cell)
                   for name, cell in found]  # fmt: skip
        made = (each for each in origins if each[0].line is not None)
        source, cell = next(made, origins[0])
        target = source.time(program_clock(frame.whole))
        if target is None:
            place = f"[{', '.join(map(str, cell))}]" if cell else ""
            number = short(float(np.asarray(frame.values[source.name])[cell]), 7)
            told = f"{program.spelled(source.name)}{place} = {number}: {source.words}."
            self._stage.tell(
                f"{told} <matrix.next> chooses another operand, <parameter.here> returns."
            )
            return
        self._bookmarks.walk(frame.time)
        self._travel.to(lambda _: target, arrived=lambda: self._inspect.select_result(cell))

    @key("return", "backspace", "return", "return to the place visited before", waits=True)
    def back(self) -> None:
        """Return to the place visited before."""
        time = self._bookmarks.back(self._stage.view.frame.time)
        if time is None:
            self._stage.tell("There is no earlier place to return to.")
        else:
            self._travel.go(time)

    def home(self) -> None:
        """Return to where a walk along the dataflow began, if there is one."""
        time = self._bookmarks.come_home()
        if time is not None:
            self._bookmarks.leave(self._stage.view.frame.time)
            self._travel.go(time)

    # marks

    @key("mark.set", "m", "mark", "mark this moment with a letter")
    def mark(self) -> None:
        """Mark this moment with a letter."""

        def set_mark(letter: str) -> None:
            self._bookmarks.marks[letter] = self._stage.view.frame.time

        self._stage.ask_letter("Mark this moment: press a letter.", set_mark)

    @key("mark.go", "apostrophe", "to mark", "go to a marked moment")
    def to_mark(self) -> None:
        """Ask for a mark, and go there."""
        known = ", ".join(sorted(self._bookmarks.marks))
        question = f"Go to a mark ({known or 'none yet'}): press its letter."
        self._stage.ask_letter(question, self._go_to_mark)

    def _go_to_mark(self, letter: str) -> None:
        time = self._bookmarks.marks.get(letter)
        if time is None:
            known = ", ".join(sorted(self._bookmarks.marks)) or "none"
            self._stage.tell(f"There is no mark `{letter}`; marks: {known}.")
            return
        self._bookmarks.leave(self._stage.view.frame.time)
        self._travel.go(time)


def _wanted(view: View) -> list[tuple[str, Cell]]:
    """List the names and cells that are behind the selected one: itself, or what a result reads."""
    line = view.frame.line
    if line is not None and view.is_result_selected:
        reads = first_reads(line.expression, view.cell, view.frame.program.shapes)
        if reads:
            return list(reads)
    return [read_cell(view.selected.expression, view.cell)]
