"""Lines that round to 32 bits: the same bits as in NumPy, stepped and run."""

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import evaluate
from nnscope.expression.parse import parse
from nnscope.insight.check.gradients import check_all
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.verdicts import Verdict
from nnscope.program.model import Program
from tests.samples import PAIR, program, same

ROUNDED = {
    "Z1": "np.float32(np.float32(W1) @ np.float32(X) + np.float32(b1))",
    "A1": "np.tanh(Z1)",
    "dW2": "np.float32(dZ2 @ A1.T) / np.float32(m)",
    "W2": "np.float32(W2 - learning_rate * dW2)",
}


@pytest.fixture
def built() -> Program:
    lines = "".join(
        f'[[override]]\ntarget = "{target}"\nexpression = "{expression}"\n'
        for target, expression in ROUNDED.items()
    )
    return program(PAIR.replace("iterations = 12", "iterations = 40") + lines)


def test_the_lines_round_as_numpy_does(built: Program) -> None:
    timeline = Timeline(built)
    for _ in range(len(built.lines)):
        timeline.step()
    values = timeline.frame().values
    f = np.float32
    weights, inputs, bias = (np.asarray(values[name], dtype=f) for name in ("W1", "X", "b1"))
    z1 = weights @ inputs + bias
    assert same(values["Z1"], z1)
    assert same(values["A1"], np.tanh(z1))
    assert np.asarray(values["A1"]).dtype == np.float32
    moved = np.asarray(values["W2"]) - 0.5 * np.asarray(values["dW2"])
    assert same(values["W2_next"], moved.astype(f))


def test_stepped_and_run_agree_in_every_bit(built: Program) -> None:
    stepped, ran = Timeline(built), Timeline(built)
    for _ in range(stepped.length):
        stepped.step()
    ran.run(ran.length)
    first, second = stepped.frame(), ran.frame()
    assert all(same(value, second.values[name]) for name, value in first.values.items())
    assert np.array_equal(first.costs, second.costs)


def test_what_is_carried_has_64_bits_again(built: Program) -> None:
    timeline = Timeline(built)
    timeline.seek(timeline.clock.begin(3) + 1)
    start = np.asarray(timeline.frame().values["W2"])
    assert start.dtype == np.float64
    assert np.array_equal(start, start.astype(np.float32))


def test_the_formulas_are_checked_without_the_rounding(built: Program) -> None:
    verdicts = {check.name: check.verdict for check in check_all(iteration_at(built, 5))}
    assert set(verdicts.values()) == {Verdict.RIGHT}


def test_a_number_and_truth_values() -> None:
    assert same(evaluate(parse("np.float32(0.1)"), {}), np.float32(0.1))
    found = evaluate(parse("np.float32(x > 0) * 1.0"), {"x": np.array([1.0, -1.0])})
    assert np.array_equal(np.asarray(found), [1.0, 0.0])
