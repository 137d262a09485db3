"""Making the program anew from its file, which may have been changed, and going on with that."""

from collections.abc import Iterator
from functools import partial

from nnscope.engine.clock import program_clock
from nnscope.engine.keep.history import KeepGoing
from nnscope.engine.timeline import Timeline
from nnscope.program.model import Program
from nnscope.program.moved import moved_place
from nnscope.tui.control.bookmarks import Bookmarks
from nnscope.tui.control.command import key
from nnscope.tui.control.edits import Edits
from nnscope.tui.control.job import Job, JobKind
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.stops import Stops
from nnscope.tui.control.work import Work


class Recording:
    """Records a script again, or reads a scenario again."""

    def __init__(
        self, stage: Stage, work: Work, edits: Edits, stops: Stops, bookmarks: Bookmarks
    ) -> None:
        self._stage = stage
        self._work = work
        self._edits = edits
        self._stops = stops
        self._bookmarks = bookmarks
        self.is_outdated = False

    @key("again", "R", "again", "run the script again and record it, or read the scenario again")
    def again(self) -> None:
        """Make the program anew from its file, and go on at the same moment."""
        origin, worker = self._stage.worker.program.origin, self._stage.worker
        job = Job(JobKind.RECORDING, "loading the file again")

        def work(keep_going: KeepGoing) -> Iterator[Program]:
            yield origin.again(partial(keep_going, 0))

        self._work.begin(job, lambda: worker.compute(work, self._take))

    def look(self) -> None:
        """See whether the file has been changed."""
        now = self._stage.worker.program.origin.is_outdated
        if now is not self.is_outdated:
            self.is_outdated = now
            self._stage.refresh_view()
        if self._stage.worker.program.origin.has_grown and self._work.kind is None:
            self._grow()

    @property
    def is_growing(self) -> bool:
        """Whether the script still runs."""
        return self._stage.worker.program.origin.is_growing

    def _grow(self) -> None:
        """Go on with the iterations that were recorded by now."""
        worker, job = self._stage.worker, Job(JobKind.RECORDING, "taking more iterations")
        time = worker.frame.time

        def work(keep_going: KeepGoing) -> Iterator[Timeline]:
            timeline = worker.prepared(worker.program.origin.grown())
            timeline.seek(time, keep_going)
            yield timeline

        self._work.begin(job, lambda: worker.compute(work, self._take_more))

    def _take_more(self, timeline: Timeline) -> None:
        """Go on at the same moment; where that is another by now, look for more the next time."""
        self._work.when_idle(lambda: self._go_on_with_more(timeline))

    def _go_on_with_more(self, timeline: Timeline) -> None:
        if timeline.time != self._stage.worker.frame.time:
            return
        self._stage.worker.go_on_with(timeline)
        self._stage.take_view()
        self._stage.refresh_view()
        new = timeline.program
        if not new.origin.is_growing:
            ended = f"It ended early: {new.notes.ended}" if new.notes.ended else ""
            told = f"{new.origin.title} has ended, with {new.iterations:,} iterations."
            self._stage.tell(f"{told} {ended}".strip())

    def _take(self, new: Program) -> None:
        """Go on with the new program as soon as the work has ended."""
        self._work.when_idle(lambda: self._go_on_with(new))

    def _go_on_with(self, new: Program) -> None:
        old, time = self._stage.worker.program, self._stage.view.frame.time
        lost = self._stops.move_to(new)
        self._bookmarks.move(partial(_moved, old, new))
        edits = self._edits.forget()
        self.is_outdated = False
        self._edits.go_on_with(new, _moved(old, new, time))
        self._stage.tell(" ".join(_told(new, edits, lost)))


def _moved(old: Program, new: Program, time: int) -> int:
    """Give the same moment of another program."""
    place = moved_place(old, new, program_clock(old).place(time))
    iteration, index = place
    return program_clock(new).moment_of(index, iteration)


def _told(new: Program, edits: int, lost: list[str]) -> Iterator[str]:
    yield f"{new.origin.title}: loaded again, with {len(new.lines)} lines."
    if edits:
        yield "The lines that were edited here are as in the file again."
    if lost:
        yield f"These stops do not fit any more: {', '.join(lost)}."
    if new.notes.ended:
        yield f"The {new.origin.kind} ended early: {new.notes.ended}"
