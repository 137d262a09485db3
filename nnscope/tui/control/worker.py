"""A run behind the screen: one thread at a time moves the timeline, the screen pulls frames."""

import threading
import time as clock
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TypeVar

from msgspec.structs import replace

from nnscope.engine.find.search import Found, Search
from nnscope.engine.find.stops import Stop
from nnscope.engine.frame import Frame
from nnscope.engine.keep.history import Interrupted, KeepGoing
from nnscope.engine.run.loop import Probe
from nnscope.engine.timeline import Timeline
from nnscope.engine.watch import Watched, probe
from nnscope.expression.errors import ExpressionError
from nnscope.insight.health.norms import squares
from nnscope.program.model import Program
from nnscope.tui.control.job import Job, Outcome

FRAME_SECONDS = 0.03
Result = TypeVar("Result")


class Worker:
    """A timeline that one thread at a time moves, and what is followed along it.

    While there is a `job`, only the background thread touches the timeline; everybody else looks at
    `frame`, the newest one. The methods that work give the `Outcome`; they touch no widget, and the
    results of a computation wait here until the screen's own thread takes them with `deliver`.
    """

    def __init__(self, program: Program, memory: int | None = None) -> None:
        self.timeline = Timeline(program, memory, squares(program))
        self.watched = Watched(self.timeline.history)
        self.frame: Frame = self.timeline.frame()
        self.job: Job | None = None
        self._stop = threading.Event()
        self._reached = 0  # the iteration that long work has come to
        self._kept = self.frame.memory
        self._results: SimpleQueue[Callable[[], None]] = SimpleQueue()

    @property
    def program(self) -> Program:
        """The program that runs."""
        return self.timeline.program

    @property
    def held(self) -> int:
        """The bytes that the history and the curves hold."""
        return self._kept + self.watched.bytes

    # on the screen's thread

    def edit(self, program: Program) -> None:
        """Begin a run of another form of the program; what fits it is followed as before."""
        self.go_on_with(self.prepared(program))

    def prepared(self, program: Program) -> Timeline:
        """Give a timeline of another form of the program, at its start."""
        return Timeline(program, self.timeline.history.cap, squares(program))

    def go_on_with(self, timeline: Timeline) -> None:
        """Take another timeline; what fits it is followed as before."""
        old, curves = self.timeline.history, self.watched.curves
        watched = Watched(timeline.history)
        for curve in curves:
            with suppress(ExpressionError):
                watched.add(probe(timeline.program, curve.text))
        self.timeline, self.watched = timeline, watched
        self._take_frame()
        old.loops.close()

    def is_quick(self, time: int) -> bool:
        """Tell whether going to a moment takes a few milliseconds at most."""
        return self.timeline.replays(time) <= self.timeline.history.quick + 2

    def start(self, job: Job) -> None:
        """Say that long work begins; the thread that does it is started next."""
        self._stop.clear()
        self.job = job

    def finish(self) -> Job | None:
        """Say that the work has ended, and give what it was; None for quick work."""
        job, self.job = self.job, None
        return job

    def interrupt(self) -> None:
        """Ask the background thread to stop as soon as it can."""
        self._stop.set()

    def deliver(self) -> None:
        """Hand over what computations have found since the last time."""
        with suppress(Empty):
            while True:
                self._results.get_nowait()()

    # work, on the screen's thread where it is quick, else in the background

    def go(self, time: int) -> Outcome:
        """Go to a moment; interrupted, the timeline stays where it was."""
        return self._moved(lambda: self.timeline.seek(time, self._keep_going))

    def search(self, stops: Sequence[Stop], forwards: bool) -> Outcome:
        """Go to where a stop holds; interrupted, stay where we were."""
        way = self.timeline.search_forwards if forwards else self.timeline.search_backwards
        return self._moved(lambda: way(stops, self._keep_going))

    def run(self, stops: Sequence[Stop]) -> Outcome:
        """Run fast until a stop, a first nan or inf, or an interruption; leave frames behind."""
        return self._moved(lambda: self._run(stops))

    def resize(self, cap: int) -> Outcome:
        """Set the bytes that the history may hold."""
        return self._moved(lambda: self.timeline.history.resize(cap))

    def follow(self, new: Probe) -> Outcome:
        """Follow one more number, from the first iteration on."""

        def follow() -> None:
            self.watched.add(new)
            self.watched.extend(self._keep_going)

        return self._guarded(follow)

    def forget(self, place: int) -> Outcome:
        """Follow a number no longer."""
        return self._guarded(lambda: self.watched.remove(place))

    def catch_up(self) -> Outcome:
        """Compute what the curves lack; interrupted, they stay as far as they came."""
        return self._guarded(lambda: self.watched.extend(self._keep_going))

    def compute(
        self, work: Callable[[KeepGoing], Iterator[Result]], take: Callable[[Result], None]
    ) -> Outcome:
        """Do work that does not move the timeline, and hand each of its results to `take`.

        `work` is given what to ask whether to go on. `take` runs on the screen's thread.
        """

        def compute() -> None:
            for result in work(self._keep_going):
                self._results.put(partial(take, result))

        return self._guarded(compute)

    def _run(self, stops: Sequence[Stop]) -> Found | None:
        timeline, chunk = self.timeline, 1
        search = Search(timeline.history, stops, self._keep_going) if stops else None
        go = self._keep_going
        lines = len(timeline.program.lines)
        while timeline.time < timeline.length and not self._stop.is_set():
            started = clock.perf_counter()
            upto = min(timeline.time + chunk * lines, timeline.length)
            found = timeline.advance(search, upto) if search else timeline.run(upto, go)
            self._take_frame()
            if found.stop is not None or found.bad:
                return found
            self.watched.extend(self._keep_going)
            spent = max(clock.perf_counter() - started, 1e-6)
            chunk = max(1, round(chunk * min(2.0, max(0.5, FRAME_SECONDS / spent))))
        return None

    def _moved(self, work: Callable[[], Found | None]) -> Outcome:
        """Do work that may move the timeline, or change what it keeps."""
        outcome = self._guarded(work)
        self._take_frame()
        return outcome

    def _take_frame(self) -> None:
        self.frame = self.timeline.frame()
        self._kept = self.frame.memory

    def _guarded(self, work: Callable[[], Found | None]) -> Outcome:
        if self.job is None:  # quick work: what was asked to stop has ended long ago
            self._stop.clear()
        try:
            return Outcome(found=work())
        except Interrupted:
            return Outcome(interrupted_at=self._reached)
        except ExpressionError as error:
            return Outcome(error=str(error))
        except MemoryError:
            return Outcome(error="there is not enough memory for this")
        except Exception as error:  # the debugger must not stay locked, whatever it was
            return Outcome(error=f"a mistake of nnscope itself, please report it: {error!r}")
        finally:
            self._kept = self.timeline.history.bytes

    def _keep_going(self, iteration: int) -> bool:
        self._reached = iteration
        if self.job is not None:
            self.job = replace(self.job, reached=iteration)
        return not self._stop.is_set()
