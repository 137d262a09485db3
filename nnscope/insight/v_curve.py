"""The V-curve: how the error of a centred difference falls and rises again with the step size.

A large step cuts the curve off (the error goes down with h²), a small one loses the digits of the
cost (it goes up with 1/h). A right gradient reaches far down in between, a wrong one stays up.
"""

from dataclasses import dataclass

import numpy as np

from nnscope.insight.complex_step import one_sided
from nnscope.insight.gradients import check_cell
from nnscope.insight.ground import Ground
from nnscope.insight.verdicts import Array, relative_errors

STEPS: Array = 10.0 ** -np.arange(1, 13)


@dataclass(frozen=True, eq=False, slots=True)
class VCurve:
    """The relative error of a cell of a gradient for each step size.

    `steps`, `numeric`, `errors` and `kinks` have the shape (steps,); `numeric` is the difference,
    in the program's own convention of 1/m. `analytic` is what the gradient says.
    """

    name: str
    cell: tuple[int, ...]
    analytic: float
    steps: Array
    numeric: Array
    errors: Array
    kinks: Array


def v_curve(ground: Ground, name: str, cell: tuple[int, ...], steps: Array = STEPS) -> VCurve:
    """Compare one cell of a gradient with centred differences of many step sizes.

    Raises as `check_cell` does.
    """
    check = check_cell(ground, name, cell)
    cells = np.tile(np.array(cell, dtype=np.intp).reshape(1, -1), (len(steps), 1))
    above, below, kinks = one_sided(ground, check.of, cells, steps)
    factor = check.postponed.value if check.postponed else 1.0
    numeric = np.asarray(factor * (above - below) / (2 * steps))
    errors = relative_errors(np.full(len(steps), check.analytic), numeric)
    return VCurve(check.name, cell, check.analytic, steps, numeric, errors, kinks)
