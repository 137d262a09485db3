"""A gradient beside the slopes of the cost: the errors cell by cell, and what is said of them."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.insight.check.constant_factor import Ratio
from nnscope.insight.check.late_division import Postponed
from nnscope.insight.check.verdicts import Array, Verdict
from nnscope.insight.numbers import short

Truths = NDArray[np.bool_]


class CellCheck(Struct, frozen=True, eq=False):
    """One cell of a gradient beside the slope of the cost.

    `expected` is the slope by reverse mode, times `postponed.value` where the program divides
    later. `centred` is the centred difference, likewise.
    """

    name: str
    of: str
    cell: tuple[int, ...]
    analytic: float
    expected: float
    centred: float
    error: float
    centred_error: float
    verdict: Verdict
    centred_verdict: Verdict
    kink: bool
    postponed: Postponed | None


class GradientCheck(Struct, frozen=True, eq=False):
    """One gradient beside the slopes of the cost, cell by cell.

    `name` is the gradient as the reader writes it, `target` its variable, `of` what it is by. The
    arrays are shaped as the gradient. `errors` are relative, nan in cells that were not `checked`;
    `expected` is the slope by reverse mode, times `postponed.value` where the program divides
    later. `wrong`, `kinks` and `excused` (rounding alone) mark cells. `worst` is the cell that is
    farthest off. `centred_error` is the relative error of a centred difference along one random
    direction through all the cells, and `centred_verdict` what is customarily said of it; `ratio`
    is given for a wrong gradient that is a constant multiple. A gradient whose `own_shape`
    is another broadcasts to that of what it belongs to.
    """

    name: str
    target: str
    of: str
    analytic: Array
    expected: Array
    errors: Array
    checked: Truths
    wrong: Truths
    kinks: Truths
    excused: Truths
    verdict: Verdict
    centred_verdict: Verdict
    centred_error: float
    worst: CellCheck
    ratio: Ratio | None
    postponed: Postponed | None
    own_shape: tuple[int, ...]

    def __repr__(self) -> str:
        return (
            f"<GradientCheck {self.name}: {self.verdict.value}, error {short(self.error, 2)} in "
            f"{self.cells_checked} of {self.checked.size} cells>"
        )

    @property
    def cells(self) -> tuple[object, ...]:
        """The row of a table: name, verdict, error, cells, worst cell, its number, the slope."""
        worst = self.worst
        return (
            self.name,
            self.verdict.value,
            short(self.error, 2),
            f"{self.cells_checked} of {self.checked.size}",
            list(worst.cell),
            short(worst.analytic, 7),
            short(worst.expected, 7),
        )

    @property
    def cells_checked(self) -> int:
        """How many cells were compared."""
        return int(self.checked.sum())

    @property
    def is_untested(self) -> bool:
        """Whether all cells are 0 on both sides, as with dead units: a wrong line may be too."""
        sides = self.analytic[self.checked], self.expected[self.checked]
        return self.verdict is Verdict.RIGHT and not any(np.any(side) for side in sides)

    @property
    def word(self) -> str:
        """The verdict in a word; what is not tested is not called right."""
        return "untested" if self.is_untested else self.verdict.value

    @property
    def mark(self) -> str:
        """The verdict as a sign."""
        signs = {Verdict.RIGHT: "✓", Verdict.WRONG: "✗"}
        return "0" if self.is_untested else signs.get(self.verdict, "~")

    @property
    def error(self) -> float:
        """The largest relative error that rounding does not excuse, 0 where all are excused."""
        if np.isnan(self.worst.error) and self.wrong.any():
            return np.nan
        counted = self.errors[self.checked & ~self.excused & np.isfinite(self.errors)]
        return float(np.max(counted)) if counted.size else 0.0
