"""The source of the run loop, to scroll through."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from nnscope.export.run_loop import plain_loop_text, run_loop_text
from nnscope.program.model import Program


class ListingScreen(ModalScreen[None]):
    """What runs when the program runs fast; Tab shows the plain loop, Escape, q or L leaves it."""

    CSS = """
    ListingScreen { align: center middle; }
    ListingScreen VerticalScroll { width: 104; max-width: 100%; height: 94%; border: round $accent;
        background: $surface; padding: 0 2; }
    """
    BINDINGS = [  # noqa: RUF012
        ("escape,q,L", "dismiss", "Close"),
        ("tab", "other", "Other"),
        ("j", "scroll(1)", "Down"),
        ("k", "scroll(-1)", "Up"),
    ]

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program
        self._is_plain = False

    def compose(self) -> ComposeResult:
        """Lay the text out."""
        with VerticalScroll():
            yield Static("", markup=False)

    def on_mount(self) -> None:
        """Show the text."""
        self._show()

    def _show(self) -> None:
        write = plain_loop_text if self._is_plain else run_loop_text
        which, other = ("plain loop", "run loop") if self._is_plain else ("run loop", "plain loop")
        page = self.query_one(VerticalScroll)
        page.border_title = f"The {which}: arrows scroll, Tab shows the {other}, Escape closes"
        page.query_one(Static).update(write(self._program))
        page.scroll_home(animate=False)

    def action_other(self) -> None:
        """Show the other loop."""
        self._is_plain = not self._is_plain
        self._show()

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
