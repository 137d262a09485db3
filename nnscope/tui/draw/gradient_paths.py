"""The numbers behind the selected cell of a gradient: its paths, the largest first."""

from collections.abc import Iterable, Iterator

from nnscope.insight.chain.paths import PathSum, path_sums
from nnscope.insight.explain.cells import Cell
from nnscope.insight.numbers import short
from nnscope.tui.draw.style import BOLD
from nnscope.tui.draw.text import Text, bold, dim, folded, wrapped
from nnscope.tui.view import View, two_axes

_SUMS = 2  # so many sums of several terms are written, one below the other
_LEVELS = 4


def sums_of(view: View) -> Iterator[PathSum]:
    """Give the sums behind the selected cell of the gradient, one after the other.

    None until the line of the gradient has run in this iteration, and for a single number, which
    has one path: the product of the factors.
    """
    name = _known(view)
    if name:
        yield from path_sums(view.frame, name, _cell(view, name))


def gradient_cell(sums: Iterable[PathSum], width: int) -> list[Text]:
    """Write the cell as a sum over paths, and below it the gradient on its largest path."""
    rows: list[Text] = []
    for found in _levels(sums):
        rows += _level(found, width)
    return rows


def _known(view: View) -> str:
    """Give the line of the gradient, if it has run in this iteration and makes an array."""
    program, frame = view.frame.program, view.frame
    lines = [line for line in program.lines if line.gradient_of == view.differentiated]
    if not view.differentiated or not lines:
        return ""
    name = lines[0].target
    is_known = program.line_of[name] <= frame.index and bool(program.shapes[name])
    return name if is_known else ""


def _levels(sums: Iterable[PathSum]) -> Iterator[PathSum]:
    """Give the first of the sums: more is not read any more."""
    several = 0
    for count, found in enumerate(sums, 1):
        yield found
        several += found.count > 1
        if several == _SUMS or count == _LEVELS:
            return


def _cell(view: View, name: str) -> Cell:
    """Give the selected cell, or what is nearest to it in an array of this shape."""
    shape = tuple(axis.size for axis in view.frame.program.shapes[name])
    height, width = two_axes(shape)
    at = min(view.selection.row, height - 1), min(view.selection.column, width - 1)
    return at[2 - len(shape) :]


def _level(found: PathSum, width: int) -> list[Text]:
    """Write one cell: its formula, its paths, and what is done with their sum."""
    rows = wrapped(f"{found.text} = {found.formula} = {short(found.value)}", width, BOLD, "    ")
    if found.count == 1 and not found.closing:
        (path,) = found.paths
        again = [] if path.text == found.formula else wrapped(f"  = {path.text}", width)
        return [*rows, *again]
    parts = [(path.text, short(path.value), path.via) for path in found.paths]
    if found.count > len(parts):
        parts.append((f"{found.count - len(parts)} smaller", short(found.rest), ""))
    first, second = max(len(part[0]) for part in parts), max(len(part[1]) for part in parts)
    for text, value, via in parts:
        end = dim(f"  through {via}" if via not in ("", text) else "")
        rows += folded([f"  {text:<{first}} = ", bold(f"{value:<{second}}"), end], width)
    closing = f"  {found.closing} = {short(found.value)}"
    return [*rows, *(wrapped(closing, width, indent="    ") if found.closing else [])]
