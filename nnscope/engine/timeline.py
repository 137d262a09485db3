"""Time: a run as a row of moments that can be walked in both directions.

A moment is the number of lines that have run since the start. What holds at a moment depends on
that number alone, so stepping, going back, seeking and running agree bit for bit.
"""

from collections.abc import Iterator

import numpy as np

from nnscope.engine.history import History, KeepGoing, always
from nnscope.engine.machine import Recording
from nnscope.engine.model import Event, Frame
from nnscope.expression.evaluate import Value
from nnscope.program.model import Program

MEMORY = 256 * 2**20
"""The bytes that a timeline may keep above the program's own values, unless told otherwise."""


class Timeline:
    """A run of a program, standing at one moment of it."""

    def __init__(self, program: Program, memory: int = MEMORY) -> None:
        self.program = program
        self.history = History(program, memory)
        self.time = 0
        self._lines = len(program.lines)
        self.length = self._lines * program.iterations
        self._recording = self.history.opened(0)
        self._values: dict[str, Value] = {**program.constants, **program.parameters}
        self._previous: Value | None = None

    @property
    def iteration(self) -> int:
        """The iteration of the line that ran last; 0 at the start."""
        return place(self.time, self._lines)[0]

    def frame(self) -> Frame:
        """Freeze this moment for the screen."""
        iteration, index = place(self.time, self._lines)
        starts = dict(zip(self.program.carried, self._recording.start, strict=True))
        return Frame(self.program, self.time, iteration, index, dict(self._values), self._previous,
                     starts, self.history.costs.known(), self.history.bytes)  # fmt: skip

    def step(self) -> Event:
        """Run the next line.

        Raises `IndexError` at the end of the run, and `ExpressionError` for what can't be computed.
        """
        if self.time >= self.length:
            raise IndexError("the run has ended")
        with np.errstate(all="ignore"):
            return self._step()

    def events(self, count: int | None = None) -> Iterator[Event]:
        """Run lines and yield an event for each: `count` of them, or all up to the end."""
        last = self.length if count is None else min(self.length, self.time + count)
        while self.time < last:
            yield self.step()

    def back(self) -> None:
        """Undo the last line; at the start nothing happens."""
        self.seek(self.time - 1)

    def seek(self, time: int, keep_going: KeepGoing = always) -> None:
        """Go to a moment, forwards or backwards, replaying what is not kept.

        A `time` outside the run means its nearer end. Raises `Interrupted` when `keep_going` says
        so; the timeline then stays where it was.
        """
        time = min(max(time, 0), self.length)
        if not self.is_near(time):
            self._jump(time, keep_going)
        with np.errstate(all="ignore"):
            while self.time < time:
                self._step()

    def is_near(self, time: int) -> bool:
        """Tell whether a moment is reached by running single lines from here, without replay."""
        return 0 <= time - self.time <= self._lines

    def replays(self, time: int) -> int:
        """Count the iterations that a seek has to run again, at most."""
        if self.is_near(time):
            return 0
        iteration = place(min(max(time, 0), self.length), self._lines)[0]
        return self.history.replays(max(0, iteration - 1)) + 2

    def _step(self) -> Event:
        iteration, index = divmod(self.time, self._lines)
        if index == 0 and iteration != self._recording.iteration:
            self._recording = self.history.opened(iteration)
        recorded = self._recording.values
        if index == len(recorded):  # else it ran before we went back
            recorded.append(self.history.machine.run_line(index, self._values))
            self._note_cost(iteration, index, recorded[index])
        line, value = self.program.lines[index], recorded[index]
        self._previous = self._values.get(line.target)
        self._values[line.target] = value
        self.time += 1
        return Event(iteration, index, line, value, self._previous)

    def _note_cost(self, iteration: int, index: int, value: Value) -> None:
        if self.program.lines[index].target == self.program.cost:
            self.history.costs.put(iteration, float(value))

    def _jump(self, time: int, keep_going: KeepGoing) -> None:
        """Go to the last start of an iteration that is not after `time`, and up to there."""
        iteration, index = place(time, self._lines)
        with np.errstate(all="ignore"):
            before = self.history.recorded(iteration - 1, keep_going) if iteration else None
            self._recording = self.history.opened(iteration, keep_going)
        self._values = {**self.program.constants, **self.program.parameters}
        self._previous = None
        if before is not None:
            self._values |= self._named(before)
        self.time = iteration * self._lines
        self._replay(min(index + 1, len(self._recording.values)))

    def _replay(self, count: int) -> None:
        """Put the first values of this iteration back without computing them again."""
        for line, value in zip(self.program.lines[:count], self._recording.values, strict=False):
            self._previous = self._values.get(line.target)
            self._values[line.target] = value
        self.time += count

    def _named(self, recording: Recording) -> dict[str, Value]:
        targets = (line.target for line in self.program.lines)
        return dict(zip(targets, recording.values, strict=True))


def place(time: int, lines: int) -> tuple[int, int]:
    """Split a moment into the iteration and the index of the line that ran last.

    At the start no line has run: iteration 0, index -1.
    """
    return divmod(time - 1, lines) if time else (0, -1)
