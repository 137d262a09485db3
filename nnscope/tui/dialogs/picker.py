"""The picker: the library, with what each scenario is about."""

from collections.abc import Mapping
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from nnscope.expression.errors import ExpressionError
from nnscope.program.notes import Lesson
from nnscope.tui.dialogs.prompt import Prompt
from nnscope.tui.draw.prose import reflowed

_FILE = "open a file ..."
_ABOUT_FILES = (
    "A scenario of your own (.toml), or the NumPy script that you are writing or reading (.py, "
    ".ipynb). To open a script runs it, as python would."
)


class PickerScreen(Screen[str]):
    """Lets the user choose a program of a library, or a file; Enter gives its name or its path."""

    CSS = """
    PickerScreen #title { text-style: bold; padding: 1 2 0 2; }
    PickerScreen OptionList { width: 26; height: 1fr; border: round $accent; }
    PickerScreen VerticalScroll { width: 1fr; border: round $panel-lighten-2; padding: 0 2; }
    """
    BINDINGS = [("q", "app.quit", "quit"), ("j", "move(1)", "down"), ("k", "move(-1)", "up")]  # noqa: RUF012

    def __init__(self, library: Mapping[str, Lesson]) -> None:
        super().__init__()
        self._library = library

    def compose(self) -> ComposeResult:
        """Lay out the names beside what the highlighted one is about."""
        yield Static(
            "nnscope: choose a network, from simple to deep, and press Enter",
            id="title",
        )
        with Horizontal():
            names = (Option(name, id=name) for name in self._library)
            yield OptionList(*names, Option(_FILE, id=_FILE), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static("", id="about", markup=False)
        yield Footer(show_command_palette=False)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell what the highlighted program is about."""
        self.query_one("#about", Static).update(self._about(event.option.id or ""))

    def _about(self, name: str) -> str:
        """Say what one learns from a program, and what it is about."""
        if name == _FILE:
            return _ABOUT_FILES
        lesson = self._library[name]
        try:
            origin = lesson.make().origin
        except ExpressionError as error:
            return str(error)
        teaches = f"Teaches: {lesson.teaches}.\n\n" if lesson.teaches else ""
        about = reflowed(origin.about)
        return f"{origin.title}\n\n{teaches}{about}\n\nSource: {origin.source}"

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the chosen one; of a file, ask for its path."""
        if event.option.id == _FILE:
            self.app.push_screen(Prompt("The path of a file:", _wrong_path), self._file_chosen)
        else:
            self.dismiss(event.option.id or "")

    def _file_chosen(self, path: str | None) -> None:
        if path is not None:
            self.dismiss(str(Path(path).expanduser()))

    def action_move(self, step: int) -> None:
        """Move the highlight."""
        choices = self.query_one(OptionList)
        if step > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()


def _wrong_path(answer: str) -> str:
    path = Path(answer).expanduser()
    return "" if path.is_file() else f"There is no file {answer!r}."
