"""A gradient beside its slopes: the errors cell by cell, and what is said of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnscope.insight.complex_step import Cells
from nnscope.insight.convention import Postponed
from nnscope.insight.ratio import Ratio
from nnscope.insight.slopes import Slopes
from nnscope.insight.verdicts import (
    COMPLEX_BOUND,
    CUSTOMARY,
    Array,
    Verdict,
    customary,
    relative_errors,
)

_BETWEEN = 1e-4

Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """Some cells of a gradient beside the slopes of the cost; all arrays have the shape (count,).

    The gradient should be `factor` times the slope. `excused` cells differ by rounding alone.
    """

    cells: Cells
    analytic: Array
    slopes: Slopes
    factor: float
    excused: Truths

    @property
    def expected(self) -> Array:
        """What the gradient should be: by complex step, by difference where there is none."""
        exact = self.slopes.by_complex_step
        return self.factor * np.where(np.isnan(exact), self.slopes.centred, exact)

    @property
    def errors(self) -> Array:
        """Relative errors against the complex step, nan where there is none."""
        return relative_errors(self.analytic, self.factor * self.slopes.by_complex_step)

    @property
    def centred_errors(self) -> Array:
        """Relative errors against the centred difference."""
        return relative_errors(self.analytic, self.factor * self.slopes.centred)

    @property
    def suspects(self) -> Truths:
        """The cells that are not within the bound of the complex step, where there is one."""
        known = np.isfinite(self.slopes.by_complex_step)
        return known & ~(self.errors <= COMPLEX_BOUND) & ~self.excused

    @property
    def between(self) -> Truths:
        """The cells at a kink whose gradient lies between the slopes of the two sides."""
        sides = self.factor * np.stack([self.slopes.above, self.slopes.below])
        room = _BETWEEN * np.max(np.abs(sides), axis=0) + self.factor * self.slopes.noise
        high_enough = self.analytic >= np.min(sides, axis=0) - room
        low_enough = self.analytic <= np.max(sides, axis=0) + room
        return np.asarray(self.slopes.kinks & high_enough & low_enough)

    @property
    def wrong(self) -> Truths:
        """The cells that nothing excuses."""
        unknown = np.isnan(self.slopes.by_complex_step)
        bad = (
            ~self._noisy
            & np.isfinite(self.slopes.centred)
            & ~(self.centred_errors < CUSTOMARY["doubtful"])
        )
        return (self.suspects & ~self.between) | (unknown & bad & ~self.slopes.kinks)

    @property
    def verdict(self) -> Verdict:
        """What is said of all these cells together."""
        if self.wrong.any():
            return Verdict.WRONG
        if np.isnan(self.slopes.by_complex_step).any():
            return self.centred_verdict
        return Verdict.KINK if self.suspects.any() else Verdict.RIGHT

    @property
    def centred_verdict(self) -> Verdict:
        """The customary verdict of a centred difference, but for kinks and mere noise."""
        if not self._counted.any():
            return Verdict.KINK if self.slopes.kinks.any() else Verdict.RIGHT
        return customary(self.centred_error)

    @property
    def centred_error(self) -> float:
        """The largest error that the verdict of the centred difference goes by."""
        counted = self.centred_errors[self._counted]
        return float(np.max(counted)) if counted.size else 0.0

    @property
    def worst(self) -> int:
        """The place of the cell that is farthest off, a wrong one where there is one."""
        errors = self.errors if np.isfinite(self.errors).any() else self.centred_errors
        ranks = np.where(np.isnan(errors), np.where(self.wrong, np.inf, -1.0), errors)
        return int(np.argmax(np.where(self.excused & ~self.wrong, -0.5, ranks + 1e3 * self.wrong)))

    @property
    def _counted(self) -> Truths:
        small = self.centred_errors < CUSTOMARY["right"]
        return ~self.slopes.kinks & (small | ~self._noisy)

    @property
    def _noisy(self) -> Truths:
        off = np.abs(self.analytic - self.factor * self.slopes.centred)
        return np.asarray(off <= self.factor * self.slopes.noise)


@dataclass(frozen=True, eq=False, slots=True)
class CellCheck:
    """One cell of a gradient beside the slope of the cost.

    `expected` is the slope by complex step (by difference where `exact` says there is none), times
    `postponed.value` where the program divides later. `centred` is the difference, likewise.
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
    exact: bool
    postponed: Postponed | None


@dataclass(frozen=True, eq=False, slots=True)
class GradientCheck:
    """One gradient beside the slopes of the cost, cell by cell.

    The arrays are shaped as the gradient. `errors` and `centred_errors` are relative, nan in
    cells that were not `checked`; `expected` is the slope by complex step, times
    `postponed.value` where the program divides later. `wrong`, `kinks` and `excused` (rounding
    alone) mark cells. `worst` is the cell that is farthest off, `centred_error` the largest that
    neither a kink nor noise excuses; `ratio` is given for a wrong gradient that is a constant
    multiple. A gradient whose `own_shape` is another
    broadcasts to that of what it belongs to.
    """

    name: str
    of: str
    analytic: Array
    expected: Array
    errors: Array
    centred_errors: Array
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

    @property
    def error(self) -> float:
        """The largest relative error that rounding does not excuse, 0 where all are excused."""
        if np.isnan(self.worst.error) and self.wrong.any():
            return np.nan
        told = self.errors if np.isfinite(self.errors).any() else self.centred_errors
        counted = told[self.checked & ~self.excused & np.isfinite(told)]
        return float(np.max(counted)) if counted.size else 0.0
