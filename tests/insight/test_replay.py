import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value
from nnscope.insight.check.replay import replay_difference
from nnscope.program.model import Program
from tests.samples import NEURON, PAIR, program


def known(made: Program, *iterations: int) -> dict[int, dict[str, Value]]:
    timeline, found = Timeline(made), dict[int, dict[str, Value]]()
    for iteration in iterations:
        timeline.seek(timeline.clock.begin(iteration + 1))
        found[iteration] = dict(timeline.frame().values)
    return found


@pytest.mark.parametrize("text", [NEURON, PAIR])
def test_a_program_computes_what_it_computes(text: str) -> None:
    assert replay_difference(program(text), known(program(text), 0, 5, 11)) is None


def test_a_single_bit_is_a_difference_and_the_first_is_told() -> None:
    made = program(NEURON)
    values = known(made, 0, 3, 7)
    for iteration in (7, 3):
        values[iteration]["z"] = np.nextafter(values[iteration]["z"], 9.0)
    found = replay_difference(made, values)
    assert found is not None
    assert found.iteration == 3
    assert found.text == ("in iteration 3 `z` was 1.2787215676930173, and is 1.278721567693017")


def test_the_cell_of_an_array_and_how_many_more_differ() -> None:
    made = program(PAIR)
    values = known(made, 1)
    other = np.array(values[1]["W1"])
    other[-1, 0], other[-1, 1] = -0.0, np.nan
    found = replay_difference(made, {1: {"W1": other}})
    assert found is not None
    assert f"at [{len(other) - 1}, 0], and is" in found.text
    assert found.text.endswith(", and 1 more cells differ")
    found = replay_difference(made, {1: {"W1": other[:1]}})
    assert found is not None
    assert "had the shape " in found.text


def test_nan_is_like_nan_and_zero_has_a_sign() -> None:
    made = program(NEURON.replace("bias = -1.0", "bias = nan"))
    assert np.isnan(known(made, 2)[2]["z"])
    assert replay_difference(made, known(made, 2)) is None
    made = program(NEURON)  # its first weighted sum is 0
    assert replay_difference(made, {0: {"z": 0.0}}) is None
    assert replay_difference(made, {0: {"z": -0.0}}) is not None


def test_what_is_behind_the_end_or_takes_too_long_is_not_compared() -> None:
    made = program(NEURON)
    assert replay_difference(made, {12: {"z": 5.0}}) is None
    assert replay_difference(made, {11: {"z": 5.0}}, lambda _: False) is None
    assert replay_difference(made, {11: {"z": 5.0}}) is not None


def test_the_same_numbers_of_another_type_are_a_difference() -> None:
    values = known(program(PAIR), 0)
    found = replay_difference(program(PAIR), {0: {"W1": np.asarray(values[0]["W1"], np.float32)}})
    assert found is not None
    assert found.text == ("in iteration 0 `W1` had numbers of float32, and has numbers of float64")
