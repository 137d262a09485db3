"""The norms of each layer, and how they are kept over the iterations."""

import numpy as np
import pytest

from nnscope.engine.frame import Frame
from nnscope.engine.timeline import Timeline
from nnscope.insight.health.iteration_values import Moment
from nnscope.insight.health.layer_names import by_unit, stack
from nnscope.insight.health.norms import (
    ACTIVATION,
    GRADIENT,
    STEP,
    NormHistory,
    layer_norms,
    sampled_norms,
    spread,
    squares,
)
from tests.samples import NEURON, PAIR, library, program

LINES = len(program(PAIR).lines)


def at(time: int, text: str = PAIR) -> Frame:
    timeline = Timeline(program(text))
    timeline.seek(time)
    return timeline.frame()


def test_norms_are_those_of_numpy() -> None:
    frame = at(3 * LINES)
    found = layer_norms(Moment(frame))
    assert found.shape == (2, 3)
    for row, number in zip(found, (1, 2), strict=True):
        before = np.asarray(frame.values[f"W{number}"])
        step = np.asarray(frame.values[f"W{number}_next"]) - before
        assert row[GRADIENT] == pytest.approx(np.linalg.norm(frame.values[f"dW{number}"]))
        assert row[ACTIVATION] == pytest.approx(np.linalg.norm(frame.values[f"A{number}"]))
        assert row[STEP] == pytest.approx(np.linalg.norm(step) / np.linalg.norm(before))


def test_a_single_neuron_by_hand() -> None:
    found = layer_norms(Moment(at(len(program(NEURON).lines), NEURON)))
    # a = sigmoid(0) = 1/2; dw = 2 (a - y) a (1 - a) x = -1/2; the step 1/4 on w = 1/2
    np.testing.assert_allclose(found, [[0.5, 0.5, 0.5]], rtol=1e-15)


def test_what_has_not_been_computed_is_missing() -> None:
    names = [line.target for line in program(PAIR).lines]
    assert np.isnan(layer_norms(Moment(at(0)))).all()
    one = layer_norms(Moment(at(names.index("A1") + 1)))
    assert np.isfinite(one).sum() == 1
    last = layer_norms(Moment(at(names.index("dW1") + 1)))
    assert np.isfinite(last[:, [GRADIENT, ACTIVATION]]).all()
    assert np.isnan(last[:, STEP]).all()


def test_the_past_is_the_iteration_before() -> None:
    whole = layer_norms(Moment(at(LINES)))
    past = layer_norms(Moment(at(LINES + 1), past=True))
    np.testing.assert_array_equal(past[:, :STEP], whole[:, :STEP])
    assert np.isnan(past[:, STEP]).all()  # what the weights were then is not in the frame
    middle = layer_norms(Moment(at(LINES + 3), past=True))
    assert np.isnan(middle[0, ACTIVATION])  # A1 is of this iteration by now


def test_a_program_that_only_runs_forwards_has_activations_alone() -> None:
    timeline = Timeline(library("three_layer_forward"))
    timeline.seek(timeline.length)
    found = layer_norms(Moment(timeline.frame()))
    assert np.isfinite(found).all(axis=0).tolist() == [False, True, False]


def test_the_history_fills_up_and_keeps_what_a_step_back_hides() -> None:
    history, timeline = NormHistory(), Timeline(program(PAIR))
    for _ in timeline.events(2 * LINES):
        history.note(timeline.frame())
    iterations, known = history.known()
    assert iterations.tolist() == [0, 1]
    assert np.isfinite(known).all()
    timeline.seek(LINES + 2)
    history.note(timeline.frame())
    np.testing.assert_array_equal(history.known()[1], known)
    np.testing.assert_array_equal(history.at(1), layer_norms(Moment(at(2 * LINES))))


def test_a_run_that_stops_in_the_middle_still_leaves_gradients() -> None:
    history = NormHistory()
    history.note(at(5 * LINES + 1))
    assert history.known()[0].tolist() == [4]
    row = history.at(4)
    assert row is not None
    assert np.isfinite(row[:, GRADIENT]).all()


def test_the_history_stays_small_and_keeps_the_present() -> None:
    history, timeline = NormHistory(most=4), Timeline(program(PAIR))
    for _ in range(11):
        timeline.seek(timeline.time + LINES)
        history.note(timeline.frame())
        assert len(history.known()[0]) <= 4
        assert history.at(timeline.iteration) is not None
    assert history.known()[0][0] == 0


@pytest.mark.parametrize("name", ["", "single_neuron", "deep_network_he"])
def test_a_run_samples_the_norms_that_a_look_finds(name: str) -> None:
    built = library(name) if name else program(PAIR)
    lines, timeline = len(built.lines), Timeline(built, sampled=squares(built))
    timeline.seek(timeline.length)
    samples = timeline.frame().samples
    sampled = sampled_norms(built, samples)
    assert len(samples) > 0
    for at, row in list(zip(samples[:, 0].astype(int).tolist(), sampled, strict=True))[:8]:
        timeline.seek((at + 1) * lines)
        looked_at = layer_norms(Moment(timeline.frame()))
        np.testing.assert_allclose(row, looked_at, rtol=1e-12)


def test_what_was_looked_at_and_what_was_sampled_are_one_history() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 1000"))
    history, timeline = NormHistory(), Timeline(built, sampled=squares(built))
    timeline.seek(900 * LINES)
    timeline.seek(302 * LINES)  # 301 is odd: sampled are 300 and 302
    history.note(timeline.frame())
    iterations, norms = history.known()
    assert iterations.tolist() == sorted({*range(256), *range(256, 512, 2), 301,
                                          *range(512, 899, 4)})  # fmt: skip
    assert np.isfinite(norms).all()
    np.testing.assert_array_equal(
        norms[iterations == 301][0], layer_norms(Moment(timeline.frame()))
    )


def test_norms_are_spread_evenly_over_time() -> None:
    iterations = np.array([0, 1, 2, 3, 100])
    norms = iterations.astype(float).reshape(-1, 1, 1)
    assert spread(iterations, norms, 5).ravel().tolist() == [0, 3, 3, 3, 100]
    assert spread(iterations[:3], norms[:3], 50).ravel().tolist() == [0, 1, 2]
    assert len(spread(iterations[:0], norms[:0], 5)) == 0


def test_the_stack_names_what_the_program_has() -> None:
    first, last = stack(program(PAIR))
    assert (first.weight, first.bias, first.pre_activation, first.activation) == (
        "W1", "b1", "Z1", "A1",
    )  # fmt: skip
    assert (last.weight_gradient, last.bias_gradient, last.signal) == ("dW2", "db2", "dZ2")
    assert (first.is_output, last.is_output) == (False, True)


def test_the_stack_follows_the_letters_of_the_book() -> None:
    layers = stack(library("three_layer_forward"))
    assert [layer.pre_activation for layer in layers] == ["A1", "A2", "A3"]
    assert [layer.activation for layer in layers] == ["Z1", "Z2", "Y"]
    assert {layer.weight_gradient for layer in layers} == {""}


def test_layers_without_or_with_a_fixed_bias() -> None:
    text = PAIR.replace("bias = 0.1", "bias = false").replace(
        "bias = 0.2", "bias = 0.2\ntrain_bias = false"
    )
    first, last = stack(program(text))
    assert (first.bias, first.bias_gradient) == ("", "")
    assert (last.weight, last.bias, last.bias_gradient) == ("W2", "b2", "")


def test_a_unit_is_a_row_in_every_notation() -> None:
    rows = program(PAIR.replace("[data]", 'notation = "row"\n[data]', 1)
                   .replace("[[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]", "[[1, 0.5], [2, 3], [4, 5]]")
                   .replace("[[1.0, 0.0, 1.0]]", "[[1], [0], [1]]")
                   .replace("[[0.75, -1.0]]", "[[0.75], [-1.0]]"))  # fmt: skip
    value = np.arange(6.0).reshape(3, 2)
    (by_rows, _), (upright, _), (scalar,) = map(stack, (rows, program(PAIR), program(NEURON)))
    for axis in (by_rows.layer.units_axis, by_rows.layer.weight_axis):
        np.testing.assert_array_equal(by_unit(value, axis), value.T)
        np.testing.assert_array_equal(by_unit(np.arange(3.0), axis), [[0], [1], [2]])
    for axis in (upright.layer.units_axis, upright.layer.weight_axis):
        np.testing.assert_array_equal(by_unit(value, axis), value)
    np.testing.assert_array_equal(by_unit(np.float64(2), scalar.layer.units_axis), [[2]])


def test_an_activation_that_needs_several_cells_has_no_slope_at_one_number() -> None:
    own = '[[override]]\ntarget = "A1"\nexpression = "Z1[::-1, ::-1] * 2.0"\n'
    first, last = stack(program(PAIR + own))
    assert (first.can_die, first.saturates) == (False, False)
    assert last.saturates
