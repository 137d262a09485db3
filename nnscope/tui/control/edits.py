"""Edits: another expression in a line, and going on from here with that program."""

from nnscope.expression.errors import ExpressionError
from nnscope.expression.source import source
from nnscope.program.model import Line, Program
from nnscope.tui.control.checks import Checks
from nnscope.tui.control.command import key
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.stops import Stops
from nnscope.tui.control.travel import Travel
from nnscope.tui.control.work import Work


class Edits:
    """Keeps the program before each edit, so that edits can be taken back."""

    def __init__(
        self, stage: Stage, work: Work, travel: Travel, stops: Stops, checks: Checks
    ) -> None:
        self._stage = stage
        self._work = work
        self._travel = travel
        self._stops = stops
        self._checks = checks
        self._before: list[Program] = []

    @key("edit", "e", "edit", "edit the current line, and go on from here")
    def ask(self) -> None:
        """Ask for another expression in the current line."""
        line, program = self._stage.view.frame.line, self._stage.worker.program
        if line is None:
            self._stage.tell("Nothing has run yet: press <line.next>, then edit the line.")
            return

        def wrong(answer: str) -> str:
            try:
                program.origin.edited(line, answer)
            except ExpressionError as error:
                return str(error)
            return ""

        def take(answer: str) -> None:
            if answer.strip() != source(line.expression):
                self._before.append(program)
                self.go_on_with(program.origin.edited(line, answer))

        def trial(answer: str) -> None:
            from nnscope.tui.dialogs.trial import TrialScreen  # noqa: PLC0415  not at the start

            self._stage.open(TrialScreen(self._stage.view.frame, answer))

        question = (
            f"{line.spelled} =   (the run becomes what it would be if it had always been so; "
            f"the {program.origin.kind}'s file is not touched)"
        )
        self._stage.ask(question, wrong, take, source(line.expression), trial)

    def put(self, line: Line, text: str) -> None:
        """Put an expression into a line, as if it had been typed; raises `ExpressionError`."""
        program = self._stage.worker.program
        edited = program.origin.edited(line, text)
        self._before.append(program)
        self.go_on_with(edited)

    @key("edit.back", "E", "take edit back", "put the line that was edited last as it was")
    def take_back(self) -> None:
        """Put the line that was edited last as it was before, and go on from here with that."""
        if self._before:
            self.go_on_with(self._before.pop())
        else:
            self._stage.tell("No line has been edited: <edit> edits the line that ran last.")

    def forget(self) -> int:
        """Forget how the lines were before; give how many edits that were."""
        count = len(self._before)
        self._before.clear()
        return count

    def go_on_with(self, program: Program, time: int | None = None) -> None:
        """Debug another form of the program from a moment on, by default this one.

        Stops, marks and curves stay.
        """

        def go_on() -> None:
            here = self._stage.view.frame.time if time is None else time
            self._stage.worker.edit(program)
            self._stops.forget_findings()
            self._checks.forget()
            self._travel.go(here)

        self._work.when_idle(go_on)
