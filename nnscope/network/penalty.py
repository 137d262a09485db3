"""The L2 penalty: λ/(2m) times the sum of all squared weights, in the cost and in the gradients.

Goodfellow, Bengio and Courville, Deep Learning, section 7.1.1; written as the courses write it.
"""

from collections.abc import Sequence
from functools import reduce

from msgspec import Struct

from nnscope.expression.syntax import Binary, Expression, Name, Number
from nnscope.network.layers import Dense
from nnscope.network.notation import Notation
from nnscope.network.templates import fill
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase

STRENGTH = "lambd"
"""What λ is called: `lambda` is a word of Python's own."""


def fitting(cost: str) -> str:
    """Name the part of the cost that the outputs decide."""
    return f"{cost}_data"


def penalizing(cost: str) -> str:
    """Name the part of the cost that the weights decide."""
    return f"{cost}_l2"


class Penalty(Struct, frozen=True):
    """Writes the penalty of a stack of layers; `divisor` is what the cost is divided by, if any."""

    divisor: Name | None
    scalar: bool

    def lines(
        self, data: Expression, layers: Sequence[Dense], notation: Notation
    ) -> list[Assignment]:
        """Write the cost in three lines: that of the outputs, the penalty, and their sum."""
        cost = notation.names.cost
        fit, penalty = fitting(cost), penalizing(cost)
        notation.meanings |= {
            fit: "cost of the outputs alone",
            penalty: "L2 penalty: it grows with the weights",
        }
        notation.symbols[STRENGTH] = "λ"
        template = "W ** 2" if self.scalar else "np.sum(W ** 2)"
        squares = [fill(template, W=layer.names.weight) for layer in layers]
        total = reduce(lambda left, right: Binary("+", left, right), squares)
        half = Number(2) if self.divisor is None else Binary("*", Number(2), self.divisor)
        return [
            Assignment(fit, data, Phase.LOSS),
            Assignment(penalty, Binary("*", self._over(half), total), Phase.LOSS),
            Assignment(cost, Binary("+", Name(fit), Name(penalty)), Phase.LOSS),
        ]

    def gradient(self, weight: str) -> Expression:
        """Write its slope by a weight: λ/m W."""
        strength = Name(STRENGTH) if self.divisor is None else self._over(self.divisor)
        return Binary("*", strength, Name(weight))

    @staticmethod
    def _over(divisor: Expression) -> Expression:
        return Binary("/", Name(STRENGTH), divisor)
