"""Statistics of cells along an axis: spread, sums that leave nan out, and where the largest is.

NumPy warns of a mean of nothing; these give its nan without a warning, as all else here does.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression import complex_forms as at
from nnscope.expression import kinks
from nnscope.expression.operation import Kind, Operation

Array = NDArray[Any]


def variance(x: Array, axis: int | None = None, ddof: int = 0, keepdims: bool = False) -> Array:
    """Take the mean of (x - mean)² along an axis; the count is less by `ddof`.

    The steps are those of np.var, and so are the bits.
    """
    off = np.subtract(x, np.mean(x, axis=axis, keepdims=True))
    total = np.sum(np.multiply(off, off), axis=axis, keepdims=keepdims)
    return total / np.float64(max(np.size(x, axis) - ddof, 0))


def deviation(x: Array, axis: int | None = None, ddof: int = 0, keepdims: bool = False) -> Array:
    """Take the root of the variance, the standard deviation."""
    return np.sqrt(variance(x, axis, ddof, keepdims))


def mean_of_numbers(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """Take the mean of the cells that are no nan; nan where all of them are."""
    total = np.nansum(x, axis=axis, keepdims=keepdims)
    count = np.sum(~np.isnan(x), axis=axis, keepdims=keepdims)
    return total / count  # type: ignore[no-any-return]


_AXES = ("axis", "keepdims")
_SPREAD = "_spread({}, x, axis=axis, keepdims=keepdims)"
_OFF = "(x - np.mean(x, axis=axis, keepdims=True))"
_LESS = "_count(x, axis=axis, ddof=ddof)"
_VARIANCE = f"np.sum(np.square{_OFF}, axis=axis, keepdims=keepdims) / {_LESS}"
_NUMBERS = "np.sum(np.where(np.isnan(x), 0, x), axis=axis, keepdims=keepdims)"
_COUNT = "np.sum(np.where(np.isnan(x), 0, 1), axis=axis, keepdims=keepdims)"

STATISTICS: tuple[Operation, ...] = (
    Operation(
        name="np.var",
        kind=Kind.REDUCTION,
        call=variance,
        options=("axis", "ddof", "keepdims"),
        at_complex=at.variance,
        vjp=(f"{_SPREAD.format('g')} * (2 * {_OFF}) / {_LESS}",),
        needs_cells=True,
        symbol="Var {0}",
        sign="Var",
        meaning="the variance, the mean of (x - mean)²",
        phrase="the variance{along} of {0}",
        by_sums=_VARIANCE,
    ),
    Operation(
        name="np.std",
        kind=Kind.REDUCTION,
        call=deviation,
        options=("axis", "ddof", "keepdims"),
        at_complex=at.deviation,
        vjp=(f"{_SPREAD.format('np.where(y == 0, 0, g / y)')} * {_OFF} / {_LESS}",),
        needs_cells=True,
        symbol="std {0}",
        sign="std",
        meaning="the standard deviation, the root of the mean of (x - mean)²",
        phrase="the standard deviation{along} of {0}",
        by_sums=f"np.sqrt({_VARIANCE})",
    ),
    Operation(
        name="np.nansum",
        kind=Kind.REDUCTION,
        call=np.nansum,
        options=_AXES,
        vjp=(f"{_SPREAD.format('g')} * np.where(np.isnan(x), 0, 1)",),
        symbol="nansum {0}",
        sign="nansum",
        meaning="the sum of the cells that are numbers, without nan",
        phrase="the sum{along} of the cells of {0} that are not nan",
        by_sums=_NUMBERS,
    ),
    Operation(
        name="np.nanmean",
        kind=Kind.REDUCTION,
        call=mean_of_numbers,
        options=_AXES,
        vjp=(f"{_SPREAD.format(f'g / {_COUNT}')} * np.where(np.isnan(x), 0, 1)",),
        needs_cells=True,
        symbol="nanmean {0}",
        sign="nanmean",
        meaning="the mean of the cells that are numbers, without nan",
        phrase="the mean{along} of the cells of {0} that are not nan",
        by_sums=f"{_NUMBERS} / {_COUNT}",
    ),
    Operation(
        name="np.argmax",
        kind=Kind.REDUCTION,
        call=np.argmax,
        options=_AXES,
        at_complex=at.either_way(np.argmax),
        vjp=("",),
        side=kinks.place_of_largest,
        needs_cells=True,
        symbol="argmax {0}",
        sign="argmax",
        meaning="the place of the largest, counted from 0 (its slope is 0 almost everywhere)",
        phrase="the place of the largest{along} of {0}",
    ),
)
