"""Starts at which a gradient check is blind: so small that a wrong derivative looks right.

The common slip is to put the weighted sum where the derivative has the activation: 1 - Z ** 2 for
1 - A ** 2. Near 0, tanh(Z) is Z to within Z³ / 3, and the slip is lost.
"""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from nnscope.expression.evaluate import evaluate
from nnscope.expression.operation import Kind
from nnscope.expression.source import source
from nnscope.expression.syntax import Call, Name, names, substitute
from nnscope.expression.table import row_of
from nnscope.expression.vjp import derivative
from nnscope.insight.check.iteration import Iteration
from nnscope.insight.check.verdicts import CUSTOMARY
from nnscope.insight.numbers import short
from nnscope.program.model import Line, Phase


class Blind(Struct, frozen=True):
    """An activation whose derivative can't be told from a wrong one.

    `slip` is that wrong derivative, `change` how much it differs at most from the right one, as a
    share of it; `largest` is the largest number that goes into the activation.
    """

    activation: str
    argument: str
    slip: str
    change: float
    largest: float

    @property
    def text(self) -> str:
        """The warning in words."""
        return (
            f"this check could miss a mistake: {self.argument} is at most {short(self.largest)} in "
            f"size, so the wrong derivative {self.slip} would differ from the right one by a share "
            f"of {short(self.change, 2)} at most, too little for a centred difference; check a "
            "later iteration too, or start with larger weights"
        )


def blind_spots(iteration: Iteration) -> Iterator[Blind]:
    """Find the activations whose slip stays below what counts as doubtful."""
    for line in iteration.judged:
        if line.phase is Phase.FORWARD:
            spot = _blind(iteration, line)
            if spot is not None and spot.change < CUSTOMARY["fair"]:
                yield spot


def _blind(iteration: Iteration, line: Line) -> Blind | None:
    expression = line.expression
    if not isinstance(expression, Call) or not isinstance(expression.arguments[0], Name):
        return None
    row = row_of(expression)
    if row.kind is not Kind.ELEMENTWISE or row.operands != 1:
        return None
    local = derivative(row)
    if "y" not in names(local) or "x" in names(local):
        return None
    argument = expression.arguments[0]
    right = substitute(local, {"y": iteration.program.variables[line.target].name})
    slip = substitute(local, {"y": argument})
    wanted = np.asarray(evaluate(right, iteration.values))
    found = np.asarray(evaluate(slip, iteration.values))
    largest = float(np.max(np.abs(np.asarray(iteration.values[argument.id]))))
    with np.errstate(all="ignore"):
        change = float(np.max(np.abs(found - wanted)) / np.max(np.abs(wanted)))
    return Blind(line.spelled, argument.spelled, source(slip), change, largest)
