"""Why a line is as it is: its derivation, a step below the other, to scroll through."""

from collections.abc import Sequence

from rich.text import Text as RichText
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from nnscope.insight.why.reason import Reason
from nnscope.tui.dialogs.help import HelpPage
from nnscope.tui.draw.text import in_lines
from nnscope.tui.keys import Keys

_INDENT = "   "


class WhyScreen(ModalScreen[None]):
    """The steps of one line, to go through one after the other; Escape leaves."""

    CSS = """
    WhyScreen { align: center middle; }
    WhyScreen HelpPage { width: 104; max-width: 100%; height: auto; max-height: 100%;
        border: round $accent; background: $surface; padding: 0 1; }
    """
    BINDINGS = [  # noqa: RUF012
        ("escape,q,W", "dismiss", "Close"),
        Binding("n", "step(1)", "Next step", id="line.next"),
        Binding("space", "step(1)", "Next step"),
        Binding("N", "step(-1)", "Last step", id="line.back"),
        ("j", "scroll(1)", "Down"),
        ("k", "scroll(-1)", "Up"),
    ]

    def __init__(self, line: str, reasons: Sequence[Reason], sentence: str, keys: Keys) -> None:
        super().__init__()
        self._next = keys.told("<line.next>: next step")
        self._line = line
        self._reasons = (*reasons, Reason("in one sentence", (sentence,)))
        self._tops: list[int] = []  # the row of each step

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        with HelpPage() as page:
            page.border_title = Content(f"Why {self._line}")
            page.border_subtitle = Content(self._next + ", arrows scroll, Escape closes")
            yield Static()

    def on_help_page_resized(self, message: HelpPage.Resized) -> None:
        """Break the sentences for the width that there is."""
        text, self._tops = RichText(), []
        row = 0
        for number, reason in enumerate(self._reasons, start=1):
            self._tops.append(row)
            text.append(f"{number}  {reason.head}\n", "bold")
            rows = [line for each in reason.text for line in in_lines(each, message.width - 3)]
            text.append("".join(f"{_INDENT}{line}\n" for line in rows))
            row += 1 + len(rows)
        text.rstrip()
        self.query_one(Static).update(text)

    def action_step(self, step: int) -> None:
        """Bring the next step to the top, or the one before."""
        page = self.query_one(HelpPage)
        here = page.scroll_offset.y
        tops = [top for top in self._tops if (top > here if step > 0 else top < here)]
        if tops:
            page.scroll_to(y=tops[0] if step > 0 else tops[-1], animate=False)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(HelpPage).scroll_relative(y=lines, animate=False)
