"""What the panes are shown: one immutable view of one moment, and nothing of the engine.

It is put together from small parts, each of which stays the same object until something in it
changes. So a pane can tell whether anything that it shows is another one than before.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from nnscope.engine.find.stops import Stop
from nnscope.engine.frame import Frame
from nnscope.engine.watch import Curve
from nnscope.insight.chain.factors import Factor, factors, gradient_name, uses
from nnscope.insight.explain.cell_steps import CellStep
from nnscope.insight.explain.cells import Cell, box_of
from nnscope.insight.explain.environment import shapes_by_size
from nnscope.insight.explain.reads import Reads, Shapes
from nnscope.insight.health.rule import Finding
from nnscope.insight.health.rules import examine
from nnscope.insight.line.operands import Operand, operands
from nnscope.program.model import Line, Program
from nnscope.tui.control.job import Job
from nnscope.tui.draw.axis import Mark
from nnscope.tui.keys import Keys

if TYPE_CHECKING:
    from nnscope.insight.check.comparison import GradientCheck
    from nnscope.insight.check.step_sizes import VCurve
    from nnscope.insight.diagnose.finding import Diagnosis
    from nnscope.insight.predict.question import Question

WRONG = "✗"
"""The mark of a line that was checked and is wrong."""

RUNNING_WIDTH = 9  # a running sum may need more digits than the cells: `-1.234e-5`


class Selection(Struct, frozen=True):
    """The selected cell: which of the operands (-1 is the result), its row and its column."""

    operand: int = -1
    row: int = 0
    column: int = 0


class Progress(Struct, frozen=True):
    """What is going on: the long work, None while there is none, and whether the run is at its end.

    `held` are the bytes that the history and the curves hold. `is_outdated` tells whether the file
    that the program was made from has been changed since, `is_growing` whether more iterations are
    still being recorded.
    """

    job: Job | None = None
    is_at_end: bool = False
    held: int = 0
    is_outdated: bool = False
    is_growing: bool = False


class Cells(Struct, frozen=True, eq=False):
    """The selected cell, and the step that is shown of the current line: None for all of it."""

    selection: Selection = Selection()
    inside: CellStep | None = None


class ChainChoice(Struct, frozen=True):
    """Which chain rule is shown.

    `parameter` is the name whose gradient was chosen, empty for the current line's; `factor` is the
    chosen one of its factors, None where it is the one that the line multiplies in.
    """

    parameter: str = ""
    factor: int | None = None


class Notation(Enum):
    """How a line is written."""

    SOURCE = "as in the source"
    NUMPY = "as NumPy"
    MATHEMATICS = "as mathematics"


class Writing(Struct, frozen=True):
    """How lines are written, and whether a sentence tells each one.

    `logarithmic` is the scale of the curves. `passes` says whether all passes of the loops over
    examples are listed, or one of each.
    """

    notation: Notation = Notation.NUMPY
    words: bool = True
    logarithmic: bool = False
    passes: bool = False

    @property
    def mathematics(self) -> bool:
        """Whether symbols stand in place of names."""
        return self.notation is Notation.MATHEMATICS

    def line(self, program: Program, line: Line) -> str:
        """Write a line; one that was edited does not stand in the source."""
        if self.mathematics:
            return program.mathematics(line)
        in_source = line.at.text if line.at is not None and not line.is_edited else ""
        return in_source if in_source and self.notation is Notation.SOURCE else line.text


class StopList(Struct, frozen=True):
    """All stops and which one is chosen; `arrival` says why the last search ended where it did."""

    stops: tuple[Stop, ...] = ()
    chosen: int = 0
    arrival: str = ""


class CurveList(Struct, frozen=True):
    """What is followed beside the cost, which curve is chosen, and the marks on the axis of time.

    Of all curves the cost is number 0, where there is one.
    """

    curves: tuple[Curve, ...] = ()
    chosen: int = 0
    marks: tuple[Mark, ...] = ()


class Checked(Struct, frozen=True, eq=False):
    """What a gradient check has found so far, at which iteration; or the curve of one cell.

    `marks` has a sign for every line of that iteration that was checked, by its target.
    """

    checks: tuple["GradientCheck", ...] = ()
    texts: tuple[str, ...] = ()
    curve: "VCurve | None" = None
    iteration: int = 0
    marks: Mapping[str, str] = field(default_factory=dict)


class Diagnosed(Struct, frozen=True, eq=False):
    """What a diagnosis has found, and which finding is chosen.

    `marks` has a sign for every line that was judged, by its target.
    """

    diagnosis: "Diagnosis | None" = None
    chosen: int = 0
    marks: Mapping[str, str] = field(default_factory=dict)


class View(Struct, frozen=True, eq=False, dict=True):
    """A frame, what is chosen in it, and how it is to be written.

    `picture` is the place of the one that is shown, among all pictures; `tour` is what a tour says.
    While a `question` is open the frame is that before its line, and only the matrices are those of
    the line. `keys` are those that sentences name.
    """

    frame: Frame
    cells: Cells = field(default_factory=Cells)
    chain_choice: ChainChoice = ChainChoice()
    writing: Writing = Writing()
    stops: StopList = StopList()
    curves: CurveList = CurveList()
    checked: Checked = field(default_factory=Checked)
    progress: Progress = Progress()
    picture: int = 0
    diagnosed: Diagnosed = field(default_factory=Diagnosed)
    tour: str = ""
    question: "Question | None" = None
    keys: Keys = field(default_factory=Keys)

    @property
    def laid_out(self) -> Frame:
        """The frame whose line the matrices show: this one, or that of the line asked about."""
        return self.question.frame if self.question else self.frame

    @property
    def inside(self) -> CellStep | None:
        """The step that is shown of the current line, None for the complete line."""
        return self.cells.inside

    @property
    def selection(self) -> Selection:
        """The selected cell."""
        return self.cells.selection

    @cached_property
    def operands(self) -> tuple[Operand, ...]:
        """The operands of the current line and its result."""
        found = operands(self.laid_out, self.writing.mathematics)
        if self.question is not None:
            return *found[:-1], found[-1].covered(self.question.hides_shape)
        if self.inside is None:
            return found
        return *found[:-1], replace(found[-1], cell_width=RUNNING_WIDTH)

    @property
    def selected(self) -> Operand:
        """The operand or result with the selected cell."""
        return self.operands[min(self.selection.operand, len(self.operands) - 1)]

    @property
    def is_result_selected(self) -> bool:
        """Whether the selected cell is one of what the line makes."""
        return self.selected is self.operands[-1]

    @property
    def cell(self) -> tuple[int, ...]:
        """The index of the selected cell, as long as the array has axes, inside its bounds."""
        shape = self.selected.value.shape
        place = (self.selection.row, self.selection.column)[-len(shape) :] if shape else ()
        return tuple(min(at, size - 1) for at, size in zip(place, shape, strict=True))

    @cached_property
    def cell_of_result(self) -> Cell | None:
        """The cell of the result that is looked at, or that the selected cell goes into."""
        line = self.laid_out.line
        if self.inside is not None:
            return self.inside.cell
        if self.is_result_selected or line is None:
            return self.cell if self.is_result_selected else None
        return self._shapes.reader(line.expression, self.selected.expression, self.cell)

    @cached_property
    def made_from(self) -> Reads:
        """What that cell is computed from."""
        return {} if self.cell_of_result is None else self.reads(self.cell_of_result)

    def reads(self, cell: Cell) -> Reads:
        """List what a cell of the result is computed from."""
        line = self.laid_out.line  # nothing has run: no matrix is made from another
        is_covered = self.question is not None and self.question.hides_shape  # it has no cells
        if line is None or is_covered:
            return {}
        return self._shapes.reads(line.expression, box_of(cell))

    @cached_property
    def _shapes(self) -> Shapes:
        return shapes_by_size(
            {each.name: self.laid_out.values[each.name] for each in self.operands}
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules of health find in this frame."""
        return _findings(self.frame)

    @property
    def wrong(self) -> int:
        """How many lines of this iteration were checked and found wrong."""
        is_now = self.checked.iteration == self.frame.iteration
        return sum(mark == WRONG for mark in self.checked.marks.values()) if is_now else 0

    @property
    def differentiated(self) -> str:
        """The name whose gradient the chain rule is shown for; empty for a forward line."""
        return self.chain_choice.parameter or gradient_name(self.frame.program, self.frame.line)

    @cached_property
    def chain(self) -> tuple[Factor, ...]:
        """The factors of that gradient; for a forward line, those that differentiate it."""
        program, line = self.frame.program, self.frame.line
        chain = factors(program, self.differentiated)
        return chain or (uses(program, line.target) if line else ())

    @property
    def pointed(self) -> int:
        """The place of the chosen factor; by default the line's own, or the last that is done."""
        if self.chain_choice.factor is not None:
            return min(self.chain_choice.factor, len(self.chain) - 1)
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


@lru_cache(maxsize=2)
def _findings(frame: Frame) -> tuple[Finding, ...]:
    return examine(frame)


def two_axes(shape: tuple[int, ...]) -> tuple[int, int]:
    """Give rows and columns of any array: a vector is one row, a number one cell."""
    padded = (1, 1, *shape)
    return padded[-2], padded[-1]
