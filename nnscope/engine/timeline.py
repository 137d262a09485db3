"""Time: a run as a row of moments that can be walked in both directions.

A moment is the number of lines that have run since the start. What holds at a moment depends on
that number alone, so stepping, going back, seeking and running agree bit for bit.
"""

from collections.abc import Iterator, Sequence

from nnscope.engine.history import History, KeepGoing, always
from nnscope.engine.machine import Recording
from nnscope.engine.model import Event, Frame
from nnscope.engine.search import Found, Search
from nnscope.engine.stepper import stepper
from nnscope.engine.stops import Stop
from nnscope.expression.evaluate import Value
from nnscope.program.model import Program

MEMORY = 256 * 2**20
"""The bytes that a timeline may keep above the program's own values, unless told otherwise."""


class Timeline:
    """A run of a program, standing at one moment of it.

    `time` is that moment, `length` the last one. `memory` is the cap in bytes, by default the one
    that the scenario sets.
    """

    def __init__(self, program: Program, memory: int | None = None) -> None:
        self.program = program
        self.history = History(program, memory or program.scenario.memory or MEMORY)
        self.time = 0
        self._lines = len(program.lines)
        self._next = 0
        self._stepper = stepper(program, self.history.costs.put)
        self._ahead: Iterator[Event] | None = None
        self._cost_index = program.line_of[program.cost] if program.cost else -1
        self.length = self._lines * program.iterations
        self._values: dict[str, Value] = {**program.constants, **program.parameters}
        self._enter(self.history.opened(0))

    @property
    def iteration(self) -> int:
        """The iteration of the line that ran last; 0 at the start."""
        return place(self.time, self._lines)[0]

    def frame(self) -> Frame:
        """Freeze this moment for the screen."""
        iteration, index = place(self.time, self._lines)
        before = self._befores[-1] if self._befores else None
        costs = self.history.costs.known()
        return Frame(self.program, self.time, iteration, index, dict(self._values), before,
                     self._recording.start, costs, self.history.bytes)  # fmt: skip

    def step(self) -> Event:
        """Run the next line.

        Raises `IndexError` at the end of the run, and `ExpressionError` for what can't be computed.
        """
        if self.time >= self.length:
            raise IndexError("the run has ended")
        return self.history.quiet.run(self._step)

    def events(self, count: int | None = None) -> Iterator[Event]:
        """Run lines and yield an event for each: `count` of them, or all up to the end."""
        last = self.length if count is None else min(self.length, self.time + count)
        run = self.history.quiet.run
        while self.time < last:
            yield run(self._step)
            # the rest of an iteration that has not run before: nothing to ask, only to go on
            while self._ahead is not None and self._next < self._lines and self.time < last:
                try:
                    event = run(next, self._ahead)
                except (ArithmeticError, TypeError, ValueError) as error:
                    raise self.history.machine.failed(self._next, error) from None
                self._next += 1
                self.time += 1
                yield event

    def back(self) -> None:
        """Undo the last line; at the start nothing happens."""
        self.seek(self.time - 1)

    def seek(self, time: int, keep_going: KeepGoing = always) -> None:
        """Go to a moment, forwards or backwards, replaying what is not kept.

        A `time` outside the run means its nearer end. Raises `Interrupted` when `keep_going` says
        so; the timeline then stays where it was.
        """
        time = min(max(time, 0), self.length)
        if 0 <= self.time - time <= self._next:
            self._undo(self.time - time)
        elif not self.is_near(time):
            self._jump(time, keep_going)
        while self.time < time:
            self.history.quiet.run(self._step)

    def search_forwards(self, stops: Sequence[Stop], keep_going: KeepGoing = always) -> Found:
        """Go to the next moment at which a stop holds, or to the end of the run.

        A line that makes the first nan or inf of the run halts it too, once. Raises `Interrupted`
        when `keep_going` says so, and `ExpressionError` for a stop that can't be tested.
        """
        return self.advance(Search(self.history, stops), self.length, keep_going)

    def advance(self, search: Search, upto: int, keep_going: KeepGoing = always) -> Found:
        """Go on with a search that counts its hits, to its next stop or to `upto`."""
        self._ahead = None  # a search may complete the recording of this iteration
        found = search.forwards(self.time, min(upto, self.length), keep_going)
        self.seek(found.time, keep_going)
        return found

    def search_backwards(self, stops: Sequence[Stop], keep_going: KeepGoing = always) -> Found:
        """Go to the last moment before this one at which a stop held, or to the start."""
        self._ahead = None
        found = Search(self.history, stops).backwards(self.time, keep_going)
        self.seek(found.time, keep_going)
        return found

    def is_near(self, time: int) -> bool:
        """Tell whether a moment is reached from here without running an iteration again."""
        return bool(-self._next <= time - self.time <= self._lines)

    def replays(self, time: int) -> int:
        """Count the iterations that a seek has to run again, at most."""
        time = min(max(time, 0), self.length)
        if self.is_near(time):
            return 0
        iteration = place(time, self._lines)[0]
        return self.history.replays(max(0, iteration - 1)) + 2

    def _step(self) -> Event:
        """Run the next line, or take its value from the recording if it ran before."""
        if self._next == self._lines:
            self._enter(self.history.opened(self._recording.iteration + 1))
        index = self._next
        if self._ahead is None:
            event = self._again(index)
        else:
            try:
                event = next(self._ahead)
            except (ArithmeticError, TypeError, ValueError) as error:
                raise self.history.machine.failed(index, error) from None
        self._next = index + 1
        self.time += 1
        return event

    def _again(self, index: int) -> Event:
        """Run a line that may have run before we went back: then its value is in the recording."""
        recorded, values = self._recording.values, self._values
        if index == len(recorded):
            recorded.append(self.history.machine.run_line(index, values))
            if index == self._cost_index:
                self.history.costs.put(self._recording.iteration, float(recorded[index]))
        line, value = self.program.lines[index], recorded[index]
        before = values.get(line.target)
        self._befores.append(before)
        values[line.target] = value
        return Event(self._recording.iteration, index, line, value, before)

    def _enter(self, recording: Recording) -> None:
        """Stand at the start of an iteration."""
        self._recording = recording
        self._next = 0
        self._befores: list[Value | None] = []  # what each target held before its line
        self._values.update(recording.start)
        self._ahead = None if recording.values else self._stepper(
            recording.iteration, self._values, recording.values, self._befores)  # fmt: skip

    def _undo(self, count: int) -> None:
        """Take lines of this iteration back; each target gets what it held before."""
        if count:
            self._ahead = None
        for _ in range(count):
            self._next -= 1
            self.time -= 1
            target, before = self.program.lines[self._next].target, self._befores.pop()
            if before is None:
                del self._values[target]
            else:
                self._values[target] = before
        if count and not self._next and self.time:  # the last line of the iteration before ran last
            self._jump(self.time, always)

    def _jump(self, time: int, keep_going: KeepGoing) -> None:
        """Go to a moment from its nearest kept state; lines that ran before are not run again."""
        iteration, index = place(time, self._lines)
        self._ahead = None  # this iteration may be completed on the way
        before = self.history.recorded(iteration - 1, keep_going) if iteration else None
        recording = self.history.opened(iteration, keep_going)
        self._values = {**self.program.constants, **self.program.parameters}
        if before is not None:
            self._values |= self.history.machine.named(before)
        self._enter(recording)
        self.time = iteration * self._lines
        for line, value in zip(self.program.lines[: index + 1], recording.values, strict=False):
            self._befores.append(self._values.get(line.target))
            self._values[line.target] = value
        self._next = len(self._befores)
        self.time += self._next
        if self._next:
            self._ahead = None


def place(time: int, lines: int) -> tuple[int, int]:
    """Split a moment into the iteration and the index of the line that ran last.

    At the start no line has run: iteration 0, index -1.
    """
    return divmod(time - 1, lines) if time else (0, -1)
