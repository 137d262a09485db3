"""The V-curve: how the error of a centred difference falls and rises again with the step size.

A large step cuts the curve off (the error goes down with h²), a small one loses the digits of the
cost (it goes up with 1/h). A right gradient reaches far down in between, a wrong one stays up.
"""

import numpy as np
from msgspec import Struct

from nnscope.insight.check.gradients import check_cell, gradient_line
from nnscope.insight.check.iteration import Iteration
from nnscope.insight.check.perturbation import difference_along, one_cell
from nnscope.insight.check.verdicts import Array, relative_errors

STEPS: Array = 10.0 ** -np.arange(1, 13)


class VCurve(Struct, frozen=True, eq=False):
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


def v_curve(iteration: Iteration, name: str, cell: tuple[int, ...], steps: Array = STEPS) -> VCurve:
    """Compare one cell of a gradient with centred differences of many step sizes.

    Raises as `check_cell` does.
    """
    check = check_cell(iteration, name, cell)
    variable = gradient_line(iteration.program, name).gradient_of
    direction = one_cell(iteration, variable, cell)
    found = [difference_along(iteration, direction, step) for step in steps.tolist()]
    factor = check.postponed.value if check.postponed else 1.0
    numeric = np.array([factor * (rise + fall) / 2 for rise, fall, _ in found])
    errors = relative_errors(np.full(len(steps), check.analytic), numeric)
    kinks = np.array([is_kinked for _, _, is_kinked in found])
    return VCurve(check.name, cell, check.analytic, steps, numeric, errors, kinks)
