"""Parameters that move along the slope of the cost, among values that it does not depend on."""

from nnscope.program.gradients import followed
from tests.hand_built import LOGISTIC


def test_a_momentum_does_not_follow_a_slope() -> None:
    assert followed(LOGISTIC.program()) == ("offset",)
