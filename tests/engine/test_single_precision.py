"""Scenarios of float32 throughout: every value as plain NumPy has it, stepped, run and replayed."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value
from tests.examples import examples
from tests.hand_built import HandBuilt
from tests.samples import NEURON, PAIR, Sample, program, same, samples

OLD_NUMPY = np.lib.NumpyVersion(np.__version__) < "2.0.0"
"""NumPy 1 makes float64 of a single number of float32 and one of Python's."""

LONG = 'dtype = "float32"\n' + PAIR.replace("iterations = 12", "iterations = 40")
ADAM = LONG.replace("[training]", '[training]\noptimizer = "adam"')
KINDS = {
    "plain": LONG,
    "adam": ADAM,
    "batches and dropout": LONG.replace('"tanh"', '"leaky_relu"\ndropout = 0.5').replace(
        "[training]", "[training]\nbatch_size = 2"
    ),
    "decay": LONG.replace("[training]", "[training]\nweight_decay = 0.01"),
    "momentum, schedule": LONG.replace(
        "[training]", '[training]\noptimizer = "momentum"\nschedule = {name = "cosine", period = 9}'
    ),
    "huber, l2, relu": LONG.replace('"tanh"', '"relu"')
    .replace("binary_cross_entropy", "huber")
    .replace("[training]", "l2 = 0.1\n[training]"),
    "scalar": 'dtype = "float32"\n' + NEURON,
}


def _single(*numbers: float | list[float]) -> NDArray[np.float32]:
    return np.array(numbers, np.float32)


def _hand() -> Iterator[dict[str, Value]]:
    """Train the network of PAIR in plain NumPy; yield the values of each iteration."""
    x, y = _single([1.0, -0.5, 0.25], [0.5, 2.0, -1.5]), _single([1.0, 0.0, 1.0])
    w1, w2 = _single([0.5, -0.25], [0.125, 1.0]), _single([0.75, -1.0])
    b1, b2 = _single([0.1], [0.1]), _single([0.2])
    m, learning_rate = np.float32(3), 0.5
    while True:
        z1 = w1 @ x + b1
        a1 = np.tanh(z1)
        a2 = 1 / (1 + np.exp(-(w2 @ a1 + b2)))
        cost = -np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2)) / m
        dz2 = a2 - y
        dw2 = dz2 @ a1.T / m
        dz1 = (w2.T @ dz2) * (1 - a1**2)
        yield {"Z1": z1, "A1": a1, "A2": a2, "J": cost, "dW2": dw2, "dZ1": dz1, "W1": w1, "b2": b2}
        db2 = np.sum(dz2, axis=1, keepdims=True) / m
        w1, b1 = (
            w1 - learning_rate * (dz1 @ x.T / m),
            b1 - learning_rate * (np.sum(dz1, axis=1, keepdims=True) / m),
        )
        w2, b2 = w2 - learning_rate * dw2, b2 - learning_rate * db2


def test_every_value_is_that_of_plain_numpy() -> None:
    timeline = Timeline(program(LONG))
    for iteration, wanted in zip(range(40), _hand(), strict=False):
        timeline.run(timeline.clock.begin(iteration + 1))
        values = timeline.frame().values
        for name, value in wanted.items():
            assert same(values[name], value), (iteration, name)
            assert np.asarray(values[name]).dtype == np.float32


@pytest.mark.parametrize("text", KINDS.values(), ids=KINDS)
def test_stepped_run_and_gone_back_to_agree_in_every_bit(text: str) -> None:
    built = program(text)
    stepped, ran = Timeline(built), Timeline(built, memory=4096)
    for _ in range(stepped.length):
        stepped.step()
    ran.run(ran.length)
    _agree(stepped, ran)
    for moment in (stepped.length // 2, stepped.length // 3):
        stepped.seek(moment)
        ran.seek(moment + 1)
        ran.back()
        _agree(stepped, ran)


def _agree(one: Timeline, other: Timeline) -> None:
    first, second = one.frame(), other.frame()
    for name, value in first.values.items():
        is_single = np.asarray(value).dtype == np.float32
        assert is_single or (np.ndim(value) == 0 and OLD_NUMPY), name
        assert same(value, second.values[name]), name
    assert np.array_equal(first.costs, second.costs)


@pytest.mark.parametrize("text", [LONG, ADAM])
def test_the_fast_loop_runs_it(text: str) -> None:
    timeline = Timeline(program(text))
    loop = timeline.history.loops.buffered()
    assert loop is not None
    assert any(name.startswith("_flat_") for name in loop.flat)


MIXED = HandBuilt(
    "mixed",
    """
    d = w @ x - y
    J = np.sum(d ** 2)
    dw = 2 * d @ x.T
    w = w - rate * dw
    wide = wide - rate * np.sum(dw)
    """,
    {
        "x": _single([1, 2, 0.3], [3, 0.1, 0.7]),
        "y": _single([1, 2, 3]),
        "w": _single([0.1, 0.2], [0.3, 0.4], [0.5, 0.7]),
        "wide": np.array([0.1, 0.2, 0.3]),
        "rate": np.float32(0.01),
    },
    "J",
    30,
)


def test_types_that_stand_beside_each_other_are_each_kept() -> None:
    stepped, ran = Timeline(MIXED.program()), Timeline(MIXED.program())
    for _ in range(stepped.length):
        stepped.step()
    ran.run(ran.length)
    for timeline in (stepped, ran):
        timeline.seek(timeline.clock.begin(17) + 1)
        values = timeline.frame().values
        assert np.asarray(values["w"]).dtype == np.float32
        assert np.asarray(values["wide"]).dtype == np.float64
    first, second = stepped.frame().values, ran.frame().values
    assert all(same(value, second[name]) for name, value in first.items())


@examples(10)
@given(samples())
def test_a_random_scenario_stepped_and_run(sample: Sample) -> None:
    built = program('dtype = "float32"\n' + sample.text)
    stepped, ran = Timeline(built), Timeline(built)
    for _ in range(stepped.length):
        stepped.step()
    ran.run(ran.length)
    _agree(stepped, ran)
