"""The chain rule: the factors behind the current line, each with its numbers and its lines."""

from collections.abc import Sequence

from textual.message import Message

from nnscope.engine.model import Frame
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import names
from nnscope.insight.chain import (
    Factor,
    Progress,
    factors,
    gradient_name,
    literal_product,
    uses,
)
from nnscope.insight.numbers import short
from nnscope.program.model import Phase
from nnscope.tui.pane import Pane, Text, bold, dim, wrapped
from nnscope.tui.style import BOLD, DIM, phase
from nnscope.tui.view import View

_MARKS = {Progress.DONE: "done", Progress.NOW: "NOW", Progress.TO_COME: "to come"}


class ChainPane(Pane):
    """For a backward line its product of factors; for a forward line, where it comes back."""

    class FactorChosen(Message):
        """A factor was clicked."""

        def __init__(self, place: int) -> None:
            self.place = place
            super().__init__()

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Write the product, the numbers of a single neuron, and a row a factor."""
        frame, line = view.frame, view.frame.line
        if line is None:
            return wrapped("Nothing has run yet. Press n to run the first line.", width)
        name = gradient_name(frame.program, line)
        chain = factors(frame.program, name)
        if not chain:
            return self._where_used(frame, line.target, width)
        rows = [*_product(frame, name, chain, width), *self._table(frame, chain, width)]
        if line.note:
            rows += wrapped(f"These two collapse: {line.note}", width)
        if line.because:
            rows += wrapped(f"≠ The scenario's own line: {line.because}.", width, BOLD)
        return [*rows, *wrapped(_averaging(frame, chain), width, DIM)]

    def _where_used(self, frame: Frame, target: str, width: int) -> list[Text]:
        """Say of a forward line which backward lines differentiate it."""
        found = uses(frame.program, target)
        if not found:
            nothing = "This line is not differentiated: no gradient comes back through it."
            return wrapped(nothing, width, DIM)
        return [["On the way back this line gives:"], *self._table(frame, found, width)]

    def _table(self, frame: Frame, chain: Sequence[Factor], width: int) -> list[Text]:
        """Write a row a factor: the local derivative, its shape, and its two lines."""
        heads = [_symbol(frame, factor) for factor in chain]
        locals_ = [frame.program.typesetter.typeset(factor.link.local) for factor in chain]
        shapes = [str(sizes(factor.shape)).replace(" ", "") for factor in chain]
        first, third = max(map(len, heads)), max(5, *map(len, shapes))
        second = max(16, min(max(map(len, locals_)), width - first - third - 28))
        style = phase(Phase.BACKWARD, self.dark)
        title = f"{'factor':<{first}}   {'local derivative':<{second}} {'shape':<{third}}"
        title += " of line in line"
        rows: list[Text] = [[dim(title)]]
        for factor, head, local, shape in zip(chain, heads, locals_, shapes, strict=True):
            progress = factor.progress(frame.index)
            cut = local if len(local) <= second else local[: second - 1] + "…"
            lines = f"{factor.forward + 1:>7} {factor.backward + 1:>7} "
            mark = bold(_MARKS[progress]) if progress is Progress.NOW else dim(_MARKS[progress])
            rows.append(
                [(f"{head:<{first}}", style), f" = {cut:<{second}} {shape:<{third}} {lines}", mark]
            )
            if factor.link.rule:
                rows.append([dim(f"    {factor.link.rule}")])
        return rows


def _symbol(frame: Frame, factor: Factor) -> str:
    symbols = frame.program.symbols
    above, below = factor.link.above, factor.link.below
    return f"∂{symbols.get(above, above)}/∂{symbols.get(below, below)}"


def _product(frame: Frame, name: str, chain: tuple[Factor, ...], width: int) -> list[Text]:
    """Write the product of the factors, and under each its number where it is a single one."""
    symbols = frame.program.symbols
    whole = f"∂{frame.program.cost}/∂{symbols.get(name, name)}"
    heads = [_symbol(frame, factor) for factor in chain]
    literal = literal_product(frame, chain)
    if literal is None:
        return [[bold(text)] for text in _wrapped(f"{whole} = ", heads, " · ", width)]
    numbers = [short(number) for number in literal[0]]
    columns = [max(len(a), len(b)) for a, b in zip(heads, numbers, strict=True)]
    top = " · ".join(f"{text:^{size}}" for text, size in zip(heads, columns, strict=True))
    under = " · ".join(f"{text:^{size}}" for text, size in zip(numbers, columns, strict=True))
    indent = " " * len(whole)
    return [[bold(f"{whole} = {top}")], [bold(f"{indent} = {under}")],
            [bold(f"{indent} = {short(literal[1])}")]]  # fmt: skip


def _wrapped(head: str, parts: Sequence[str], joint: str, width: int) -> list[str]:
    """Break a long product before its dots."""
    lines, line = [], head + parts[0]
    for part in parts[1:]:
        if len(line) + len(joint) + len(part) > width:
            lines.append(line)
            line = " " * (len(head) - len(joint)) + joint + part
        else:
            line += joint + part
    return [*lines, line]


def _averaging(frame: Frame, chain: tuple[Factor, ...]) -> str:
    """Say where the 1/m of the cost is, if it is not in the first factor but in a later line."""
    lines, line = frame.program.lines, frame.line
    cost = lines[frame.program.line_of[frame.program.cost]]
    if line is None or "m" not in names(cost.expression) or "m" in names(chain[0].link.local):
        return ""
    if "m" in names(line.expression):
        return "The 1/m of J comes in on this line."
    later = [index for index, each in enumerate(lines)
             if each.phase is Phase.BACKWARD and "m" in names(each.expression)]  # fmt: skip
    if line.phase is Phase.BACKWARD and later:
        return f"The 1/m of J is not in here: it comes in with line {later[0] + 1}."
    return ""
