"""Which cells of the matrices are in sight, where there is no room for all of them.

The selected cell is, and in line with it what it is made from: the same rows and columns of what is
computed cell by cell, the row and the column of a product. Stepping into a line moves the same way.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from nnscope.expression.syntax import Expression
from nnscope.insight.explain.cells import Cell
from nnscope.insight.explain.reads import Reads
from nnscope.insight.line.operands import Operand
from nnscope.tui.draw.cell_highlight import lighting
from nnscope.tui.view import View, two_axes

T = TypeVar("T")
Corners = Mapping[Expression, tuple[int, int]]
"""The first row and the first column of a matrix that were in sight last."""


class Sight:
    """Scrolls the matrices of a view, no farther than they must from where they were."""

    def __init__(self, view: View, kept: Corners) -> None:
        self._view = view
        self._kept = kept
        self._found: dict[tuple[int, tuple[int, ...]], list[int]] = {}

    def firsts(self, axis: int, shown: Sequence[int]) -> list[int]:
        """Give the first row (axis 0) or column (axis 1) in sight of each matrix.

        `shown` says how many of them are shown.
        """
        key = axis, tuple(shown)
        if key not in self._found:
            self._found[key] = self._find_firsts(axis, shown)
        return self._found[key]

    def _find_firsts(self, axis: int, shown: Sequence[int]) -> list[int]:
        *operands, result = self._view.operands
        at = self._first(result, axis, shown[-1], self._last(result, axis))
        beside = self._view.reads(self._at_corner(axis, at))
        starts = (self._start(each, axis, beside) for each in operands)
        each = zip(operands, shown[:-1], starts, strict=True)
        found = [self._first(operand, axis, count, start) for operand, count, start in each]
        return [*found, at]

    def _start(self, operand: Operand, axis: int, beside: Reads) -> int:
        """Give where an operand would begin: beside the result, or at the first term of a sum."""
        boxes = beside.get(operand.expression)
        along = _row_and_column(boxes[0], range(1))[axis] if boxes else None
        if along is not None and len(along) == 1:
            return along.start
        is_own = along is None or operand is self._view.selected
        return self._last(operand, axis) if is_own else 0

    def _first(self, operand: Operand, axis: int, shown: int, start: int) -> int:
        """Scroll from `start` until what matters is in sight, but not beyond the ends."""
        focus = self._focus(operand)
        if focus is not None:
            start = min(max(start, focus[axis] - shown + 1), focus[axis])
        return max(0, min(start, two_axes(operand.value.shape)[axis] - shown))

    def _last(self, operand: Operand, axis: int) -> int:
        return self._kept.get(operand.expression, (0, 0))[axis]

    def _focus(self, operand: Operand) -> tuple[int, int] | None:
        """Give the cell that must be in sight: selected, being read, or behind the selected one."""
        view = self._view
        if operand is view.selected:
            return _row_and_column(view.cell, 0)
        if operand is view.operands[-1]:
            cell = view.cell_of_result
            return None if cell is None else _row_and_column(cell, 0)
        return lighting(view, operand).focus or self._first_behind(operand)

    def _first_behind(self, operand: Operand) -> tuple[int, int] | None:
        boxes = self._view.made_from.get(operand.expression)
        return _row_and_column(tuple(along.start for along in boxes[0]), 0) if boxes else None

    def _at_corner(self, axis: int, at: int) -> Cell:
        """Give a cell of the result in the first row, or the first column, in sight."""
        rank = self._view.operands[-1].value.ndim
        return (at * (axis == 0), at * (axis == 1))[2 - rank :]


def _row_and_column(along: Sequence[T], missing: T) -> tuple[T, T]:
    """Give what belongs to the rows and to the columns; an array of fewer axes misses the first."""
    padded = (missing, missing, *along)
    return padded[-2], padded[-1]
