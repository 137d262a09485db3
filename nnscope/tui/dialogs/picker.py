"""The picker: the library, with what each scenario is about."""

from collections.abc import Callable, Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from nnscope.expression.errors import ExpressionError
from nnscope.program.model import Program
from nnscope.tui.draw.prose import reflowed


class PickerScreen(Screen[str]):
    """Lets the user choose a program of a library; Enter gives its name."""

    CSS = """
    PickerScreen #title { text-style: bold; padding: 1 2 0 2; }
    PickerScreen OptionList { width: 32; height: 1fr; border: round $accent; }
    PickerScreen VerticalScroll { width: 1fr; border: round $panel-lighten-2; padding: 0 2; }
    """
    BINDINGS = [("q", "app.quit", "quit"), ("j", "move(1)", "down"), ("k", "move(-1)", "up")]  # noqa: RUF012

    def __init__(self, library: Mapping[str, Callable[[], Program]]) -> None:
        super().__init__()
        self._library = library

    def compose(self) -> ComposeResult:
        """Lay out the names beside what the highlighted one is about."""
        yield Static("nnscope: choose a network to step through, and press Enter", id="title")
        with Horizontal():
            yield OptionList(*(Option(name, id=name) for name in self._library), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static("", id="about", markup=False)
        yield Footer(show_command_palette=False)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell what the highlighted program is about."""
        try:
            origin = self._library[event.option.id or ""]().origin
            text = f"{origin.title}\n\n{reflowed(origin.about)}\n\nSource: {origin.source}"
        except ExpressionError as error:
            text = str(error)
        self.query_one("#about", Static).update(text)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the chosen one."""
        self.dismiss(event.option.id or "")

    def action_move(self, step: int) -> None:
        """Move the highlight."""
        choices = self.query_one(OptionList)
        if step > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()
