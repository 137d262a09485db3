"""The numbers behind one cell of a gradient: the sum over the paths that lead to it.

Every backward line passes gradients on from the line before it. Which cells of them, and times
what, is read off the line's expression; nothing here knows what a layer is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from nnscope.engine.frame import Frame
from nnscope.expression.cells import Cell
from nnscope.expression.evaluate import Value
from nnscope.expression.explain import explain
from nnscope.expression.syntax import Transpose, names
from nnscope.expression.table import SUM
from nnscope.insight.adder import Adder
from nnscope.insight.arithmetic import arithmetic
from nnscope.insight.indexed import indexed
from nnscope.insight.numbers import short
from nnscope.insight.reads import Reads, box_of, is_one_cell
from nnscope.program.model import Line, Program

_MOST_MASKED = 64
_Found = tuple[tuple["Path", ...], int, float, str]


@dataclass(frozen=True, slots=True)
class Path:
    """One way on which a gradient arrives: the cell that it comes from, and what it brings.

    `text` is its arithmetic with numbers. `through` is the name and the cell of the gradient that
    it passes on, None where there is none.
    """

    text: str
    value: float
    through: tuple[str, Cell] | None


@dataclass(frozen=True, eq=False, slots=True)
class PathSum:
    """A cell of a gradient as a sum over its paths, the largest first.

    `formula` has an index at every name. `count` is how many paths there are, and `rest` what those
    that are not listed add together. `closing` is what is done with the sum, empty for nothing.
    """

    name: str
    cell: Cell
    formula: str
    value: float
    paths: tuple[Path, ...]
    count: int
    rest: float
    closing: str

    @property
    def text(self) -> str:
        """The cell as one would write it: `dW2[0, 1]`."""
        return cell_text(self.name, self.cell)


def cell_text(name: str, cell: Cell) -> str:
    """Write a cell of a name: `dW2[0, 1]`."""
    return name + (f"[{', '.join(map(str, cell))}]" if cell else "")


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
    formula = indexed(line.expression, cell, program.shapes)
    return PathSum(name, cell, formula, value, paths, count, rest, closing)


class _Finder:
    """Finds the paths into one cell of one line."""

    def __init__(
        self, program: Program, line: Line, cell: Cell, values: Mapping[str, Value]
    ) -> None:
        self._line, self._cell = line, cell
        self._values = {name: values[name] for name in names(line.expression)}
        self._adder = Adder(line.expression, self._values)
        gradients = {each.target for each in program.lines if each.gradient_of}
        self._arriving = [name for name in self._values if name in gradients]

    def paths(self, most: int | None) -> _Found:
        """Give the paths, how many there are, what the unlisted add, and what closes the sum."""
        adder = self._adder
        outside = set(names(adder.rest)) & set(self._arriving)
        summed = [each.reduction for each in adder.sums] == [SUM]
        if self._arriving and summed and not outside:
            return self._terms(most)
        reads = adder.reader.reads(self._line.expression, box_of(self._cell))
        cells = list(dict.fromkeys(self._cells(reads)))
        if 1 < len(cells) <= _MOST_MASKED:
            return self._masked(cells, most)
        found = explain(self._line.expression, self._cell, self._values)
        return (Path(arithmetic(found), found.value, self._through(reads)),), 1, 0.0, ""

    def _terms(self, most: int | None) -> _Found:
        """Take each term of the line's only sum as a path."""
        adder, (sum_,) = self._adder, self._adder.sums
        place = adder.place(sum_, self._cell)
        terms = adder.terms(sum_, place)
        order = np.argsort(-np.abs(terms), kind="stable")
        shown = order[:most].tolist()
        paths = tuple(
            Path(arithmetic(explain(*adder.term(sum_, place, number))), float(terms[number]),
                 self._through(adder.reads(sum_, place, number)))
            for number in shown
        )  # fmt: skip
        rest = float(np.sum(terms[order[len(shown) :]]))
        closing = "" if adder.is_plain else arithmetic(adder.closing(self._cell))
        return paths, len(terms), rest, closing

    def _masked(self, cells: Sequence[tuple[str, Cell]], most: int | None) -> _Found:
        """Let one arriving gradient cell through at a time.

        A backward line is linear in the gradients that arrive, so the parts add up to the whole.
        """
        paths = [self._let_through(*each) for each in cells]
        paths.sort(key=lambda path: -abs(path.value))
        shown = tuple(paths[:most])
        return shown, len(paths), sum(path.value for path in paths[len(shown) :]), ""

    def _let_through(self, name: str, cell: Cell) -> Path:
        alone = {each: np.zeros_like(np.asarray(self._values[each])) for each in self._arriving}
        alone[name][cell] = 1.0
        local = explain(self._line.expression, self._cell, {**self._values, **alone}).value
        arriving = float(np.asarray(self._values[name])[cell])
        return Path(f"{_factor(arriving)} · {_factor(local)}", arriving * local, (name, cell))

    def _cells(self, reads: Reads) -> Iterator[tuple[str, Cell]]:
        """List the cells of arriving gradients among what is read."""
        for operand, boxes in reads.items():
            name = names(operand)[0]
            for box in boxes if name in self._arriving else ():
                upright = box[::-1] if isinstance(operand, Transpose) else box
                yield from ((name, cell) for cell in product(*upright))

    def _through(self, reads: Reads) -> tuple[str, Cell] | None:
        """Find the single cell of an arriving gradient that is read, if there is one."""
        small = {operand: tuple(filter(is_one_cell, boxes)) for operand, boxes in reads.items()}
        return next(self._cells(small), None)


def _factor(value: float) -> str:
    return f"({short(value)})" if value < 0 else short(value)
