"""How the matrices of a line are written: what is left out where there is little room."""

from msgspec import Struct

from nnscope.expression.mathematics import raised
from nnscope.insight.line.operands import Operand
from nnscope.insight.numbers import CellFormat
from nnscope.tui.view import two_axes


class Form(Struct, frozen=True):
    """One way of writing all the matrices of a line.

    `digits` are those of a cell, None for as many as there is usually room for. `is_short` leaves
    the names of the axes out, `is_above` puts the operators into the row of the names, and without
    `has_numbers` there is no row of column numbers.
    """

    digits: int | None = None
    is_short: bool = False
    is_above: bool = False
    has_numbers: bool = True

    @property
    def head(self) -> int:
        """The rows of text above the cells."""
        return 2 if self.has_numbers else 1


FINE = (
    Form(),
    Form(is_short=True),
    Form(digits=3),
    Form(digits=3, is_short=True),
    Form(digits=3, is_short=True, is_above=True),
)
"""Those with three digits at least, from the most that is said of a matrix to the least."""

FORMS = (
    *FINE,
    Form(digits=2, is_short=True),
    Form(digits=2, is_short=True, is_above=True),
    Form(digits=2, is_short=True, is_above=True, has_numbers=False),
)
"""All of them: two digits are for where there is no other way."""


class Written(Struct, frozen=True, eq=False):
    """A matrix as it is written: in a form, and with a format for its cells."""

    operand: Operand
    form: Form
    format: CellFormat

    @property
    def size(self) -> tuple[int, int]:
        """The rows and columns of the matrix."""
        return two_axes(self.operand.value.shape)

    @property
    def joint(self) -> str:
        """What stands before the first row of cells."""
        return "" if self.form.is_above else self.operand.before

    @property
    def lead(self) -> str:
        """What stands before the name, with a space behind it."""
        return f"{self.operand.before} " if self.form.is_above and self.operand.before else ""

    @property
    def name(self) -> str:
        """The name with its axes, and the power of ten that its cells are written in."""
        power = self.format.power
        heading = self.operand.short_heading if self.form.is_short else self.operand.heading
        return heading + (f" ×10{raised(str(power))}" if power else "")

    @property
    def gutter(self) -> int:
        """The columns of text for the row numbers and the mark behind them; a number has none."""
        return len(str(self.size[0] - 1)) + 1 if self.operand.value.ndim else 0

    def width(self, columns: int) -> int:
        """Give the columns of text of so many cells, with row numbers and a mark for more."""
        return self.gutter + columns * (self.format.width + 1) + (columns < self.size[1])
