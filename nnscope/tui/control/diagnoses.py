"""The diagnosis: which line is wrong, what it comes from, and the right line as an edit."""

from collections.abc import Iterator

from msgspec.structs import replace

from nnscope.engine.keep.history import KeepGoing
from nnscope.expression.errors import ExpressionError
from nnscope.expression.source import source
from nnscope.program.model import Line, Program
from nnscope.tui.control.command import key, meaning
from nnscope.tui.control.edits import Edits
from nnscope.tui.control.job import Job, JobKind
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.work import Work
from nnscope.tui.panes.diagnosis import DiagnosisPane
from nnscope.tui.view import Diagnosed

_NONE = Diagnosed()


class Diagnoses:
    """Has the program diagnosed in the background, and keeps what was found of it."""

    def __init__(self, stage: Stage, work: Work, edits: Edits) -> None:
        self._stage, self._work, self._edits = stage, work, edits
        self._found = _NONE
        self._of: Program | None = None

    @property
    def shown(self) -> Diagnosed:
        """What was found; nothing of a program that has been edited since."""
        return self._found if self._of is self._stage.worker.program else _NONE

    @key(
        "diagnose", "D", "diagnose", "find the first wrong line, and what it comes from", waits=True
    )
    def diagnose(self) -> None:
        """Judge every backward line, update and the cost, given what each was given."""
        from nnscope.insight.hunt.origin import Hidden  # noqa: PLC0415  not at the start

        program = self._stage.worker.program
        if isinstance(program.origin, Hidden):
            self._stage.tell("In a bug hunt it is you who finds the line: <accuse> accuses it.")
            return
        if not program.cost:
            self._stage.tell("No line is known to compute the cost, so nothing can be compared.")
            return

        def work(_going: KeepGoing) -> Iterator[Diagnosed]:
            from nnscope.insight.diagnose.diagnose import diagnose  # noqa: PLC0415  not at the start

            found = diagnose(program)
            marks = {line.target: mark for line in program.lines if (mark := found.mark(line))}
            yield Diagnosed(found, marks=marks)

        def take(found: Diagnosed) -> None:
            self._found, self._of = found, program

        self._stage.choose_pane(DiagnosisPane.NAME)
        job, worker = Job(JobKind.CHECKING, "diagnosing"), self._stage.worker
        self._work.begin(job, lambda: worker.compute(work, take))

    @meaning("diagnosis.back", -1)
    @meaning("diagnosis.next", 1)
    def choose(self, step: int) -> None:
        """Choose the next or the previous finding."""
        diagnosis = self.shown.diagnosis
        if diagnosis and diagnosis.findings:
            chosen = (self._found.chosen + step) % len(diagnosis.findings)
            self._found = replace(self._found, chosen=chosen)
            self._stage.refresh_view()

    @meaning("diagnosis.mend")
    def mend(self) -> None:
        """Put the right line in as an edit, and go on from here with it."""
        diagnosis = self.shown.diagnosis
        findings = diagnosis.findings if diagnosis else ()
        causes = findings[self._found.chosen].causes if findings else ()
        if not causes:
            self._stage.tell("No right line is known here: <edit> edits the line by hand.")
            return
        line = causes[0].line
        if not _is_in(self._stage.worker.program, line):
            row = f"row {line.at.row} of {line.at.file}" if line.at else "a new line"
            self._stage.tell(
                f"This is no line of the listing: write {causes[0].right_line} in {row}."
            )
            return
        try:
            self._edits.put(line, source(causes[0].right))
        except ExpressionError as error:
            self._stage.tell(str(error), is_error=True)
            return
        self._stage.tell(
            f"Now {causes[0].right_line}; <edit.back> takes it back, <diagnose> diagnoses again."
        )


def _is_in(program: Program, line: Line) -> bool:
    """Tell whether the listing has a line, so that it can be edited there."""
    return any(each.target == line.target and each.spelled == line.spelled and each.at == line.at
               for each in program.lines)  # fmt: skip
