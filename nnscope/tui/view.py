"""What the panes are shown: one immutable view of one moment, and nothing of the engine."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from nnscope.engine.find.stops import Stop
from nnscope.engine.frame import Frame
from nnscope.engine.watch import Curve
from nnscope.insight.cellwise import CellStep
from nnscope.insight.chain import Factor, factors, gradient_name, uses
from nnscope.insight.operands import Operand, operands
from nnscope.tui.axis import Mark

if TYPE_CHECKING:
    from nnscope.insight.comparison import GradientCheck
    from nnscope.insight.v_curve import VCurve

RUNNING_WIDTH = 9  # a running sum may need more digits than the cells: `-1.234e-5`


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected cell: which of the operands (-1 is the result), its row and its column."""

    operand: int = -1
    row: int = 0
    column: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Checked:
    """What a gradient check has found so far, at which iteration; or the curve of one cell."""

    checks: tuple["GradientCheck", ...] = ()
    texts: tuple[str, ...] = ()
    curve: "VCurve | None" = None
    iteration: int = 0


@dataclass(frozen=True, eq=False)
class View:
    """A frame, what is selected in it, and how it is to be written.

    `mathematics` shows lines as mathematics in place of NumPy; `logarithmic` is for the cost plot.
    `state` is what the debugger is doing: paused, running, or the long work it is at, while which
    it `is_busy` and can be interrupted. `inside` is
    the step that is shown of the current line, None for the complete line. `parameter` is the name
    whose gradient was chosen for the chain rule, empty for the current line's; `factor` is the
    chosen one of its factors, None where it is the one that the line multiplies in. `words` tells
    each line in a sentence, `checked` is the last gradient check. `stops` are all stops and `stop`
    is the chosen one; `arrival` says why the last search ended here. `curves` are what is followed
    beside the cost, `curve` the chosen one (the cost is number 0), `marks` what is marked on the
    axis of time. `held` are the bytes that the history and the curves hold.
    """

    frame: Frame
    selection: Selection = Selection()
    mathematics: bool = False
    logarithmic: bool = False
    state: str = "paused"
    is_busy: bool = False
    inside: CellStep | None = None
    parameter: str = ""
    factor: int | None = None
    words: bool = True
    checked: Checked = Checked()
    stops: tuple[Stop, ...] = ()
    stop: int = 0
    arrival: str = ""
    curves: tuple[Curve, ...] = ()
    curve: int = 0
    marks: tuple[Mark, ...] = ()
    held: int = 0

    @cached_property
    def operands(self) -> tuple[Operand, ...]:
        """The operands of the current line and its result."""
        found = operands(self.frame)
        if self.inside is None:
            return found
        return *found[:-1], replace(found[-1], cell_width=RUNNING_WIDTH)

    @property
    def selected(self) -> Operand:
        """The operand or result with the selected cell."""
        return self.operands[min(self.selection.operand, len(self.operands) - 1)]

    @property
    def cell(self) -> tuple[int, ...]:
        """The index of the selected cell, as long as the array has axes, inside its bounds."""
        shape = self.selected.value.shape
        place = (self.selection.row, self.selection.column)[-len(shape) :] if shape else ()
        return tuple(min(at, size - 1) for at, size in zip(place, shape, strict=True))

    @property
    def differentiated(self) -> str:
        """The name whose gradient the chain rule is shown for; empty for a forward line."""
        return self.parameter or gradient_name(self.frame.program, self.frame.line)

    @cached_property
    def chain(self) -> tuple[Factor, ...]:
        """The factors of that gradient; for a forward line, those that differentiate it."""
        program, line = self.frame.program, self.frame.line
        chain = factors(program, self.differentiated)
        return chain or (uses(program, line.target) if line else ())

    @property
    def pointed(self) -> int:
        """The place of the chosen factor; by default the line's own, or the last that is done."""
        if self.factor is not None:
            return min(self.factor, len(self.chain) - 1)
        lines = [each.backward for each in self.chain]
        reached = max((line for line in lines if line <= self.frame.index), default=None)
        return 0 if reached is None else lines.index(reached)

    def moved(self, rows: int, columns: int) -> Selection:
        """Give the selection some cells further, inside the matrix."""
        height, width = two_axes(self.selected.value.shape)
        row = min(max(self.selection.row + rows, 0), height - 1)
        column = min(max(self.selection.column + columns, 0), width - 1)
        return replace(self.selection, row=row, column=column)

    def next_operand(self, step: int) -> Selection:
        """Give the first cell of the next or the previous matrix, around the ends."""
        count = len(self.operands)
        return Selection((self.selection.operand % count + step) % count)


def two_axes(shape: tuple[int, ...]) -> tuple[int, int]:
    """Give rows and columns of any array: a vector is one row, a number one cell."""
    padded = (1, 1, *shape)
    return padded[-2], padded[-1]
