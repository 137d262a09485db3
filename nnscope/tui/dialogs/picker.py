"""The picker: the library, with what each scenario is about."""

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from nnscope.scenario.errors import ScenarioError
from nnscope.scenario.library import paths
from nnscope.scenario.load import load
from nnscope.tui.draw.prose import reflowed


class PickerScreen(Screen[Path]):
    """Lets the user choose a scenario; Enter gives its path."""

    CSS = """
    PickerScreen #title { text-style: bold; padding: 1 2 0 2; }
    PickerScreen OptionList { width: 32; height: 1fr; border: round $accent; }
    PickerScreen VerticalScroll { width: 1fr; border: round $panel-lighten-2; padding: 0 2; }
    """
    BINDINGS = [("q", "app.quit", "quit"), ("j", "move(1)", "down"), ("k", "move(-1)", "up")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        """Lay out the names beside what the highlighted one is about."""
        yield Static("nnscope: choose a network to step through, and press Enter", id="title")
        with Horizontal():
            yield OptionList(*(Option(path.stem, id=str(path)) for path in paths()), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static("", id="about", markup=False)
        yield Footer(show_command_palette=False)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell what the highlighted scenario is about."""
        try:
            scenario = load(Path(event.option.id or ""))
            text = f"{scenario.title}\n\n{reflowed(scenario.about)}\n\nSource: {scenario.source}"
        except ScenarioError as error:
            text = str(error)
        self.query_one("#about", Static).update(text)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the chosen one."""
        self.dismiss(Path(event.option.id or ""))

    def action_move(self, step: int) -> None:
        """Move the highlight."""
        choices = self.query_one(OptionList)
        if step > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()
