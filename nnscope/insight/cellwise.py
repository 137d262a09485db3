"""A line computed cell by cell: each step of the pencil, with the cells that it reads.

A cell is one step, or where it has a sum, one step a term and one for what is done with the sum. A
step is computed when it is asked for, whatever its number, so that a wide line is as quick as a
narrow one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnscope.engine.frame import Frame
from nnscope.expression.cells import Cell
from nnscope.expression.evaluate import Value
from nnscope.expression.explain import explain
from nnscope.expression.operation import Truth
from nnscope.expression.rules import rule
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name, substitute
from nnscope.insight.adder import Adder
from nnscope.insight.arithmetic import arithmetic
from nnscope.insight.reads import Reads
from nnscope.insight.sums import Sum

EVERY_TERM = 24  # a longer sum goes by single terms for a while, then in jumps
_FIRST_TERMS = 8
_SO_FAR, _MORE = Name("Σ"), Name("more")


@dataclass(frozen=True, eq=False, slots=True)
class CellStep:
    """One step of computing a line: step `number` of `count`, counted from 0, at a `cell`.

    `part` says which term of which sum it is, empty for the whole cell. `text` is the arithmetic
    with its numbers, `value` what comes out: the running sum, or the cell. `reads` are the cells of
    the operands that it looks at. `is_last` says that the cell is complete; `stored` is what the
    line has there.
    """

    cell: Cell
    number: int
    count: int
    part: str
    text: str
    value: float
    stored: float
    is_last: bool
    reads: Reads

    @property
    def differs(self) -> bool:
        """Whether the complete cell is not what the line stored, to the last bit."""
        return self.is_last and not np.array_equal(self.value, self.stored, equal_nan=True)

    def is_computed(self, cell: Cell) -> bool:
        """Tell whether a cell of the result is complete by now; rows go from left to right."""
        return cell < self.cell or (cell == self.cell and self.is_last)


def walk_of(frame: Frame) -> "CellWalk":
    """Walk through the line that ran last; there must be one."""
    assert frame.line
    return CellWalk(frame.line.expression, frame.values, frame.values[frame.line.target])


def stops(count: int) -> tuple[int, ...]:
    """Say after how many terms a sum stops: after each one, or after ever more of a long sum."""
    if count <= EVERY_TERM:
        return tuple(range(1, count + 1))
    found = list(range(1, _FIRST_TERMS + 1))
    while found[-1] < count:
        found.append(min(2 * found[-1], count))
    return tuple(found)


class CellWalk:
    """All steps of one line, in the environment that it read; `stored` is what it gave."""

    def __init__(self, expression: Expression, values: Mapping[str, Value], stored: Value) -> None:
        self._adder = Adder(expression, values)
        self._stored = np.asarray(stored, dtype=np.float64)
        self._marks = [
            (sum_, start, stop)
            for sum_ in self._adder.sums
            for start, stop in _spans(stops(self._adder.count(sum_)))
        ]
        self._closes = not self._marks or not self._adder.is_plain
        self._per_cell = len(self._marks) + self._closes
        self.count = self._per_cell * self._stored.size

    def first_of(self, cell: Cell) -> int:
        """Give the number of a cell's first step."""
        if not cell:
            return 0
        return int(np.ravel_multi_index(cell, self._stored.shape)) * self._per_cell

    def at(self, number: int) -> CellStep:
        """Compute one step; its number is from 0 to below `count`."""
        flat, within = divmod(number, self._per_cell)
        cell = tuple(int(at) for at in np.unravel_index(flat, self._stored.shape))
        if within == len(self._marks):
            return self._closing(number, cell)
        return self._term(number, cell, *self._marks[within])

    def _term(self, number: int, cell: Cell, sum_: Sum, start: int, stop: int) -> CellStep:
        """Add one term, or a run of them, to what a sum has come to."""
        adder = self._adder
        place = adder.place(sum_, cell)
        is_last = not self._closes and self._marks[-1] == (sum_, start, stop)
        return CellStep(
            cell, number, self.count, self._part(sum_, start, stop),
            self._added(sum_, place, start, stop), adder.running(sum_, place, 0, stop),
            float(self._stored[cell]), is_last, adder.reads(sum_, place, stop - 1),
        )  # fmt: skip

    def _part(self, sum_: Sum, start: int, stop: int) -> str:
        count = self._adder.count(sum_)
        which = f"term {stop}" if stop == start + 1 else f"terms {start + 1} to {stop}"
        return f"{which} of {count} of {source(sum_.node)}"

    def _added(self, sum_: Sum, place: Cell, start: int, stop: int) -> str:
        """Write what a sum was, and what is added to it now."""
        adder = self._adder
        term, cell, numbers = adder.term(sum_, place, start)
        if stop > start + 1 or sum_.reduction.truth is Truth.MADE:
            more = np.float64(adder.running(sum_, place, start, stop))
            term, cell, numbers = _MORE, (), {_MORE.id: more}
        if start:
            numbers[_SO_FAR.id] = np.float64(adder.running(sum_, place, 0, start))
            term = _joined(sum_, term)
        return arithmetic(explain(term, cell, numbers))

    def _closing(self, number: int, cell: Cell) -> CellStep:
        """Compute what is left of a cell when its sums are known."""
        found, reads = self._adder.closing(cell), self._adder.closing_reads(cell)
        return CellStep(cell, number, self.count, "", arithmetic(found), found.value,
                        float(self._stored[cell]), True, reads)  # fmt: skip


def _spans(ends: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(zip((0, *ends[:-1]), ends, strict=True))


def _joined(sum_: Sum, term: Expression) -> Expression:
    """Put the sum so far before a term; a largest value is compared instead, and so on."""
    return substitute(rule(sum_.reduction.so_far), {"a": _SO_FAR, "b": term})
