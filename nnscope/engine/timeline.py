"""Time: a run as a row of moments that can be walked in both directions.

A moment is the number of lines that have run since the start. What holds at a moment depends on
that number alone, so stepping, going back, seeking and running agree bit for bit.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from nnscope.engine.clock import program_clock
from nnscope.engine.find.nonfinite import Guard
from nnscope.engine.find.search import Found, Search
from nnscope.engine.find.stops import Stop
from nnscope.engine.frame import Event, Frame
from nnscope.engine.keep.frame_at import frame_of
from nnscope.engine.keep.history import History, KeepGoing, always
from nnscope.engine.run.machine import Recording
from nnscope.expression.errors import ExpressionError
from nnscope.expression.syntax import Expression
from nnscope.program.model import Program

MEMORY = 256 * 2**20
"""The bytes that a timeline may keep above the program's own values, unless told otherwise."""


class Timeline:
    """A run of a program, standing at one moment of it.

    `time` is that moment, `length` the last one, and `clock` has the arithmetic of both. `memory`
    is the cap in bytes, by default the one that its source sets. `sampled` are expressions, each of
    one number, whose values are kept for some iterations of the whole run, for curves.
    """

    def __init__(
        self, program: Program, memory: int | None = None, sampled: Sequence[Expression] = ()
    ) -> None:
        self.program = program
        self.history = History(program, memory or program.notes.memory or MEMORY, sampled)
        self.clock = program_clock(program)
        self.length = self.clock.length
        self._now = self.history.opened(0)
        self._form, self._lines = program.during(0), self.clock.lines_of(0)
        self._cost = self.history.cost_index(0)
        self._earlier: Recording | None = None  # the iteration before, complete
        self._next = 0  # the line that runs next

    @property
    def time(self) -> int:
        """The moment at which it stands: the number of lines that have run since the start."""
        return self.clock.begin(self._now.iteration) + self._next

    @property
    def iteration(self) -> int:
        """The iteration of the line that ran last; 0 at the start."""
        return self.clock.iteration(self.time)

    def frame(self) -> Frame:
        """Freeze this moment for the screen."""
        if self._next or not self._earlier:
            return frame_of(self.history, self._earlier, self._now, self._next)
        # the first line of this iteration could not be run, so the one before ran last
        lines = self.clock.lines_of(self._earlier.iteration)
        return frame_of(self.history, None, self._earlier, lines)

    def step(self) -> Event:
        """Run the next line.

        Raises `IndexError` at the end of the run, and `ExpressionError` for what can't be computed.
        """
        if self.time >= self.length:
            raise IndexError("the run has ended")
        return self.history.quiet.run(self._step)

    def events(self, count: int | None = None) -> Iterator[Event]:
        """Run lines and yield an event for each: `count` of them, or all up to the end.

        An iteration that is wanted whole is run at once, and then told line by line.
        """
        last = self.length if count is None else min(self.length, self.time + count)
        while (left := last - self.time) > 0:
            self._turn()
            now, k = self._now, self._now.iteration
            lines, cost = self._form.lines, self._cost
            if not now.values and left >= self._lines:
                with suppress(ExpressionError):  # raised again when its line comes
                    self.history.quiet.run(self.history.machine.complete, now)
            if self._next == len(now.values):
                yield self.step()
            values = now.values
            known = min(len(values), last - self.clock.begin(k))
            while (index := self._next) < known and self._now is now:
                if index == cost:
                    self.history.note_cost(now)
                self._next = index + 1
                yield Event(k, index, lines[index], values[index])

    def back(self) -> None:
        """Undo the last line; at the start nothing happens."""
        if self._next > 1:  # inside an iteration its recording has all
            self._next -= 1
        else:
            self.seek(self.time - 1)

    def seek(self, time: int, keep_going: KeepGoing = always) -> None:
        """Go to a moment, forwards or backwards, replaying what is not kept.

        A `time` outside the run means its nearer end. Raises `Interrupted` when `keep_going` says
        so; the timeline then stays where it was.
        """
        time = self.clock.inside(time)
        if not self.is_near(time):
            self._jump(time, keep_going)
        elif time < self.time:  # the values of this iteration stay in its recording
            self._next -= self.time - time
        while self.time < time:
            self.history.quiet.run(self._step)

    def run(self, upto: int, keep_going: KeepGoing = always) -> Found:
        """Run fast to a moment, or to the line that makes the first nan or inf of the run.

        Raises `Interrupted` when `keep_going` says so, and `ExpressionError` for a line that can't
        be computed; then the timeline stays where it was.
        """
        upto = max(self.time, self.clock.inside(upto))
        bad = Guard(self.history, keep_going).first_after(self.time, upto)
        found = Found(upto) if bad is None else Found(bad, bad=True)
        self.seek(found.time, keep_going)
        return found

    def search_forwards(self, stops: Sequence[Stop], keep_going: KeepGoing = always) -> Found:
        """Go to the next moment at which a stop holds, or to the end of the run.

        A line that makes the first nan or inf of the run halts it too, once. Raises `Interrupted`
        when `keep_going` says so, and `ExpressionError` for a stop that can't be tested; then the
        timeline stays where it was.
        """
        return self.advance(Search(self.history, stops, keep_going), self.length)

    def advance(self, search: Search, upto: int) -> Found:
        """Go on with a search that counts its hits, to its next stop or to `upto`.

        Raises `Interrupted` and `ExpressionError` as `search_forwards` does.
        """
        found = search.forwards(self.time, min(upto, self.length))
        self.seek(found.time, search.keep_going)
        return found

    def search_backwards(self, stops: Sequence[Stop], keep_going: KeepGoing = always) -> Found:
        """Go to the last moment before this one at which a stop held, or to the start.

        Raises `Interrupted` and `ExpressionError` as `search_forwards` does.
        """
        found = Search(self.history, stops, keep_going).backwards(self.time)
        self.seek(found.time, keep_going)
        return found

    def is_near(self, time: int) -> bool:
        """Tell whether a moment is reached from here without running an iteration again."""
        begin = self.time - self._next  # this moment is the end of the iteration before
        return begin < time <= self.time + self._lines or time == begin == 0

    def replays(self, time: int) -> int:
        """Count the iterations that a seek has to run again, at most."""
        time = self.clock.inside(time)
        if self.is_near(time):
            return 0
        iteration = self.clock.iteration(time)
        return self.history.replays(max(0, iteration - 1)) + 2

    def _turn(self) -> None:
        """Go on to the next iteration where this one has ended."""
        if self._next == self._lines:
            self._stand(self._now, self.history.following(self._now))

    def _step(self) -> Event:
        """Run the next line, or take its value from the recording if it ran before."""
        self._turn()
        if self._next == len(self._now.values):
            self.history.machine.run_next(self._now)
        now, index = self._now, self._next
        if index == self._cost:
            self.history.note_cost(now)
        self._next = index + 1
        return Event(now.iteration, index, self._form.lines[index], now.values[index])

    def _stand(self, earlier: Recording | None, now: Recording) -> None:
        """Stand at the start of an iteration."""
        self._earlier, self._now = earlier, now
        self._next = 0
        if self.program.others:
            self._form = self.program.during(now.iteration)
            self._lines = len(self._form.lines)
            self._cost = self.history.cost_index(now.iteration)

    def _jump(self, time: int, keep_going: KeepGoing) -> None:
        """Go to a moment from its nearest kept state; lines that ran before are not run again."""
        iteration, index = self.clock.place(time)
        earlier = self.history.recorded(iteration - 1, keep_going) if iteration else None
        self._stand(earlier, self.history.opened(iteration, keep_going))
        self._next = min(index + 1, len(self._now.values))
