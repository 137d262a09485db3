"""A question that one key answers: a letter."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Static

from nnscope.tui.dialogs.prompt import Prompt


class LetterPrompt(Prompt):
    """Asks for a letter and takes the first one that is pressed; Escape gives None."""

    def __init__(self, question: str) -> None:
        super().__init__(question, lambda _: "")

    def compose(self) -> ComposeResult:
        """Lay out the question, and what is wrong with another key."""
        with Vertical():
            yield Static(f"{self._question} (Escape leaves)", markup=False)
            yield Static("", id="wrong", markup=False)

    def on_key(self, event: Key) -> None:
        """Take a letter; say of another key that it is none."""
        if event.key == "escape":
            return
        letter = event.character or ""
        if letter.isalpha():
            event.stop()
            self.dismiss(letter)
        else:
            self.query_one("#wrong", Static).update("Press one letter; Escape leaves.")
