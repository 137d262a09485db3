"""Softplus: a row of the language and an entry that declares no derivative."""

import numpy as np
import pytest

from nnscope.expression.evaluate import evaluate
from nnscope.expression.parse import parse
from nnscope.insight.check.gradients import check_all
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.verdicts import Verdict
from tests.samples import PAIR, program

TEXT = PAIR.replace('"tanh"', '"softplus"')


def test_its_lines() -> None:
    lines = [line.text for line in program(TEXT).lines]
    assert "A1 = softplus(Z1)" in lines
    assert "dZ1 = W2.T @ dZ2 * sigmoid(Z1)" in [line.replace("(W2.T @ dZ2)", "W2.T @ dZ2")
                                                for line in lines]  # fmt: skip


def test_its_gradients_are_slopes() -> None:
    checks = list(check_all(iteration_at(program(TEXT), 3)))
    assert [check.verdict for check in checks] == [Verdict.RIGHT] * 4


@pytest.mark.parametrize("z", [-800.0, -1.0, 0.0, 1.0, 800.0])
def test_its_value(z: float) -> None:
    found = float(evaluate(parse("softplus(z)"), {"z": np.float64(z)}))
    assert found == pytest.approx(float(np.logaddexp(0.0, z)), rel=1e-15)
