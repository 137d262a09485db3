"""A line computed cell by cell: every step with its arithmetic and the cells that it reads.

A cell is one step, or where it has a sum, one step a term and one for what is done with the sum. A
step is computed when it is asked for, whatever its number, so that a wide line is as quick as a
narrow one.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.engine.frame import Frame
from nnscope.expression.evaluate import Value
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import Explanation, explain_in
from nnscope.insight.explain.cells import Cell
from nnscope.insight.explain.environment import Environment
from nnscope.insight.explain.reads import Reads
from nnscope.insight.explain.sums import added, by_sums, given_reads, sums_of, totalled

EVERY_TERM = 24  # a longer sum goes by single terms for a while, then in jumps
_FIRST_TERMS = 8


class CellStep(Struct, frozen=True, eq=False):
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
        self._expression = by_sums(expression)
        self._environment = Environment.of(self._expression, values)
        self._stored = np.asarray(stored, dtype=np.float64)
        first = self._explained((0,) * self._stored.ndim) if self._stored.size else None
        self._marks = [
            (place, start, stop)
            for place, terms in enumerate(sums_of(first) if first else ())
            for start, stop in pairwise((0, *stops(len(terms))))
        ]
        self._closes = first is None or not self._marks or first.meant.terms is None
        self._per_cell = len(self._marks) + self._closes
        self.count = self._per_cell * self._stored.size

    def _explained(self, cell: Cell) -> Explanation:
        return explain_in(self._environment, self._expression, cell)

    def first_of(self, cell: Cell) -> int:
        """Give the number of a cell's first step."""
        if not cell:
            return 0
        return int(np.ravel_multi_index(cell, self._stored.shape)) * self._per_cell

    def at(self, number: int) -> CellStep:
        """Compute one step; its number is from 0 to below `count`."""
        flat, within = divmod(number, self._per_cell)
        cell = tuple(int(at) for at in np.unravel_index(flat, self._stored.shape))
        step = self._closing(cell) if within == len(self._marks) else self._adding(cell, within)
        return replace(step, number=number)

    def _adding(self, cell: Cell, mark: int) -> CellStep:
        """Add one term, or several of a long sum, to what a sum has come to."""
        place, start, stop = self._marks[mark]
        terms = sums_of(self._explained(cell))[place]
        text, so_far = arithmetic(added(terms, start, stop)), terms.running(0, stop)
        which = f"term {stop}" if stop == start + 1 else f"terms {start + 1} to {stop}"
        part = f"{which} of {len(terms)} of {source(terms.node)}"
        is_last = not self._closes and mark == len(self._marks) - 1
        step = self._step(cell, text, so_far, terms.reads(stop - 1))
        return replace(step, part=part, is_last=is_last)

    def _closing(self, cell: Cell) -> CellStep:
        """Compute what is left of a cell when its sums are known."""
        explanation = self._explained(cell)
        found = totalled(explanation)
        return self._step(cell, arithmetic(found), found.value, given_reads(explanation))

    def _step(self, cell: Cell, text: str, value: float, reads: Reads) -> CellStep:
        stored = float(self._stored[cell])
        return CellStep(cell, 0, self.count, "", text, value, stored, True, reads)
