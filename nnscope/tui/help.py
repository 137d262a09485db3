"""The help: the scenario, the keys, what the panes show, and every symbol on the screen."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from nnscope.expression.functions import FUNCTIONS
from nnscope.insight.fitting import LEGEND
from nnscope.program.model import Program
from nnscope.tui.keys import BINDINGS, key_name
from nnscope.tui.prose import reflowed

_SCREEN = """\
Program     Every line of one iteration, with the shape of its result. > is the line that ran last.
            ✓ the source printed this value, and it agrees; ✗ it does not agree;
            ≠ a line that the scenario put in place of the compiled one.
Matrices    What that line read, and behind = what it made. ▸ is the selected cell; below it stand
            all its digits and the arithmetic that made it. ⌄ and › say that there is more.
            Blue is positive, red negative, the stronger the larger; nan and inf are reversed.
            Inside a line → points at the row and ↓ at the column that are being multiplied, a
            cell in brackets is being read, and a dot stands for one that is not computed yet.
Chain rule  The gradient as a product of local derivatives: which line each one differentiates,
            which line multiplies it in, and whether that is done (─✓→), NOW, or to come (┄┄→).
            ▸ is the chosen factor.
            For a forward line: where on the way back it is differentiated.
Variables   Every name; > is the one just computed. ○ marks what this iteration has not computed
            yet: it still holds the value of the iteration before, as it would in a script.
Health      ! is a finding of a rule: what is wrong where, the number beside its limit, and what
            helps; ○ that it is about the iteration before. Below, for each layer, how long its
            gradient, its activation and its step are: |W| is the root of the sum of the squares.
            Bars compare the layers, curves show the run so far, from left to right.
Time        The cost of every iteration that was reached, and with w any other number, such as
            np.linalg.norm(dW1), in curves one below the other. A gap stands for nan or inf, ○ for
            a value of the iteration before. On the axis ▲ is where you are, a letter a mark of
            yours, ● where a search stopped, ‼ the first nan or inf. When this pane is chosen,
            left and right go along the axis, up and down choose a curve (▸), and Delete drops
            it; the mouse goes where you click or drag."""

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
epoch     one pass over all examples; here every iteration uses all of them
forward, loss, backward, update   the four phases of an iteration, in this order"""


class HelpScreen(ModalScreen[None]):
    """One page to scroll through; Escape, q or ? leaves it."""

    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll { width: 104; max-width: 100%; height: 94%; border: round $accent;
        background: $surface; padding: 0 2; }
    """
    BINDINGS = [("escape,q,question_mark", "dismiss", "Close"),  # noqa: RUF012
                ("j", "scroll(1)", "Down"), ("k", "scroll(-1)", "Up")]  # fmt: skip

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program

    def compose(self) -> ComposeResult:
        """Lay the page out."""
        scenario = self._program.scenario
        with VerticalScroll() as page:
            page.border_title = "Help: arrows scroll, Escape closes"
            yield Static(help_text(scenario.title, scenario.about, scenario.source), markup=False)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def help_text(title: str, about: str, source: str) -> str:
    """Write the whole page."""
    about = reflowed(about) or "The scenario says nothing about itself."
    keys = "\n".join(f"{key_name(binding.key):<18}{binding.tooltip}" for binding in BINDINGS)
    parts = (
        ("Keys", f"Lower case goes forwards, the capital the same way backwards.\n\n{keys}\n"
                 "mouse             click a cell to select it, a line to go to it; wheel: scroll"),
        ("The screen", _SCREEN),
        ("This network", f"{title}\n\n{about}"),
        ("Source", source or "The scenario names none."),
        ("Symbols and words", _WORDS),
        ("Functions", _functions()),
        ("Marks in shapes", "\n".join(f"{mark:<10}{meaning}" for mark, meaning in LEGEND)),
    )  # fmt: skip
    return "\n\n".join(f"{head.upper()}\n\n{body}" for head, body in parts)


def _functions() -> str:
    """List every function of the language: as mathematics, in NumPy, and in words."""
    rows = [(row.symbol.format("x", "y", "z"), row.name, row.meaning) for row in FUNCTIONS.values()]
    width = max(len(symbol) for symbol, _, _ in rows)
    return "\n".join(f"{symbol:<{width}}  {name:<15} {told}" for symbol, name, told in rows)
