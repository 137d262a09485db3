"""The help: the scenario, the keys, what the panes show, and every symbol on the screen."""

import textwrap
from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from nnscope.expression.functions import FUNCTIONS
from nnscope.insight.line.shape_fit import LEGEND
from nnscope.program.model import Program
from nnscope.tui.draw.prose import reflowed
from nnscope.tui.draw.text import clean_rows
from nnscope.tui.keymap import BINDINGS, key_name
from nnscope.tui.pane import Pane
from nnscope.tui.panes import PANES

_WORDS = """\
W, b      weights and biases: what the network learns
Z, A      the weighted sum (pre-activation) and its activation; some books swap the letters
X, Y      inputs and targets; J the cost, one number for how wrong the output is
m         the number of examples; n0, n1, ... the number of inputs and of units in layer 1, ...
∂J/∂W     the gradient of the cost by W: in NumPy dW. It has the shape of W
←         the new value of a parameter, made from its old one; α the learning rate
@         matrix product, rows times columns; ⊙ (in NumPy *) product cell by cell
· ^ −     times, to the power of, and minus, in arithmetic with numbers; e is 2.71828...
(7 more: 0.5)   seven further terms of a sum, and what they add together
.T or ᵀ   transpose: rows become columns
Σ         a sum; the small letter names the axis that it runs over
∧ ∨ ¬     and, or, not; ≤ ≥ ≠ = compare: 1 where it holds, else 0
…         there is more than there is room for
|W|       the length of a matrix: the root of the sum of its squares; ΔW the step of W
iteration one pass through all lines: forward, loss, backward, update
chain rule   the derivative of nested functions is the product of their derivatives
broadcast    an axis of length 1 is used again and again to match a longer one: b in Z = W A + b
epoch     one pass over all examples; with mini-batches it has several iterations
batch     the examples that an iteration uses: all of them, or with batch_size a part
forward, loss, backward, update   the four phases of an iteration, in this order"""


class HelpScreen(ModalScreen[None]):
    """One page to scroll through; Escape, q or ? leaves it."""

    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll { width: 104; max-width: 100%; height: 94%; border: round $accent;
        background: $surface; padding: 0 2; }
    """
    BINDINGS = [  # noqa: RUF012
        ("escape,q,question_mark", "dismiss", "Close"),
        ("j", "scroll(1)", "Down"),
        ("k", "scroll(-1)", "Up"),
    ]

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        origin = self._program.origin
        with VerticalScroll() as page:
            page.border_title = "Help: arrows scroll, Escape closes"
            yield Static(
                clean_rows(help_text(origin.title, origin.about, origin.source)), markup=False
            )

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def help_text(title: str, about: str, source: str) -> str:
    """Write the whole page."""
    about = reflowed(about) or "Nothing is said about it."
    keys = "\n".join(f"{key_name(binding.key):<18}{binding.tooltip}" for binding in BINDINGS)
    parts = (
        (
            "Keys",
            f"Lower case goes forwards, the capital the same way backwards.\n\n{keys}\n"
            "mouse             click a cell to select it, a line to go to it; wheel: scroll",
        ),
        ("The screen", "\n".join(map(_about, PANES))),
        ("This network", f"{title}\n\n{about}"),
        ("Source", source or "None is named."),
        ("Symbols and words", _WORDS),
        ("Functions", _functions()),
        ("Marks in shapes", "\n".join(f"{mark:<10}{meaning}" for mark, meaning in LEGEND)),
    )
    return "\n\n".join(f"{head.upper()}\n\n{body}" for head, body in parts)


def _about(pane: type[Pane]) -> str:
    """Say what a pane shows, beside its title."""
    lines = textwrap.wrap(pane.ABOUT, 88)
    return "\n".join(
        f"{head:<16}{line}" for head, line in zip_longest([pane.TITLE], lines, fillvalue="")
    )


def _functions() -> str:
    """List every function of the language: as mathematics, in NumPy, and in words."""
    rows = [(row.symbol.format("x", "y", "z"), row.name, row.meaning) for row in FUNCTIONS.values()]
    width = max(len(symbol) for symbol, _, _ in rows)
    return "\n".join(f"{symbol:<{width}}  {name:<15} {told}" for symbol, name, told in rows)
