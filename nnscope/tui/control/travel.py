"""Going to a moment: to the start, the end, an iteration, a line; near ones at once."""

from collections.abc import Callable

from nnscope.digits import whole_number
from nnscope.engine.clock import program_clock
from nnscope.tui.control.bookmarks import Bookmarks
from nnscope.tui.control.command import key
from nnscope.tui.control.job import Job, JobKind, Outcome
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.work import Work


class Travel:
    """Moves the timeline for all who want to be elsewhere."""

    def __init__(self, stage: Stage, work: Work, bookmarks: Bookmarks) -> None:
        self._stage = stage
        self._work = work
        self._bookmarks = bookmarks

    @key("rewind", "home", "rewind", "go back to the start")
    def rewind(self) -> None:
        """Go back to the start."""
        self.to(lambda _time: 0)

    @key("end", "end", "end", "go to the end of the run")
    def end(self) -> None:
        """Go to the end of the run."""
        self.to(lambda _time: self._stage.worker.timeline.length)

    @key("go", "g", "go to", "go to an iteration", show=True)
    def ask(self) -> None:
        """Ask for an iteration and go there."""
        program = self._stage.worker.program
        last = program.iterations - 1

        def wrong(answer: str) -> str:
            at = whole_number(answer.strip())
            return (
                "" if at is not None and at <= last else f"Write a whole number from 0 to {last}."
            )

        def go(answer: str) -> None:
            self.to(lambda time: program_clock(program).same_line_at(time, int(answer)))

        self._stage.ask(f"Go to iteration (0 to {last}):", wrong, go)

    def to_line(self, index: int, arrived: Callable[[], None] | None = None) -> None:
        """Go to a line of this iteration."""
        clock = program_clock(self._stage.worker.program)
        self.to(lambda time: clock.moment_of(index, clock.iteration(time)), arrived=arrived)

    def to(
        self,
        moment: Callable[[int], int],
        scrubbing: bool = False,
        arrived: Callable[[], None] | None = None,
    ) -> None:
        """Go where `moment` leads from here; interrupt what is going on first.

        Where that is far, one can come back from there; `scrubbing` makes one way of many moves.
        `arrived` is called at the end of the way, before anything is painted.
        """

        def go() -> None:
            here = self._stage.view.frame.time
            time = moment(here)
            if abs(time - here) > len(self._stage.worker.program.lines):
                self._bookmarks.leave(here, scrubbing)
            self.go(time, arrived)

        self._work.when_idle(go)

    def go(self, time: int, arrived: Callable[[], None] | None = None) -> None:
        """Go to a moment, behind the screen where that takes a while."""

        def ended(outcome: Outcome) -> str:
            if outcome.is_complete and arrived:
                arrived()
            return ""

        def set_out() -> None:
            worker = self._stage.worker
            self._stage.hush()
            if worker.is_quick(time):
                self._work.at_once(lambda: worker.go(time), ended)
            else:
                iteration = program_clock(worker.program).iteration(time)
                job = Job(JobKind.SEEKING, f"going to iteration {iteration}")
                self._work.begin(job, lambda: worker.go(time), ended)

        self._work.when_idle(set_out)
