"""All controllers of one screen, put together: each is given only those that it builds on."""

from functools import partial

from nnscope.tui.control.bookmarks import Bookmarks
from nnscope.tui.control.chain import Chain
from nnscope.tui.control.checks import Checks
from nnscope.tui.control.command import Command, commands_of
from nnscope.tui.control.curves import Curves
from nnscope.tui.control.diagnoses import Diagnoses
from nnscope.tui.control.display import Display
from nnscope.tui.control.edits import Edits
from nnscope.tui.control.findings import Findings
from nnscope.tui.control.hunting import Hunting
from nnscope.tui.control.inspect import Inspect
from nnscope.tui.control.job import JobKind, Outcome
from nnscope.tui.control.memory import Memory
from nnscope.tui.control.pictures import Pictures
from nnscope.tui.control.predict import Predict
from nnscope.tui.control.recording import Recording
from nnscope.tui.control.running import Running
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.stepping import Stepping
from nnscope.tui.control.stops import Stops
from nnscope.tui.control.tour import Tour
from nnscope.tui.control.travel import Travel
from nnscope.tui.control.walks import Walks
from nnscope.tui.control.work import Work
from nnscope.tui.view import Progress, View

GROUPS = (
    Stepping,
    Predict,
    Running,
    Travel,
    Stops,
    Edits,
    Recording,
    Walks,
    Inspect,
    Curves,
    Chain,
    Checks,
    Diagnoses,
    Hunting,
    Pictures,
    Display,
    Memory,
    Tour,
)
"""The kinds of controllers, in the order in which the help lists their keys."""


class Controls:
    """Makes the controllers, does their commands, and gathers what they show into a view."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        bookmarks = Bookmarks()
        self.work = work = Work(stage)
        self.tour = tour = Tour(stage)
        self.display = Display(stage, tour)
        self.findings = Findings()
        self.inspect = Inspect(stage)
        self.memory = Memory(stage, work)
        self.checks = Checks(stage, work)
        self.pictures = Pictures(stage)
        self.travel = travel = Travel(stage, work, bookmarks)
        self.predict = Predict(stage, travel, self.inspect)
        self.stepping = Stepping(stage, travel, self.inspect, self.predict)
        self.walks = Walks(stage, travel, self.inspect, bookmarks)
        self.chain = Chain(stage, travel, self.walks, bookmarks)
        self.stops = Stops(stage, work, self.inspect, bookmarks)
        self.curves = Curves(stage, work, travel, bookmarks)
        self.edits = Edits(stage, work, travel, self.stops, self.checks)
        self.hunting = Hunting(stage, self.checks)
        self.diagnoses = Diagnoses(stage, work, self.edits)
        self.recording = Recording(stage, work, self.edits, self.stops, bookmarks)
        self.running = Running(stage, work, self.stops, self.curves, self.inspect)
        self._commands = {
            command.id: (command, partial(getattr(controller, command.method), *command.arguments))
            for controller in vars(self).values()
            if isinstance(controller, GROUPS)
            for command in commands_of(type(controller))
        }

    def command(self, id: str) -> Command:
        """Give a command."""
        return self._commands[id][0]

    def do(self, id: str) -> None:
        """Do a command, or what the chosen pane takes it to mean."""
        went_on = self.tour.did(id)
        command, act = self._commands[self._stage.active.MEANS.get(id, id)]
        self.findings.note(self._stage.view)
        if command.waits:
            self.work.when_idle(act)
        else:
            act()
        if went_on:
            self._stage.refresh_view()

    def view(self) -> View:
        """Gather what is to be shown of the newest frame."""
        worker = self._stage.worker
        frame, length = worker.frame, worker.timeline.length
        self.inspect.follow(frame)
        self.chain.follow(frame)
        self.curves.follow()
        view = View(
            frame,
            self.inspect.shown,
            self.chain.shown,
            self.display.shown,
            self.stops.shown,
            self.curves.shown,
            self.checks.shown,
            Progress(
                worker.job,
                frame.time >= length,
                worker.held,
                self.recording.is_outdated,
                self.recording.is_growing,
            ),
            self.pictures.shown,
            self.diagnoses.shown,
            self.tour.text,
            keys=self._stage.named,
        )
        return self.predict.covering(view)

    def work_ended(self, outcome: Outcome) -> None:
        """Show where work has led, say what ended it, and do what was asked for meanwhile."""
        job, following = self._stage.worker.finish(), self.work.take_next()
        late = self.curves.catch_up()
        self._stage.take_view()
        told = self.work.finish(outcome)
        self._stage.refresh_view()
        if following:
            following()
            return
        for error in filter(None, (outcome.error, late)):
            self._stage.tell(error, is_error=True)
        news = self.findings.at_end(self._stage.view)
        self._stage.tell(" ".join(filter(None, (told, news))))
        if outcome.interrupted_at is not None and job and job.kind is not JobKind.RUNNING:
            at = outcome.interrupted_at
            self._stage.tell(f"Interrupted at iteration {at} while {job.text}: nothing has moved.")
        self.curves.compute()
