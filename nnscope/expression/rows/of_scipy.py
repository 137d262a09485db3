"""Functions of SciPy that scripts call as their activations. nnscope itself does without SciPy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.operation import Kind, Operation
from nnscope.expression.rows.activations import SIGMOID

Array = NDArray[Any]


def expit(z: Array) -> Array:
    """Map any real number into (0, 1), as `scipy.special.expit` does, to the bit. Shape as `z`.

    Where SciPy is not installed, the last digit may be another.
    """
    try:
        from scipy.special import (  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: PLC0415
            expit as of_scipy,
        )
    except ImportError:
        small = np.exp(-np.abs(z))
        return np.asarray(np.where(np.greater_equal(z, 0), 1, small) / (1 + small))[()]
    return of_scipy(z)  # type: ignore[no-any-return,unused-ignore]


OF_SCIPY: tuple[Operation, ...] = (
    SIGMOID._replace(
        name="expit",
        kind=Kind.ELEMENTWISE,
        call=expit,
        symbol="expit({0})",
        expansion="",
    ),
)
