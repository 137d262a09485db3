"""Run mode: one function for an iteration, and the same bits as line by line."""

import numpy as np
import pytest
from hypothesis import given, settings

from nnscope.engine.fused import Fused
from nnscope.expression.evaluate import Value
from tests.engine.histories import Plain
from tests.samples import LIBRARY, NEURON, PAIR, Sample, library, program, same, samples


@settings(max_examples=200, deadline=None)
@given(sample=samples(iterations=4))
def test_run_mode_gives_the_bits_of_step_mode(sample: Sample) -> None:
    built = sample.program()
    plain, run = Plain(built), Fused(built).function
    state: tuple[Value, ...] = tuple(built.parameters[name] for name in built.carried)
    for iteration in range(built.iterations):
        with np.errstate(all="ignore"):
            cost, state = run(state)
        assert same(np.float64(cost), np.float64(plain.costs[iteration]))
        after = plain.values[(iteration + 1) * len(built.lines)]
        for name, value in zip(built.carried, state, strict=True):
            assert same(value, after[name])


def test_the_function_is_the_listing() -> None:
    built = program(NEURON)
    assert Fused(built).source.splitlines() == [
        "def iteration(state, x=x, y=y, learning_rate=learning_rate):",
        "    w, b, = state",
        *(f"    {line.text}" for line in built.lines),
        "    return J, (w, b, )",
    ]


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.toml")), ids=lambda path: path.stem)
def test_every_line_of_the_library_is_in_its_function(path: object) -> None:
    built = library(getattr(path, "stem", ""))
    body = Fused(built).source.splitlines()
    first = 2 if built.carried else 1
    assert body[first:-1] == [f"    {line.text}" for line in built.lines]


def test_a_forward_pass_has_no_cost_and_carries_nothing() -> None:
    assert list(Fused(library("three_layer_forward")).function(())) == [None, ()]


def test_a_bias_that_is_not_trained_stays_a_constant() -> None:
    text = PAIR.replace("bias = 0.1", "bias = 0.1\ntrain_bias = false")
    fused = Fused(program(text))
    assert fused.source.splitlines()[0].endswith("learning_rate=learning_rate, b1=b1):")
    assert fused.source.splitlines()[1] == "    W1, W2, b2, = state"


def test_the_function_does_not_change_what_it_is_given() -> None:
    built = program(PAIR)
    state: tuple[Value, ...] = tuple(np.array(built.parameters[name]) for name in built.carried)
    before = [np.array(value) for value in state]
    Fused(built).function(state)
    assert all(np.array_equal(now, then) for now, then in zip(state, before, strict=True))
