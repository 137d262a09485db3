"""Bug hunts: accusing a line, and being told."""

from typing import TYPE_CHECKING

from nnscope.digits import whole_number
from nnscope.program.model import Line, Program
from nnscope.tui.control.checks import Checks
from nnscope.tui.control.command import key
from nnscope.tui.control.stage import Stage

if TYPE_CHECKING:
    from nnscope.insight.hunt.hunt import Culprit, Hunt

_GIVE_UP = "give up"


class Hunting:
    """Takes accusations, and counts those that were wrong."""

    def __init__(self, stage: Stage, checks: Checks) -> None:
        self._stage = stage
        self._checks = checks
        self._mistaken = 0

    @key("accuse", "exclamation_mark", "accuse", "in a bug hunt: say which line is wrong")
    def ask(self) -> None:
        """Ask which line is wrong, the current one to begin with."""
        from nnscope.insight.hunt.origin import Hidden  # noqa: PLC0415  not at the start

        program = self._stage.worker.program
        if not isinstance(program.origin, Hidden):
            self._stage.tell("No bug is hunted here: `nnscope hunt FILE` hides one in a program.")
            return
        hunt, index = program.origin.hunt, self._stage.view.frame.index
        question = f"Which line is wrong? Its number or name; `{_GIVE_UP}` tells it. {self._counts}"
        self._stage.ask(
            question,
            lambda answer: _mistake(program, answer),
            lambda answer: self._accuse(program, hunt, answer),
            str(index + 1) if index >= 0 else "",
        )

    @property
    def _counts(self) -> str:
        """How much was looked at and guessed."""
        return f"Probes: {self._checks.probes}, wrong accusations: {self._mistaken}."

    def _accuse(self, program: Program, hunt: "Hunt", answer: str) -> None:
        if answer.strip().lower() == _GIVE_UP:
            first = hunt.culprits[0]
            self._tell("Given up", self._found(program, hunt, first, "It is"))
            return
        line = _line(program, answer)
        assert line is not None
        culprit = hunt.culprit(line.target)
        if culprit is not None:
            self._tell("Found", self._found(program, hunt, culprit, "Yes: it is"))
            return
        self._mistaken += 1
        told = f"No: line {program.line_of[line.target] + 1}, {line.text}, is right"
        self._tell("Not this one", f"{told}, given what it is given. {self._counts}")

    def _found(self, program: Program, hunt: "Hunt", culprit: "Culprit", head: str) -> str:
        """Tell the whole story of a wrong line."""
        places = {each.target: program.line_of[each.target] + 1 for each in hunt.culprits}
        others = [str(at) for target, at in places.items() if target != culprit.target]
        lines = "lines" if len(others) > 1 else "line"
        more = f"Wrong in the same hunt: {lines} {', '.join(others)}." if others else ""
        rows = (
            f"{head} line {places[culprit.target]}: {culprit.wrong}",
            f"Right is: {culprit.right}" if culprit.right else "",
            *culprit.told,
            more,
            f"{self._counts} {hunt.again}".strip(),
        )
        return "\n".join(filter(None, rows))

    def _tell(self, title: str, text: str) -> None:
        from nnscope.tui.dialogs.told import ToldScreen  # noqa: PLC0415  not at the start

        self._stage.open(ToldScreen(title, text))


def _mistake(program: Program, answer: str) -> str:
    """Say what is wrong with an accusation; nothing where there is such a line."""
    if answer.strip().lower() == _GIVE_UP or _line(program, answer) is not None:
        return ""
    count, last = len(program.lines), program.lines[-1]
    return f"Type the number of a line, 1 to {count}, or its name, such as {last.spelled}."


def _line(program: Program, answer: str) -> Line | None:
    """Find a line by its number from 1, or by its name; of several the last."""
    number = whole_number(answer.strip())
    if number is not None:
        return program.lines[number - 1] if 1 <= number <= len(program.lines) else None
    found = [line for line in program.lines if answer.strip() in (line.spelled, line.target)]
    return found[-1] if found else None
