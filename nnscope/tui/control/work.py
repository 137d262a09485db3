"""One piece of work at a time: what is asked for meanwhile interrupts it, and comes next."""

from collections.abc import Callable

from nnscope.tui.control.job import Job, JobKind, Outcome
from nnscope.tui.control.stage import Stage

Ended = Callable[[Outcome], str]
"""Is told how work has ended, and gives what there is to say about it."""


class Work:
    """Begins work for the other controllers, and remembers what comes after it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._next: Callable[[], None] | None = None
        self._ended: Ended | None = None

    @property
    def kind(self) -> JobKind | None:
        """What kind of long work is going on; None while there is none."""
        job = self._stage.worker.job
        return job.kind if job else None

    def when_idle(self, action: Callable[[], None]) -> None:
        """Do something now, or as soon as the work that goes on is interrupted."""
        if self.kind is None:
            action()
        else:
            self._next = action
            self._stage.worker.interrupt()

    def at_once(self, task: Callable[[], Outcome], ended: Ended | None = None) -> None:
        """Do quick work on the screen's own thread; nothing else may be going on."""
        self._ended = ended
        self._stage.work_ended(task())

    def begin(self, job: Job, task: Callable[[], Outcome], ended: Ended | None = None) -> None:
        """Begin long work in the background, when what is going on has been interrupted."""

        def start() -> None:
            self._ended = ended
            self._stage.worker.start(job)
            self._stage.refresh_view()
            self._stage.in_background(task)

        self.when_idle(start)

    def finish(self, outcome: Outcome) -> str:
        """Tell who began the work how it has ended; give what there is to say about it."""
        ended, self._ended = self._ended, None
        return ended(outcome) if ended else ""

    def take_next(self) -> Callable[[], None] | None:
        """Give what was asked for while the work went on."""
        following, self._next = self._next, None
        return following
