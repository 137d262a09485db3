"""The optimizers and schedules against loops written by hand, in every way of running."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from nnscope.engine.timeline import Timeline
from nnscope.insight.line.sentence import sentence
from nnscope.program.model import Phase, Program
from nnscope.program.optimizers import OPTIMIZERS
from tests.samples import NEURON, PAIR, listing, program, same_values

Array = NDArray[np.float64]
State = dict[str, Array]
ITERATIONS = 12
A, B, B1, B2, E = 0.1, 0.8, 0.9, 0.999, 1e-8


def text(keys: str) -> str:
    return PAIR.replace("learning_rate = 0.5", f"learning_rate = {A}\n{keys}")


def values(built: Program, iteration: int) -> dict[str, Array]:
    timeline = Timeline(built)
    timeline.seek((iteration + 1) * len(built.lines))
    return {name: np.asarray(value) for name, value in timeline.frame().values.items()}


def momentum_sum(p: Array, g: Array, s: State, t: int) -> Array:
    s["v"] = B * s["v"] + g
    return p - A * s["v"]


def momentum_average(p: Array, g: Array, s: State, t: int) -> Array:
    s["v"] = B * s["v"] + (1 - B) * g
    return p - A * s["v"]


def momentum_step(p: Array, g: Array, s: State, t: int) -> Array:
    s["v"] = B * s["v"] - A * g
    return p + s["v"]


def nesterov_step(p: Array, g: Array, s: State, t: int) -> Array:
    before = s["v"]  # as Stanford CS231n has it
    s["v"] = B * before - A * g
    return p - B * before + (1 + B) * s["v"]


def adagrad(p: Array, g: Array, s: State, t: int) -> Array:
    s["s"] = s["s"] + g * g
    return p - A * g / (np.sqrt(s["s"]) + E)


def rmsprop(p: Array, g: Array, s: State, t: int) -> Array:
    s["s"] = B * s["s"] + (1 - B) * g * g
    return p - A * g / np.sqrt(s["s"] + E)


def adam(p: Array, g: Array, s: State, t: int) -> Array:
    s["v"] = B1 * s["v"] + (1 - B1) * g
    s["s"] = B2 * s["s"] + (1 - B2) * g * g
    first, second = s["v"] / (1 - B1**t), s["s"] / (1 - B2**t)
    return p - A * first / (np.sqrt(second) + E)


BETA = f"beta = {B}"
RULES: list[tuple[str, Callable[[Array, Array, State, int], Array]]] = [
    (f'optimizer = "momentum"\n{BETA}', momentum_sum),
    (f'optimizer = "momentum"\nconvention = "average"\n{BETA}', momentum_average),
    (f'optimizer = "momentum"\nconvention = "step"\n{BETA}', momentum_step),
    (f'optimizer = "nesterov"\n{BETA}', nesterov_step),
    (f'optimizer = "nesterov"\nconvention = "step"\n{BETA}', nesterov_step),
    ('optimizer = "adagrad"', adagrad),
    (f'optimizer = "rmsprop"\nconvention = "epsilon_inside"\n{BETA}', rmsprop),
    ('optimizer = "adam"', adam),
]


@pytest.mark.parametrize(("keys", "rule"), RULES)
def test_a_run_is_that_of_a_loop_by_hand(
    keys: str, rule: Callable[[Array, Array, State, int], Array]
) -> None:
    built = program(text(keys))
    parameters = {name: np.asarray(built.start[name]) for name in built.parameters}
    state = {name: {"v": 0.0 * each, "s": 0.0 * each} for name, each in parameters.items()}
    for iteration in range(ITERATIONS):
        found = values(built, iteration)
        for name, each in parameters.items():
            np.testing.assert_allclose(found[name], each, rtol=1e-10, atol=1e-12)
            gradient = found[f"d{name}"]
            parameters[name] = rule(each, gradient, state[name], iteration + 1)


ENTRIES = [f'optimizer = "{each.name}"\nconvention = "{each.convention}"' for each in OPTIMIZERS]
SCHEDULES = [
    'schedule = { name = "step", every = 3, drop = 0.1 }',
    'schedule = { name = "inverse", decay = 0.5 }',
    'schedule = { name = "exponential", decay = 0.5 }',
    'schedule = { name = "cosine", period = 10, final_rate = 0.01 }',
]


@pytest.mark.parametrize("sample", [PAIR, NEURON], ids=["matrices", "numbers"])
@pytest.mark.parametrize("keys", [*ENTRIES, *SCHEDULES, "weight_decay = 0.1"])
def test_running_is_stepping_and_going_back_is_having_been_there(keys: str, sample: str) -> None:
    keys = keys.replace('convention = ""', "")
    built = program(sample.replace("learning_rate = 0.5", f"learning_rate = 0.1\n{keys}"))
    lines = len(built.lines)
    stepped, run = Timeline(built), Timeline(built)
    for _ in range(9 * lines + 2):
        stepped.step()
    run.seek(ITERATIONS * lines)
    run.seek(9 * lines + 2)
    assert same_values(run.frame().values, stepped.frame().values)


@pytest.mark.parametrize(
    ("keys", "rates"),
    [
        (SCHEDULES[0], [A, A, A, 0.1 * A, 0.1 * A]),
        (SCHEDULES[1], [A, A / 1.5, A / 2, A / 2.5]),
        (SCHEDULES[2], [A, A / 2, A / 4, A / 8]),
        (SCHEDULES[3], [A, *(0.01 + 0.09 * (1 + np.cos(np.pi * k / 10)) / 2 for k in (1, 2, 3))]),
        ('batch_size = 2\nschedule = { name = "inverse", decay = 1, per = "epoch" }',
         [A, A, A / 2, A / 2, A / 3]),
        ('optimizer = "adam"\nschedule = { name = "exponential", decay = 0.5 }', [A, A / 2, A / 4]),
    ],
)  # fmt: skip
def test_a_schedule_sets_the_learning_rate(keys: str, rates: list[float]) -> None:
    built = program(text(keys))
    for iteration, rate in enumerate(rates):
        found = values(built, iteration)
        assert float(found["learning_rate"]) == pytest.approx(rate, rel=1e-14)
        assert float(found["t"]) == iteration


def test_weight_decay_is_for_weights_alone() -> None:
    built = program(text('optimizer = "adam"\nweight_decay = 0.5'))
    decays = [line.text for line in built.lines if "weight_decay" in line.text]
    assert decays == [f"{w} = {w} - learning_rate * weight_decay * {w}" for w in ("W1", "W2")]
    assert built.carried["W1"] == "W1_next_2"


def test_the_lines_of_adam() -> None:
    lines = [line for line in listing(program(text('optimizer = "adam"'))) if "update" in line]
    assert lines[:6] == [
        "update 0: t = t + 1   ()",
        "update 1: vdW1 = beta1 * vdW1 + (1 - beta1) * dW1   (2, 2)",
        "update 1: sdW1 = beta2 * sdW1 + (1 - beta2) * dW1 ** 2   (2, 2)",
        "update 1: vdW1_corrected = vdW1 / (1 - beta1 ** t)   (2, 2)",
        "update 1: sdW1_corrected = sdW1 / (1 - beta2 ** t)   (2, 2)",
        "update 1: W1 = W1 - learning_rate * vdW1_corrected / (np.sqrt(sdW1_corrected) + epsilon)"
        "   (2, 2)",
    ]


@pytest.mark.parametrize("keys", [*ENTRIES, *SCHEDULES])
def test_every_line_of_an_update_has_words_and_a_reference(keys: str) -> None:
    built = program(text(keys.replace('convention = ""', "")))
    for index, line in enumerate(built.lines):
        if line.phase is Phase.UPDATE:
            assert sentence(built, index)
            assert built.mathematics(line)
            assert line.target in built.notes.rules or line.target in built.meanings
    assert {*built.notes.rules} >= {built.carried[name] for name in built.parameters}


def test_a_fixed_bias_has_no_state() -> None:
    built = program(PAIR.replace("bias = 0.1", "bias = 0.1\ntrain_bias = false").replace(
        "[training]", '[training]\noptimizer = "momentum"'))  # fmt: skip
    assert list(built.carried) == ["W1", "W2", "b2", "vdW1", "vdW2", "vdb2"]


def test_a_longer_run_keeps_its_rule() -> None:
    built = program(text('optimizer = "adam"')).origin.with_iterations(40)
    assert built.iterations == 40
    assert "vdW1" in built.carried
    line = next(line for line in built.lines if line.spelled == "vdW1")
    edited = built.origin.edited(line, "beta1 * vdW1 + dW1")
    assert [line.text for line in edited.lines if line.is_edited] == ["vdW1 = beta1 * vdW1 + dW1"]
