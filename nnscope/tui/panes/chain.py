"""The chain rule: the factors behind a gradient, each with its numbers and its lines."""

from collections.abc import Iterator, Sequence
from itertools import tee

from textual import events
from textual.message import Message

from nnscope.engine.frame import Frame
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import names
from nnscope.insight.chain.at_cell import path_numbers
from nnscope.insight.chain.factors import Factor, Progress
from nnscope.insight.check.late_division import postponed
from nnscope.insight.line.phrase import local_words
from nnscope.program.model import Phase
from nnscope.tui.draw.chain_product import path, product, symbol
from nnscope.tui.draw.gradient_paths import gradient_cell, sums_of
from nnscope.tui.draw.style import BOLD, DIM, REVERSE, phase
from nnscope.tui.draw.text import Text, bold, dim, in_lines, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.view import View

_MARKS = {Progress.DONE: "done", Progress.NOW: "NOW", Progress.TO_COME: "to come"}
_HUNTED = "The chain rule tells the right lines: not during a hunt."
_NOT_YET = "Nothing has run yet. Press <line.next> to run the first line."
_LEAST = 8  # columns of text for a local derivative


class ChainPane(Pane):
    """For a gradient its product of factors; for a forward line, where it comes back."""

    NAME, TITLE, KEY = "chain", "Chain rule", "2"
    SHORT, PLACE = "Chain", "chain"
    LEAST, LEAST_CHOSEN = 6, 13
    ABOUT = (
        "The gradient as a product of local derivatives: which line each one differentiates, "
        "which line multiplies it in, and whether that is done (─✓→), NOW, or to come (┄┄→). ▸ "
        "is the chosen factor. For a forward line: where the backward pass differentiates it."
    )

    MEANS = {  # noqa: RUF012
        "cell.up": "factor.up",
        "cell.down": "factor.down",
        "factor.line": "factor.go",
    }

    class FactorChosen(Message):
        """A factor was clicked."""

        def __init__(self, place: int) -> None:
            self.place = place
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[int] = []  # of each factor
        self._shown: tuple[object, ...] = ()
        self._written: tuple[View, int, Sequence[Text]] | None = None  # of a view, in a width

    def parts(self, view: View) -> tuple[object, ...]:
        """The factors, the chosen one of them, and the numbers of the selected cell."""
        return view.frame, view.cells, view.chain_choice, self.is_chosen

    def rows(self, view: View, width: int, usual: int, most: int) -> int:
        """Ask for the usual rows; the product and the factors are what it needs."""
        rows = self._write(view, width - self.HAS_BAR)
        self.needed = self._rows[-1] + 2 if self._rows else len(rows)
        return usual

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Write the product, the path, a row a factor, and the numbers of the selected cell."""
        rows = self._write(view, width)
        if view.differentiated and view.chain:
            self._follow(view, height)
        return rows

    def _write(self, view: View, width: int) -> Sequence[Text]:
        """Write all of it, once: so many rows are asked for, and then painted."""
        if self._written is None or self._written[0] is not view or self._written[1] != width:
            self._written = view, width, self._all(view, width)
        return self._written[2]

    def _all(self, view: View, width: int) -> Sequence[Text]:
        frame, line = view.frame, view.frame.line
        name, chain = view.differentiated, view.chain
        self._rows = []
        self.entitle("Chain rule" + _whose(view))
        if not chain:
            return _nothing(view, width)
        if frame.program.notes.is_hunted:
            return wrapped(_HUNTED, width)
        if not name:
            rows: list[Text] = [["In the backward pass this line gives:"]]
            return [*rows, *self._table(view, width, len(rows))]
        once, again = tee(sums_of(view))  # each is computed when one of the two first asks for it
        whole = product(frame, name, chain, width, path_numbers(frame, once))
        rows = [*whole, *path(frame, chain, width)]
        rows += self._table(view, width, len(rows))
        if line and line.because and line.gradient_of == name:
            rows += wrapped(
                f"≠ The {frame.program.origin.kind}'s own line: {line.because}.", width, BOLD
            )
        rows += wrapped(_averaging(frame, chain), width)
        if line and line.note:
            rows += wrapped(f"These two simplify to one: {line.note}", width)
        rows += gradient_cell(again, width)
        for note in _notes(frame, chain):
            rows += wrapped(note, width, DIM)
        return rows

    def _follow(self, view: View, height: int) -> None:
        """Bring the chosen factor in sight when it is another one than before."""
        shown = (view.differentiated, view.pointed, view.frame.index, height)
        if shown != self._shown and self._rows:
            self.keep_in_sight(self._rows[view.pointed])
        self._shown = shown

    def _table(self, view: View, width: int, start: int) -> list[Text]:
        """Write a row a factor: the local derivative, its shape, and its two lines."""
        frame, chain = view.frame, view.chain
        heads = [symbol(frame, factor) for factor in chain]
        write = frame.program.typesetter.typeset
        locals_ = [local_words(factor.link.local, write) for factor in chain]
        shapes = [str(sizes(factor.shape)).replace(" ", "") for factor in chain]
        first, third = max(map(len, heads)), max(5, *map(len, shapes))
        if width - first - third - 30 < _LEAST:  # the shapes stand in the listing, too
            shapes, third = [""] * len(chain), 0
        second = max(_LEAST, min(max(16, *map(len, locals_)), width - first - third - 30))
        told, shape = "local derivative"[:second], "shape"[:third]
        title = f"  {'factor':<{first}}   {told:<{second}} {shape:<{third}}"
        rows: list[Text] = [[dim(f"{title} {'line':>7}│{'used in':>7}")]]
        style = phase(Phase.BACKWARD, self.dark)
        for place, factor in enumerate(chain):
            progress, local = factor.progress(frame.index), locals_[place]
            if len(local) > second:  # where there is no room for the words, the bare condition
                local = write(factor.link.local)
            text, *more = in_lines(local, second) if len(local) > second else [local]
            lines = f"{factor.forward + 1:>7} {factor.backward + 1:>7} "
            mark = bold(_MARKS[progress]) if progress is Progress.NOW else dim(_MARKS[progress])
            chosen = self.is_chosen and place == view.pointed
            self._rows.append(start + len(rows))
            rows.append(
                [
                    ("▸ ", REVERSE) if chosen else "  ",
                    (f"{heads[place]:<{first}}", style),
                    f" = {text:<{second}} {shapes[place]:<{third}} {lines}",
                    mark,
                ]
            )
            rows += [[" " * (first + 5), each] for each in more]
            if factor.link.rule:
                rows += [["    ", *line] for line in wrapped(factor.link.rule, width - 4, DIM)]
        return rows

    def on_click(self, event: events.Click) -> None:
        """Choose the factor that was clicked."""
        offset = event.get_content_offset(self)
        row = self.line_at(offset.y) if offset else -1
        if row in self._rows:
            self.post_message(self.FactorChosen(self._rows.index(row)))


def _whose(view: View) -> str:
    """Say whose chain rule is shown, where it is not that of the current line."""
    parameter, called = view.chain_choice.parameter, view.frame.program.called
    here = view.keys.told("(<parameter.here>: of the current line)")
    return f" of {called.get(parameter, parameter)} {here}" if parameter else ""


def _nothing(view: View, width: int) -> list[Text]:
    """Say why there is no chain rule here."""
    if view.frame.line is None:
        return wrapped(view.keys.told(_NOT_YET), width)
    program = view.frame.program
    nothing = "This line is not differentiated: no gradient comes back through it."
    if program.carried and not program.cost:
        nothing = "No line is known to compute the cost, so no chain rule can be told."
    elif view.differentiated:
        nothing = (
            "No product of local derivatives is known for this gradient: a line on its way may do "
            "several steps at once."
        )
    elif program.carried and not any(line.gradient_of for line in program.lines):
        nothing = "No line is known to be a gradient, so no chain rule can be told."
    return wrapped(nothing, width, DIM)


def _notes(frame: Frame, chain: Sequence[Factor]) -> Iterator[str]:
    """Give the algebra of other lines that multiply two factors at once and come out shorter."""
    for index in dict.fromkeys(factor.backward for factor in chain):
        note = frame.program.lines[index].note
        if note and index != frame.index:
            yield f"Line {index + 1} multiplies by two factors at once: {note}"


def _averaging(frame: Frame, chain: Sequence[Factor]) -> str:
    """Say where the 1/m of the cost is, if it is not in the first factor but in a later line."""
    program, last = frame.program, chain[-1].backward
    late, cost = postponed(program), program.spelled(program.cost)
    if late is None or late.name not in names(program.lines[chain[0].forward].expression):
        return ""
    what = f"The 1/{late.name} of {cost} (line {chain[0].forward + 1})"
    if late.name in names(program.lines[last].expression):
        where = "on this line, " if last == frame.index else "with line "
        return f"{what} comes in {where}{last + 1}."
    here = program.lines[last].target
    readers = [index + 1 for index, each in enumerate(program.lines)
               if {here, late.name} <= {*names(each.expression)}]  # fmt: skip
    if not readers:
        return ""
    plural = "s" if len(readers) > 1 else ""
    numbers = " and ".join(map(str, readers))
    return f"{what} is not in here: it comes in with line{plural} {numbers}."
