"""Something to read at the foot of the screen."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static


class ToldScreen(ModalScreen[None]):
    """Says something at the foot of the screen until a key is pressed; the panes stay in sight."""

    CSS = """
    ToldScreen { align: left bottom; background: transparent; }
    ToldScreen VerticalScroll { height: auto; max-height: 50%; border: round $accent;
        background: $panel; padding: 0 1; }
    """
    BINDINGS = [  # noqa: RUF012
        ("escape,enter,space,n,q", "dismiss", "Close"),
        ("j,down", "scroll(1)", "Down"),
        ("k,up", "scroll(-1)", "Up"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the text below its title."""
        with VerticalScroll() as page:
            page.border_title = f"{self._title}: Enter goes on"
            yield Static(self._text, markup=False)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
