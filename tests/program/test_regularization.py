"""Dropout and the L2 penalty as lines of the listing, and the masks that iterations are fed."""

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value
from nnscope.insight.check.gradients import check_all
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.verdicts import Verdict
from nnscope.program.model import Program
from tests.samples import NEURON, PAIR, listing, program, same_values

DROPPING = PAIR.replace('"tanh"', '"tanh"\nkeep = 0.75')
PENALIZED = PAIR.replace('"binary_cross_entropy"', '"binary_cross_entropy"\nl2 = 0.5')
BATCHES = DROPPING.replace("[training]", "[training]\nbatch_size = 2\nshuffle = true")


def values(built: Program, iteration: int) -> dict[str, Value]:
    timeline = Timeline(built)
    timeline.seek((iteration + 1) * len(built.lines))
    return dict(timeline.frame().values)


def test_dropout_masks_and_scales_up_in_both_directions() -> None:
    lines = listing(program(DROPPING))
    assert [line for line in lines if "D1" in line or "keep1" in line] == [
        "forward 1: A1 = A1 * D1   (2, 3)",
        "forward 1: A1 = A1 / keep1   (2, 3)",
        "backward 1: dA1 = dA1 / keep1   (2, 3)",
        "backward 1: dA1 = dA1 * D1   (2, 3)",
    ]
    assert "backward 1: dZ1 = dA1 * (1 - np.tanh(Z1) ** 2)   (2, 3)" in lines


def test_the_masks_are_those_that_the_readme_promises() -> None:
    text = DROPPING.replace("learning_rate", "optimizer = 'adam'\nlearning_rate")
    for rng, start in (("legacy", np.random.RandomState), ("default", np.random.default_rng)):
        built = program(f'seed = 40\nrng = "{rng}"\n{text}')
        for iteration in (0, 1, 5):
            drawn = start(40 + iteration)
            cells = drawn.rand(2, 3) if rng == "legacy" else drawn.random((2, 3))  # type: ignore[union-attr]
            assert np.array_equal(values(built, iteration)["D1"], (cells < 0.75) * 1.0)


@pytest.mark.parametrize("text", [DROPPING, BATCHES, PENALIZED])
def test_every_gradient_is_the_slope_of_the_cost(text: str) -> None:
    built = program(text)
    for iteration in (0, 1, 3):
        checks = list(check_all(iteration_at(built, iteration)))
        assert [check.verdict for check in checks] == [Verdict.RIGHT] * 4


@pytest.mark.parametrize("text", [DROPPING, BATCHES])
def test_going_back_finds_the_same_masks(text: str) -> None:
    built = program(text)
    timeline, end = Timeline(built), 11 * len(built.lines)
    timeline.seek(end)
    there = timeline.frame()
    timeline.seek(3)
    timeline.seek(end)
    assert same_values(timeline.frame().values, there.values)
    assert same_values(values(program(text), 10), values(built, 10))


def test_the_last_batch_has_a_smaller_mask() -> None:
    built = program(BATCHES)
    assert [np.shape(values(built, at)["D1"]) for at in (0, 1, 2)] == [(2, 2), (2, 1), (2, 2)]


def test_dropout_of_a_single_number_and_in_rows() -> None:
    layer = '[[layer]]\nunits = 1\nactivation = "tanh"\nweights = 0.25\ndropout = 0.5\n[[layer]]'
    built = program(NEURON.replace("[[layer]]", layer))
    assert np.shape(values(built, 0)["d1"]) == ()
    assert {type(values(built, at)["d1"]) for at in range(4)} == {np.float64}
    rows = 'notation = "row"\n' + DROPPING.replace(
        "X = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]\nY = [[1.0, 0.0, 1.0]]",
        "X = [[1.0, 0.5], [-0.5, 2.0], [0.25, -1.5]]\nY = [[1.0], [0.0], [1.0]]",
    ).replace("[[0.75, -1.0]]", "[[0.75], [-1.0]]")
    assert np.shape(values(program(rows), 0)["D1"]) == (3, 2)


def test_each_line_of_a_name_can_be_edited() -> None:
    built = program(DROPPING)
    first, masked, scaled = (line for line in built.lines if line.spelled == "A1")
    for line, expression in ((first, "Z1"), (masked, "A1"), (scaled, "A1 * 2")):
        edited = built.origin.edited(line, expression)
        assert [each.text for each in edited.lines if each.is_edited] == [f"A1 = {expression}"]
        assert edited.lines[built.line_of[line.target]].is_edited
    twice = built.origin.edited(first, "Z1").origin.edited(masked, "A1")
    again = twice.origin.edited(first, "2 * Z1")
    assert [each.text for each in again.lines if each.is_edited] == ["A1 = 2 * Z1", "A1 = A1"]


def test_the_penalty_is_in_the_cost_and_in_the_gradients() -> None:
    built = program(PENALIZED)
    lines = [line.text for line in built.lines]
    assert lines[4:7] == [
        "J_data = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m",
        "J_l2 = lambd / (2 * m) * (np.sum(W1 ** 2) + np.sum(W2 ** 2))",
        "J = J_data + J_l2",
    ]
    assert "dW1 = dZ1 @ X.T / m + lambd / m * W1" in lines
    found = values(built, 0)
    plain = values(program(PAIR), 0)
    assert found["J_data"] == plain["J"]
    assert built.notes.guess == pytest.approx(np.log(2) + found["J_l2"], rel=1e-15)


def test_a_penalty_without_an_average() -> None:
    scalar = NEURON.replace('"mean_squared_error"', '"mean_squared_error"\nl2 = 0.5')
    lines = [line.text for line in program(scalar).lines]
    assert "J_l2 = lambd / 2 * w ** 2" in lines
    assert "dw = dz * x + lambd * w" in lines
