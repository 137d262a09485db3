"""A question at the foot of the screen, answered on one line."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

_TRIAL = "\nCtrl+T runs it all the same, to see what NumPy would do."


class Prompt(ModalScreen[str | None]):
    """Asks for a line of text until it is valid; Escape gives None.

    `check` gives what is wrong with an answer, or nothing; `answer` is the one to begin with.
    Ctrl+T hands the answer to `trial`, right or wrong, where there is one.
    """

    CSS = """
    Prompt { align: left bottom; background: transparent; }
    Prompt Vertical { height: auto; border: round $accent; background: $panel; padding: 0 1; }
    Prompt Input { border: none; height: 1; padding: 0; background: $panel; }
    Prompt #wrong { color: $text-error; height: auto; }
    """
    BINDINGS = [("escape", "cancel", "Cancel"), ("ctrl+t", "try", "Try")]  # noqa: RUF012

    def __init__(
        self,
        question: str,
        check: Callable[[str], str],
        answer: str = "",
        trial: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._trial = trial
        self._answer = answer
        self._question = question
        self._check = check

    def compose(self) -> ComposeResult:
        """Lay out the question, its answer and what is wrong with it."""
        with Vertical():
            yield Static(self._question, markup=False)
            yield Input(self._answer, id="answer", select_on_focus=False)
            yield Static("", id="wrong", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take a valid answer, or say what is wrong."""
        wrong = self._check(event.value)
        if wrong:
            self.query_one("#wrong", Static).update(wrong + (_TRIAL if self._trial else ""))
        else:
            self.dismiss(event.value)

    def action_try(self) -> None:
        """Try the answer that stands there."""
        if self._trial is not None:
            self._trial(self.query_one(Input).value)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
