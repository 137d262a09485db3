"""The gradient check: what its keys start, and what has been found so far."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from nnscope.engine.keep.history import KeepGoing
from nnscope.tui.control.command import key
from nnscope.tui.control.job import Job, JobKind
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.work import Work
from nnscope.tui.panes.check import CheckPane
from nnscope.tui.view import Checked

if TYPE_CHECKING:
    from nnscope.tui.control.checker import Checker

_FORWARDS = "This program runs forwards only: it has no gradients to check."


_NO_COST = "No line is known to compute the cost, so there is no slope to compare gradients with."


class Checks:
    """Has the gradients of a moment checked in the background, and takes what is found."""

    def __init__(self, stage: Stage, work: Work) -> None:
        self._stage = stage
        self._work = work
        self.shown = Checked()
        self.probes = 0
        """How many gradients and updates were asked to be checked."""

    @cached_property
    def _checker(self) -> "Checker":
        """What checks. It is imported when it is first asked for: the first frame is not."""
        from nnscope.tui.control.checker import Checker  # noqa: PLC0415

        return Checker()

    @key(
        "check.line",
        "G",
        "check",
        "check the gradient of this line against the slope of the cost",
        waits=True,
    )
    def check_line(self) -> None:
        """Check the gradient of the current line."""
        frame = self._stage.view.frame
        line = frame.line
        if line is None or not line.gradient_of:
            self._stage.tell("This line is no gradient. <check.all> checks all of them.")
        elif not frame.program.cost:
            self._stage.tell(_NO_COST)
        else:
            self._check([line.target], f"checking {line.spelled}", updates=False)

    @key(
        "check.all",
        "A",
        "check all",
        "check every gradient and update of this iteration",
        waits=True,
    )
    def check_all(self) -> None:
        """Check every gradient and every update of this iteration."""
        program = self._stage.view.frame.program
        names = [line.target for line in program.lines if line.gradient_of]
        if program.cost and (names or program.carried):
            self._check(names, "checking all gradients", updates=True)
        else:
            self._stage.tell(_NO_COST if names or program.carried else _FORWARDS)

    @key(
        "check.cell",
        "v",
        "check cell",
        "check the selected cell of a gradient over step sizes",
        waits=True,
    )
    def check_cell(self) -> None:
        """Compare the selected cell of a gradient over many step sizes."""
        view = self._stage.view
        frame, name, cell = view.frame, view.selected.name, view.cell
        refusal = self._checker.refusal(frame, name)
        if refusal:
            self._stage.tell(refusal)
        else:
            self.probes += 1
            called = frame.program.called.get(name, name)
            self._begin(f"checking {called}", lambda _: self._checker.cell(frame, name, cell))

    def forget(self) -> None:
        """Drop what was found: the program is another one now."""
        self.shown = Checked()

    def _check(self, names: list[str], text: str, updates: bool) -> None:
        frame = self._stage.view.frame
        self.probes += len(names) + (len(frame.program.carried) if updates else 0)
        self._begin(text, lambda going: self._checker.gradients(frame, names, updates, going))

    def _begin(self, text: str, work: Callable[[KeepGoing], Iterator[Checked]]) -> None:
        self._stage.choose_pane(CheckPane.NAME)
        job, worker = Job(JobKind.CHECKING, text), self._stage.worker
        self._work.begin(job, lambda: worker.compute(work, self._take))

    def _take(self, found: Checked) -> None:
        """Show what was found; marks of lines that were checked before in its iteration stay."""
        kept = self.shown.marks if self.shown.iteration == found.iteration else {}
        marks = {**kept, **found.marks}
        is_same = marks == self.shown.marks
        self.shown = replace(found, marks=self.shown.marks if is_same else marks)
