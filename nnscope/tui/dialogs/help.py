"""The help: the scenario, the keys, what the panes show, and every symbol on the screen."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from types import MappingProxyType

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from nnscope.expression.functions import FUNCTIONS
from nnscope.insight.line.shape_fit import LEGEND
from nnscope.program.model import Program
from nnscope.tui.draw.prose import reflowed
from nnscope.tui.draw.text import in_lines
from nnscope.tui.keymap import bindings, key_name, named
from nnscope.tui.panes import PANES

_WORDS = (
    ("W, b", "weights and biases: what the network learns"),
    ("Z, A", "the weighted sum (pre-activation) and its activation; some books swap the letters"),
    ("X, Y", "inputs and targets; J the cost, one number for how wrong the output is"),
    ("W₂, Z₂", "the small number is that of the layer: W2 in NumPy"),
    ("(4, 3)", "a shape: 4 rows and 3 columns; (3,) is a vector, () a single number"),
    ("m", "the number of examples; n0, n1, ... the number of inputs and of units in layer 1, ..."),
    ("∂J/∂W", "the gradient of the cost with respect to W: in NumPy dW, in the shape of W"),
    ("←", "the new value of a parameter, made from its old one; α the learning rate"),
    ("@", "matrix product, rows times columns; ⊙ (in NumPy *) product cell by cell"),
    ("· ^ −", "times, to the power of, and minus, in arithmetic with numbers; e is 2.71828..."),
    ("(7 more: 0.5)", "seven further terms of a sum, and what they add together"),
    (".T or ᵀ", "transpose: rows become columns"),
    ("Σ", "a sum; the small letter names the axis that it runs over"),
    ("∧ ∨ ¬", "and, or, not; ≤ ≥ ≠ = compare: 1 where it holds, else 0"),
    ("…", "there is more than there is room for"),
    ("|W|", "the length of a matrix: the root of the sum of its squares; ΔW the step of W"),
    ("iteration", "one pass through all lines: forward, loss, backward, update"),
    ("chain rule", "the derivative of nested functions is the product of their derivatives"),
    (
        "broadcast",
        "an axis of length 1 is used again and again to match a longer one: b in Z = W A + b",
    ),
    ("epoch", "one pass over all examples; with mini-batches it has several iterations"),
    ("batch", "the examples that an iteration uses: all of them, or with batch_size a part"),
    ("forward, loss, backward, update", "the four phases of an iteration, in this order"),
)
_WIDEST_TERM = 18  # longer ones have a line of their own


class HelpPage(VerticalScroll):
    """A page that says how wide it is, so that its text can be broken once, where it ends."""

    class Resized(Message):
        """The page has another width."""

        def __init__(self, width: int) -> None:
            self.width = width
            super().__init__()

    def on_resize(self, _event: Resize) -> None:
        """Say the new width."""
        self.post_message(self.Resized(self.scrollable_content_region.width))


class HelpScreen(ModalScreen[bool]):
    """One page to scroll through; Escape leaves it, or goes on a tour: then it gives True."""

    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll { width: 104; max-width: 100%; height: 94%; border: round $accent;
        background: $surface; padding: 0 2;
        scrollbar-gutter: stable; }
    """
    BINDINGS = [  # noqa: RUF012
        ("escape,q,question_mark", "dismiss", "Close"),
        ("j", "scroll(1)", "Down"),
        ("k", "scroll(-1)", "Up"),
        Binding("T", "tour", "Tour", id="tour"),
    ]

    def __init__(self, program: Program, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._program = program
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        with HelpPage() as page:
            told = named(self._keys).told
            page.border_title = told(
                "Help: arrows scroll, <tour> is a tour of one minute, Escape closes"
            )
            yield Static(markup=False)

    def on_help_page_resized(self, message: HelpPage.Resized) -> None:
        """Break the text for the width that there is."""
        origin = self._program.origin
        told = origin.title, origin.about, origin.source
        text = help_text(*told, message.width, self._keys)
        self.query_one(Static).update(text)

    def action_tour(self) -> None:
        """Leave for the tour."""
        self.dismiss(True)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def help_text(
    title: str,
    about: str,
    source: str,
    width: int,
    own_keys: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Write the whole page in lines of `width`; `own_keys` are those of the user, by their ids."""
    about = reflowed(about) or "The file says nothing about it."
    told = named(own_keys).told
    keys = [(key_name(binding.key), told(binding.tooltip)) for binding in bindings(own_keys)]
    mouse = ("mouse", "click a cell to select it, a line to go to it; wheel: scroll")
    panes = [(pane.TITLE, told(pane.about())) for pane in PANES]
    ways = "Lower case goes forwards, the capital the same way backwards."
    parts = (
        ("Keys", f"{_prose(ways, width)}\n\n{_table([*keys, mouse], width)}"),
        ("The screen", _table(panes, width)),
        ("This network", _prose(f"{title}\n\n{about}", width)),
        ("Source", _prose(source or "The file names none.", width)),
        ("Symbols and words", _table(_WORDS, width)),
        ("Functions", _table(_functions(), width)),
        ("Marks in shapes", _table(LEGEND, width)),
    )
    return "\n\n".join(f"{head.upper()}\n\n{body}" for head, body in parts)


def _prose(text: str, width: int) -> str:
    """Break paragraphs; lines that are indented, as in an example, stay together."""
    rows = (in_lines(row, width, _indent(row)) or [""] for row in text.split("\n"))
    return "\n".join(line for row in rows for line in row)


def _indent(row: str) -> str:
    return row[: len(row) - len(row.lstrip())]


def _table(rows: Iterable[tuple[str, str]], width: int) -> str:
    """Write what terms mean beside them; a long term has a line of its own."""
    rows = list(rows)
    first = min(max(len(term) for term, _ in rows), _WIDEST_TERM, width // 4) + 2
    lines: list[str] = []
    for term, meaning in rows:
        told, heads = in_lines(meaning, width - first), [term]
        if len(term) > first - 2:
            lines, heads = [*lines, *in_lines(term, width)], []
        pairs = zip_longest(heads, told, fillvalue="")
        lines += [f"{head:<{first}}{line}" for head, line in pairs]
    return "\n".join(lines)


def _functions() -> Iterator[tuple[str, str]]:
    """List every function of the language: in NumPy, as mathematics, and in words."""
    for row in FUNCTIONS.values():
        yield row.name, f"{row.symbol.format('x', 'y', 'z')}: {row.meaning}"
