"""A run behind the screen: long work goes on in a thread, and the screen pulls frames from it."""

import threading
import time as clock
from collections.abc import Callable, Sequence
from contextlib import suppress

from nnscope.engine.find.search import Found, Search
from nnscope.engine.find.stops import Stop
from nnscope.engine.frame import Frame
from nnscope.engine.keep.history import Interrupted, KeepGoing
from nnscope.engine.run.loop import Probe
from nnscope.engine.timeline import Timeline
from nnscope.engine.watch import Watched, probe
from nnscope.expression.errors import ExpressionError
from nnscope.insight.norms import squares
from nnscope.program.model import Program

FRAME_SECONDS = 0.03


class Session:
    """A timeline that one thread at a time moves.

    While `busy` says what is going on, only the working thread touches the timeline; everybody else
    looks at `frame`, the newest one. It is the screen's own thread that ends the work, with
    `finish`; then `error` tells what went wrong, empty if nothing did, `found` where a search has
    ended, and `interrupted_at` the iteration at which the work was interrupted.
    """

    def __init__(self, program: Program, memory: int | None = None) -> None:
        self.timeline = Timeline(program, memory, squares(program))
        self.frame: Frame = self.timeline.frame()
        self.watched = Watched(self.timeline.history)
        self.busy = ""
        self.error = ""
        self.found: Found | None = None
        self.interrupted_at: int | None = None
        self._stop = threading.Event()
        self._reached = 0  # the iteration that long work has come to

    def edited(self, program: Program) -> "Session":
        """Begin a run of another form of the program; what fits it is followed as before."""
        other = Session(program, self.timeline.history.cap)
        for curve in self.watched.curves:
            with suppress(ExpressionError):
                other.watched.add(probe(program, curve.text))
        self.timeline.history.loops.close()
        return other

    def is_quick(self, time: int) -> bool:
        """Tell whether going to a moment takes a few milliseconds at most."""
        return self.timeline.replays(time) <= self.timeline.history.quick + 2

    def go(self, time: int) -> None:
        """Go to a moment; interrupted, the timeline stays where it was."""
        self._guarded(lambda: self.timeline.seek(time, self._keep_going))

    @property
    def held(self) -> int:
        """The bytes that the history and the curves hold."""
        return self.frame.memory + self.watched.bytes

    def follow(self, new: Probe) -> None:
        """Follow one more number, from the first iteration on."""
        self.watched.add(new)
        self.catch_up()

    def forget(self, place: int) -> None:
        """Follow a number no longer."""
        self._guarded(lambda: self.watched.remove(place))

    def catch_up(self) -> None:
        """Compute what the curves lack; interrupted, they stay as far as they came."""
        self._guarded(lambda: self.watched.extend(self._keep_going))

    def resize(self, cap: int) -> None:
        """Set the bytes that the history may hold."""
        self._guarded(lambda: self.timeline.history.resize(cap))

    def start(self, what: str) -> None:
        """Say that long work begins; the thread that does it is started next."""
        self._stop.clear()
        self.busy = what

    def finish(self) -> None:
        """Say that the work has ended."""
        self.busy = ""

    def interrupt(self) -> None:
        """Ask the working thread to stop as soon as it can."""
        self._stop.set()

    def compute(self, work: Callable[[KeepGoing], None]) -> None:
        """Do long work that does not move the timeline; it asks whether to go on."""
        self._guarded(lambda: work(self._keep_going))

    def search(self, stops: Sequence[Stop], forwards: bool) -> None:
        """Go to where a stop holds; interrupted, stay where we were."""
        self._guarded(lambda: self._search(stops, forwards))

    def _search(self, stops: Sequence[Stop], forwards: bool) -> None:
        timeline = self.timeline
        way = timeline.search_forwards if forwards else timeline.search_backwards
        self.found = way(stops, self._keep_going)

    def run(self, stops: Sequence[Stop]) -> None:
        """Run fast until a stop, a first nan or inf, or an interruption; leave frames behind."""
        self._guarded(lambda: self._run(stops))

    def _run(self, stops: Sequence[Stop]) -> None:
        timeline, chunk = self.timeline, 1
        search = Search(timeline.history, stops, self._keep_going) if stops else None
        lines = len(timeline.program.lines)
        while timeline.time < timeline.length and not self._stop.is_set():
            started = clock.perf_counter()
            upto = min(timeline.time + chunk * lines, timeline.length)
            go = self._keep_going
            found = timeline.advance(search, upto) if search else timeline.run(upto, go)
            self.frame = timeline.frame()
            if found.stop is not None or found.bad:
                self.found = found
                return
            self.watched.extend(self._keep_going)
            spent = max(clock.perf_counter() - started, 1e-6)
            chunk = max(1, round(chunk * min(2.0, max(0.5, FRAME_SECONDS / spent))))

    def _guarded(self, work: Callable[[], None]) -> None:
        self.error, self.found, self.interrupted_at = "", None, None
        if not self.busy:  # quick work: what was asked to stop has ended long ago
            self._stop.clear()
        try:
            work()
        except Interrupted:
            self.interrupted_at = self._reached
        except ExpressionError as error:
            self.error = str(error)
        except MemoryError:
            self.error = "there is not enough memory for this"
        except Exception as error:  # the debugger must not stay locked, whatever it was
            self.error = f"a mistake of nnscope itself, please report it: {error!r}"
        self.frame = self.timeline.frame()

    def _keep_going(self, iteration: int) -> bool:
        self._reached = iteration
        if self.busy and not self.busy.startswith("running"):
            head = self.busy.partition(", ")[0]
            self.busy = f"{head}, at {iteration}"
        return not self._stop.is_set()
