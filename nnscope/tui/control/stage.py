"""What a controller may ask of the screen."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from textual.screen import Screen

from nnscope.tui.control.job import Outcome
from nnscope.tui.control.worker import Worker
from nnscope.tui.keys import Keys
from nnscope.tui.pane import Pane
from nnscope.tui.view import View

P = TypeVar("P", bound=Pane)


class Stage(Protocol):
    """The screen, as controllers know it; all of it is for the screen's own thread."""

    @property
    def worker(self) -> Worker:
        """What moves the timeline."""

    @property
    def view(self) -> View:
        """What is shown now. Keys mean what is shown, and not what the worker has come to since."""

    @property
    def active(self) -> Pane:
        """The chosen pane."""

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys that the user has given to commands, by their ids."""

    @property
    def named(self) -> Keys:
        """The keys as sentences name them."""

    def pane(self, kind: type[P]) -> P:
        """Give a pane."""

    def choose_pane(self, name: str) -> None:
        """Choose a pane; on a narrow screen it is the one that is shown beside the program."""

    def take_view(self) -> None:
        """Make a new view of the newest frame and what the controllers show; paint nothing yet."""

    def refresh_view(self) -> None:
        """Make a new view, and paint what differs in it."""

    def in_background(self, task: Callable[[], Outcome]) -> None:
        """Do long work in a thread; its outcome comes to `work_ended`."""

    def work_ended(self, outcome: Outcome) -> None:
        """Show where work has led, and do what was asked for meanwhile."""

    def tell(self, message: str, *, is_error: bool = False) -> None:
        """Say something in passing, in place of what was said before; an empty message is none.

        It has the ids of commands where their keys are to stand: `<line.next>`.
        """

    def hush(self) -> None:
        """Take away what was said."""

    def open(self, screen: Screen[Any], left: Callable[[Any], None] | None = None) -> None:
        """Open another screen on top; `left` is given what it was left with."""

    def ask(
        self,
        question: str,
        wrong: Callable[[str], str],
        take: Callable[[str], None],
        text: str = "",
        trial: Callable[[str], None] | None = None,
        left: Callable[[], None] | None = None,
    ) -> None:
        """Ask for a line of text, `text` to begin with; an answer with nothing wrong is taken.

        Ctrl+T hands any answer to `trial`, and the question stays. Escape calls `left`.
        """

    def ask_letter(self, question: str, take: Callable[[str], None]) -> None:
        """Ask for a letter; the first one that is pressed is taken."""
