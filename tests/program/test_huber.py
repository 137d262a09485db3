"""The Huber loss: one entry, a square near the target and a straight line far from it."""

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.insight.check.gradients import check_all
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.verdicts import Verdict
from tests.samples import NEURON, PAIR, program

TEXT = PAIR.replace("binary_cross_entropy", "huber").replace('"sigmoid"', '"identity"')


def test_its_cost() -> None:
    built = program(TEXT.replace("Y = [[1.0, 0.0, 1.0]]", "Y = [[1.0, -2.0, -7.0]]"))
    timeline = Timeline(built)
    timeline.seek(len(built.lines))
    values = timeline.frame().values
    error = np.abs(np.asarray(values["A2"]) - np.asarray(values["Y"]))
    wanted = [each**2 / 2 if each <= 1 else each - 0.5 for each in error.ravel()]
    assert float(np.asarray(values["J"])) == pytest.approx(np.mean(wanted), rel=1e-15)
    assert {each <= 1 for each in error.ravel()} == {True, False}


@pytest.mark.parametrize("text", [TEXT, NEURON.replace("mean_squared_error", "huber")])
def test_its_gradients_are_slopes(text: str) -> None:
    for iteration in (0, 4):
        checks = list(check_all(iteration_at(program(text), iteration)))
        assert checks
        assert {check.verdict for check in checks} == {Verdict.RIGHT}
