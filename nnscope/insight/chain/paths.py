"""The numbers behind one cell of a gradient: the sum over the paths that lead to it.

Every backward line passes gradients on from the line before it. Which cells of them, and times
what, is read off the line's expression; nothing here knows what a layer is.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from msgspec import Struct

from nnscope.engine.frame import Frame
from nnscope.expression.evaluate import Value
from nnscope.expression.syntax import Transpose, names
from nnscope.expression.table import SUM
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import Explanation, explain, explain_in, written
from nnscope.insight.explain.cells import Cell, box_of, is_one_cell
from nnscope.insight.explain.environment import Environment
from nnscope.insight.explain.formula import cell_formula
from nnscope.insight.explain.reads import Reads
from nnscope.insight.explain.sums import by_sums, given_reads, sums_of, term, totalled
from nnscope.insight.explain.terms import Terms, bracketed
from nnscope.program.model import Line, Program

_MOST_MASKED = 64
_Found = tuple[tuple["Path", ...], int, float, str]


class Path(Struct, frozen=True):
    """One way on which a gradient arrives: the cell that it comes from, and what it brings.

    `text` is its arithmetic with numbers, or where nothing is computed the cell itself. `through`
    is the variable and the cell of the gradient that it passes on, None where there is none, and
    `via` that cell as one would write it.
    """

    text: str
    value: float
    through: tuple[str, Cell] | None
    via: str = ""


class PathSum(Struct, frozen=True, eq=False):
    """A cell of a gradient as a sum over its paths, the largest first.

    `text` is the cell as one would write it: `dW2[0, 1]`. `formula` has an index at every name.
    `count` is how many paths there are, and `rest` what those that are not listed add together.
    `closing` is what is done with the sum, empty for nothing.
    """

    name: str
    cell: Cell
    text: str
    formula: str
    value: float
    paths: tuple[Path, ...]
    count: int
    rest: float
    closing: str


def path_sums(frame: Frame, name: str, cell: Cell, most: int = 3) -> Iterator[PathSum]:
    """Explain a cell of a gradient line, then the gradient on its largest path, down to the cost.

    The line must have run in this iteration.
    """
    here: tuple[str, Cell] | None = (name, cell)
    while here is not None:
        found = path_sum(frame, *here, most)
        yield found
        here = found.paths[0].through if found.paths else None


def path_sum(frame: Frame, name: str, cell: Cell, most: int | None = 3) -> PathSum:
    """Explain one cell of a gradient line by its paths, all of them where `most` is None."""
    program = frame.program
    line = program.lines[program.line_of[name]]
    paths, count, rest, closing = _Finder(program, line, cell, frame.values).paths(most)
    value = float(np.asarray(frame.values[name])[cell])
    formula = cell_formula(line.expression, cell, program.shapes)
    text = written(program.variables[name].name, cell)
    return PathSum(name, cell, text, formula, value, paths, count, rest, closing)


class _Finder:
    """Finds the paths into one cell of one line."""

    def __init__(
        self, program: Program, line: Line, cell: Cell, values: Mapping[str, Value]
    ) -> None:
        self._program, self._line, self._cell = program, line, cell
        expression = by_sums(line.expression)
        self._environment = Environment.of(expression, values)
        self._explanation = explain_in(self._environment, expression, cell)
        self._sums = sums_of(self._explanation)
        gradients = {each.target for each in program.lines if each.gradient_of}
        self._arriving = [name for name in self._environment.values if name in gradients]

    def paths(self, most: int | None) -> _Found:
        """Give the paths, how many there are, what the unlisted add, and what closes the sum."""
        outside = {names(operand)[0] for operand in given_reads(self._explanation)}
        summed = [each.reduction for each in self._sums] == [SUM]
        if self._arriving and summed and not outside & set(self._arriving):
            return self._terms(self._sums[0], most)
        shapes = self._environment.shapes
        reads = shapes.reads(self._line.expression, box_of(self._cell))
        cells = list(dict.fromkeys(self._cells(reads)))
        if 1 < len(cells) <= _MOST_MASKED:
            return self._masked(cells, most)
        found = explain(self._line.expression, self._cell, self._environment.values)
        return (self._path(found, reads),), 1, 0.0, ""

    def _path(self, explanation: Explanation, reads: Reads) -> Path:
        """Give what one cell brings; a cell of a value is written by its name, which says more."""
        meant = explanation.meant
        text = meant.text if meant.is_given else arithmetic(explanation)
        through = next(self._cells(_single(reads)), None)
        return Path(text, explanation.value, through, self._via(through))

    def _via(self, through: tuple[str, Cell] | None) -> str:
        return written(self._program.variables[through[0]].name, through[1]) if through else ""

    def _terms(self, terms: Terms, most: int | None) -> _Found:
        """Take each term of the line's only sum as a path."""
        shown = terms.largest(_listed(len(terms), most))
        paths = tuple(self._path(explain(*term(terms, at)), terms.reads(at)) for at in shown)
        is_plain = self._explanation.meant.terms is not None
        closing = "" if is_plain else arithmetic(totalled(self._explanation))
        return paths, len(terms), terms.rest(shown), closing

    def _masked(self, cells: Sequence[tuple[str, Cell]], most: int | None) -> _Found:
        """Let one arriving gradient cell through at a time.

        A backward line is linear in the gradients that arrive, so the parts add up to the whole.
        """
        paths = [self._let_through(*each) for each in cells]
        paths.sort(key=lambda path: -abs(path.value))
        shown = tuple(paths[: _listed(len(paths), most)])
        return shown, len(paths), sum(path.value for path in paths[len(shown) :]), ""

    def _let_through(self, name: str, cell: Cell) -> Path:
        values = self._environment.values
        alone = {each: np.zeros_like(np.asarray(values[each])) for each in self._arriving}
        alone[name][cell] = 1.0
        local = explain(self._line.expression, self._cell, {**values, **alone}).value
        arriving = float(np.asarray(values[name])[cell])
        text = f"{bracketed(arriving)} · {bracketed(local)}"
        return Path(text, arriving * local, (name, cell), self._via((name, cell)))

    def _cells(self, reads: Reads) -> Iterator[tuple[str, Cell]]:
        """List the cells of arriving gradients among what is read."""
        for operand, boxes in reads.items():
            name = names(operand)[0]
            for box in boxes if name in self._arriving else ():
                upright = box[::-1] if isinstance(operand, Transpose) else box
                yield from ((name, cell) for cell in product(*upright))


def _single(reads: Reads) -> Reads:
    """Keep of what is read the single cells, without the rows and columns that they are in."""
    return {operand: tuple(filter(is_one_cell, boxes)) for operand, boxes in reads.items()}


def _listed(count: int, most: int | None) -> int:
    """Say how many of so many paths to list: a single one that is left takes no more room."""
    return count if most is None or count == most + 1 else min(most, count)
