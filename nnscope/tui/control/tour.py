"""The tour: five keys, each said before it is pressed, on the network that is open."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from nnscope.tui.control.command import key
from nnscope.tui.control.stage import Stage


class Stop(Struct, frozen=True):
    """One step of the tour: the command that leads on, and what is said before."""

    id: str
    text: str


STOPS: Sequence[Stop] = (
    Stop(
        "line.next",
        "A network is a list of lines, and a line is one assignment. Press <line.next>: it runs "
        "the next line. Below, its operands and what it makes stand side by side.",
    ),
    Stop(
        "into.next",
        "Every number can be asked. Press <into.next>: it computes the first cell of this line, "
        "with the row and the column that it is made from.",
    ),
    Stop(
        "why",
        "Press <why>: it derives this line, with its shapes first and then the numbers of the "
        "selected cell. Escape comes back from there.",
    ),
    Stop(
        "phase.end",
        "Press <phase.end> twice: it leaves the line, then it runs to the end of the phase "
        "(forward, loss, backward, update). The listing shows where you are.",
    ),
    Stop(
        "line.back",
        "All of it goes backwards, too. Press <line.back>: it takes the last line back. The "
        "capital of a key is its way back.",
    ),
)
_END = (
    "That was the tour. <why> on a line of the backward pass tells why it is as it is, "
    "<check.line> checks it, <iteration.next> goes on by an iteration, <run> runs, <help> has "
    "every key."
)


class Tour:
    """Says one key after the other, and goes on when it was pressed."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._at: int | None = None

    @property
    def text(self) -> str:
        """What the tour says now; empty where there is none."""
        if self._at is None:
            return ""
        if self._at == len(STOPS):
            return self._stage.named.told(_END)
        where = f"Tour, {self._at + 1} of {len(STOPS)} (<tour> ends it)"
        return self._stage.named.told(f"{where}. {STOPS[self._at].text}")

    @key("tour", "T", "tour", "take the tour of one minute, with five keys, or end it")
    def begin(self) -> None:
        """Begin the tour, or end it."""
        self._at = 0 if self._at is None else None
        self._stage.refresh_view()

    def did(self, id: str) -> bool:
        """Go on if a command was the one that was asked for; at the end, any other ends it."""
        if self._at is None or id == "tour":
            return False
        if self._at == len(STOPS):
            self._at = None
            return True
        if id == STOPS[self._at].id:
            self._at += 1
            return True
        return False


def is_first_time(folder: Path) -> bool:
    """Tell whether nobody has been offered the tour yet, and note in a folder that it was.

    Where the folder can't be written to it is not offered, rather than every time.
    """
    mark = folder / "tour-offered"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if not mark.exists():
            mark.touch()
            return True
    return False
