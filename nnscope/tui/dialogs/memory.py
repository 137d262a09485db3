"""The question how much memory the history may hold."""

from typing import TYPE_CHECKING

from nnscope.scenario.memory import megabytes, read_bytes
from nnscope.tui.dialogs.prompt import Prompt

if TYPE_CHECKING:
    from nnscope.tui.control.stage import Stage


def ask_memory(screen: "Stage") -> None:
    """Ask for another cap; where there is less room than is held, kept iterations go."""
    session = screen.session
    held, cap = session.held / 2**20, megabytes(session.timeline.history.cap)

    def wrong(answer: str) -> str:
        try:
            read_bytes(answer)
        except ValueError as error:
            return str(error)
        return ""

    def take(answer: str | None) -> None:
        if answer is not None:
            screen.begin("setting the memory", lambda: session.resize(read_bytes(answer)))
            if session.timeline.history.least > read_bytes(answer):
                size = session.timeline.history.least / 2**20
                screen.notify(
                    f"The costs of the whole run take {size:.1f} MB: they are kept anyway."
                )

    question = f"The history holds {held:.1f} of {cap} MB. Let it hold at most (64MB, 1GB):"
    screen.app.push_screen(Prompt(question, wrong), take)
