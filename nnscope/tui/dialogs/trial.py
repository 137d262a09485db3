"""What NumPy would do with an expression that does not fit, to scroll through."""

from rich.text import Text as RichText
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from nnscope.engine.frame import Frame
from nnscope.expression.errors import ExpressionError
from nnscope.insight.trial import tried
from nnscope.tui.draw.text import Text, wrapped
from nnscope.tui.draw.trial_rows import trial_rows


class TrialScreen(ModalScreen[None]):
    """Runs the current line with another expression, and shows what comes of it; changes nothing.

    Escape, q or Ctrl+T leads back to the question.
    """

    CSS = """
    TrialScreen { align: center middle; }
    TrialScreen VerticalScroll { width: 104; max-width: 100%; height: 94%; border: round $accent;
        background: $surface; padding: 0 2; scrollbar-gutter: stable; }
    """
    BINDINGS = [  # noqa: RUF012
        ("escape,q,ctrl+t", "dismiss", "Close"),
        ("j", "scroll(1)", "Down"),
        ("k", "scroll(-1)", "Up"),
    ]

    def __init__(self, frame: Frame, text: str) -> None:
        super().__init__()
        self._frame = frame
        self._text = text
        self.rows: list[Text] = []

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        with VerticalScroll() as page:
            page.border_title = "What NumPy would do: nothing is changed, Escape closes"
            yield Static("Trying ...", markup=False)

    def on_mount(self) -> None:
        """Run the line behind the screen: its matrices may be large."""
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        dark = self.app.current_theme.dark

        def work() -> None:
            try:
                rows = trial_rows(tried(self._frame, self._text), width, dark)
            except (ExpressionError, MemoryError) as error:
                rows = wrapped(str(error) or "there is not enough memory for this", width)
            self.app.call_from_thread(self._show, rows)

        self.run_worker(work, thread=True, group="trial", exit_on_error=False)

    def _show(self, rows: list[Text]) -> None:
        self.rows = rows
        lines = (RichText.assemble(*row) for row in rows)
        self.query_one(Static).update(RichText("\n").join(lines))

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
