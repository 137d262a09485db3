"""Running fast, and stopping whatever goes on."""

from nnscope.tui.control.command import key
from nnscope.tui.control.curves import Curves
from nnscope.tui.control.inspect import Inspect
from nnscope.tui.control.job import JobKind
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.stops import Stops
from nnscope.tui.control.work import Work


class Running:
    """Starts the run, and interrupts long work."""

    def __init__(
        self, stage: Stage, work: Work, stops: Stops, curves: Curves, inspect: Inspect
    ) -> None:
        self._stage = stage
        self._work = work
        self._stops = stops
        self._curves = curves
        self._inspect = inspect

    @key(
        "run",
        "r",
        "run",
        "run to the end as fast as it goes; again: pause",
        show=True,
        onwards=True,
    )
    def run(self) -> None:
        """Run to the end, or pause."""
        if self._work.kind not in (None, JobKind.FOLLOWING):
            self._stage.worker.interrupt()
        elif not self._stage.view.progress.is_at_end:
            self._work.when_idle(self._stops.run)

    @key("interrupt", "escape", "stop", "interrupt long work; leave a line that was stepped into")
    def interrupt(self) -> None:
        """Interrupt long work, or leave a line that was stepped into."""
        kind = self._work.kind
        if kind is JobKind.FOLLOWING:
            self._curves.give_up()
        self._stage.hush()
        self._stage.worker.interrupt()
        if self._inspect.inside is not None:
            self._inspect.leave()
        elif kind is None:
            self._stage.choose_pane("matrices")
