"""The chain rule: a neuron worked by hand, number by number, and the shape of longer chains."""

import numpy as np
import pytest
from hypothesis import given

from nnscope.engine.timeline import Timeline
from nnscope.expression.shapes import sizes
from nnscope.expression.source import source
from nnscope.insight.chain.factors import (
    Factor,
    Progress,
    factors,
    gradient_name,
    links,
    literal_product,
    local_value,
    uses,
)
from nnscope.program.model import Phase
from tests.examples import examples
from tests.hand_built import HandBuilt
from tests.samples import NEURON, PAIR, Sample, program, samples


def steps(chain: tuple[Factor, ...]) -> list[tuple[str, str]]:
    return [(factor.link.above, factor.link.below) for factor in chain]


def test_a_neuron_by_hand() -> None:
    """Follow x = 2, w = 1/2, b = -1, y = 1 through the first iteration."""
    timeline = Timeline(program(NEURON))
    values = {event.line.spelled: event.value for event in timeline.events(9)}
    # z = 1/2 · 2 − 1 = 0,  a = σ(0) = 1/2,  J = (1/2 − 1)² = 1/4
    assert (values["z"], values["a"], values["J"]) == (0.0, 0.5, 0.25)
    # ∂J/∂a = 2 (1/2 − 1) = −1,  ∂a/∂z = 1/2 (1 − 1/2) = 1/4,  ∂z/∂w = x = 2,  ∂z/∂b = 1
    assert (values["da"], values["dz"]) == (-1.0, -0.25)
    assert (values["dw"], values["db"]) == (-0.5, -0.25)
    # w ← 1/2 + 1/2 · 1/2 = 3/4,  b ← −1 + 1/2 · 1/4 = −7/8
    assert (values["w"], values["b"]) == (0.75, -0.875)
    frame = timeline.frame()
    assert literal_product(frame, factors(frame.program, "w")) == ([-1.0, 0.25, 2.0], -0.5)
    assert literal_product(frame, factors(frame.program, "b")) == ([-1.0, 0.25, 1.0], -0.25)


def test_the_factors_of_a_neuron_stand_in_their_lines() -> None:
    chain = factors(program(NEURON), "w")
    assert steps(chain) == [("J", "a"), ("a", "z"), ("z", "w")]
    assert [source(factor.link.local) for factor in chain] == ["2 * (a - y)", "a * (1 - a)", "x"]
    assert [factor.forward for factor in chain] == [2, 1, 0]
    assert [factor.backward for factor in chain] == [3, 4, 5]


def test_the_factors_of_two_layers() -> None:
    built = program(PAIR)
    chain = factors(built, "W1")
    assert steps(chain) == [
        ("J", "A2"), ("A2", "Z2"), ("Z2", "A1"), ("A1", "Z1"), ("Z1", "W1"),
    ]  # fmt: skip
    assert [factor.forward for factor in chain] == [4, 3, 2, 1, 0]
    assert [factor.backward for factor in chain] == [5, 5, 8, 8, 9]
    assert [sizes(factor.shape) for factor in chain] == [(1, 3), (1, 3), (2, 1), (2, 3), (3, 2)]
    assert steps(factors(built, "b2")) == [("J", "A2"), ("A2", "Z2"), ("Z2", "b2")]
    assert [factors(built, name) for name in ("X", "J", "learning_rate", "nothing")] == [()] * 4


@examples(60)
@given(sample=samples())
def test_every_chain_runs_from_the_cost_to_its_parameter(sample: Sample) -> None:
    built = sample.program()
    timeline = Timeline(built)
    timeline.seek(timeline.length)
    frame = timeline.frame()
    for layer in range(1, len(sample.activations) + 1):
        line = next(
            each for each in built.lines if each.layer == layer and each.phase.value == "update"
        )
        weight = built.before[line.target]
        chain = factors(built, weight)
        # two factors a layer, one more for the parameter itself
        assert len(chain) == 2 * (len(sample.activations) - layer) + 3
        aboves, belows = zip(*steps(chain), strict=True)
        assert aboves[0] == built.cost
        assert belows[-1] == weight
        assert aboves[1:] == belows[:-1]
        for factor in chain:
            assert built.lines[factor.forward].target == factor.link.above
            assert factor.link in links(built)[factor.backward]
            value = local_value(frame, factor)
            assert value is not None
            assert np.shape(value) == sizes(factor.shape)


@examples(60)
@given(sample=samples(iterations=3, notations=("scalar",)))
def test_the_literal_product_is_the_gradient(sample: Sample) -> None:
    built = sample.program()
    timeline = Timeline(built)
    for _ in range(3):
        timeline.seek(timeline.time + len(built.lines))
        for name in built.carried:
            product = literal_product(timeline.frame(), factors(built, name))
            assert product is not None
            gradient = timeline.frame().values[f"d{name}"]
            assert product[1] == pytest.approx(float(np.asarray(gradient)), rel=1e-12, abs=1e-300)


def test_matrices_have_no_literal_product() -> None:
    timeline = Timeline(program(PAIR))
    timeline.seek(15)
    assert literal_product(timeline.frame(), factors(timeline.program, "W1")) is None


def test_a_factor_is_to_come_then_now_then_done() -> None:
    chain = factors(program(PAIR), "W1")
    told = {index: [factor.progress(index).value for factor in chain] for index in (-1, 4, 5, 8, 9)}
    late, now, done = Progress.TO_COME.value, Progress.NOW.value, Progress.DONE.value
    assert told == {
        -1: [late] * 5,
        4: [late] * 5,
        5: [now, now, late, late, late],
        8: [done, done, now, now, late],
        9: [done] * 4 + [now],
    }


def test_a_local_derivative_is_there_as_soon_as_what_it_reads() -> None:
    timeline = Timeline(program(NEURON))
    chain = factors(timeline.program, "w")
    known = []
    for time in range(4):
        timeline.seek(time)
        known.append([local_value(timeline.frame(), factor) is not None for factor in chain])
    assert known == [[False, False, True]] * 2 + [[True] * 3] * 2
    timeline.seek(9 + 1)  # the second iteration has run its first line: a is the old one
    assert [local_value(timeline.frame(), factor) for factor in chain] == [None, None, 2.0]


def test_after_the_update_a_factor_keeps_the_weights_of_its_iteration() -> None:
    timeline = Timeline(program(PAIR))
    timeline.seek(15)
    frame = timeline.frame()
    chain = factors(frame.program, "W1")
    before = local_value(frame, chain[2])
    assert before is not None
    assert np.array_equal(before, [[0.75], [-1.0]])
    assert not np.array_equal(frame.values["W2_next"], [[0.75, -1.0]])


def test_where_a_line_comes_back() -> None:
    built = program(PAIR)
    assert steps(uses(built, "Z2")) == [("Z2", "W2"), ("Z2", "b2"), ("Z2", "A1")]
    assert steps(uses(built, "J")) == [("J", "A2")]
    assert uses(built, "dZ2") == ()


def test_whose_gradient_a_line_is_about() -> None:
    built = program(PAIR)
    assert gradient_name(built, None) == ""
    told = {line.spelled: gradient_name(built, line) for line in built.lines}
    assert [told[line.target] for line in built.lines if line.phase is Phase.FORWARD] == [""] * 4
    assert (told["J"], told["dZ2"], told["dW1"], told["W1"]) == ("", "Z2", "W1", "W1")


def test_a_sum_along_an_axis_inside_a_function_has_no_single_factor() -> None:
    """The cost of CS231n's softmax: what its logarithm divides by has one number for a row."""
    built = HandBuilt(
        "rows",
        """
        p = np.exp(w * x)
        J = -np.sum(np.log(np.sum(p * chosen, axis=1)))
        dp = -chosen / p
        dw = np.sum(dp * p * x)
        w = w - 0.1 * dw
        """,
        {
            "x": np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.7]]),
            "chosen": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
            "w": np.float64(0.5),
        },
        "J",
    ).program()
    assert built.lines[built.line_of["dp"]].gradient_of == "p"
    assert uses(built, "J") == ()
