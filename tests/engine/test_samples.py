"""Samples: which iterations they are of, and that going back and forth adds none twice."""

import numpy as np
import pytest

from nnscope.engine.find.stops import condition
from nnscope.engine.keep.history import Interrupted
from nnscope.engine.run.samples import Samples
from nnscope.engine.timeline import Timeline
from nnscope.expression.parse import parse
from tests.samples import NEURON, PAIR, program

SQUARES = (parse("np.sum(dW1 ** 2)"), parse("np.sum(W1 ** 2)"))
LONG = PAIR.replace("iterations = 12", "iterations = 2000")


def due(last: int) -> list[int]:
    samples, found = Samples(), [0]
    while found[-1] < last:
        found.append(samples.due(found[-1] + 1))
    return found


def test_samples_are_close_at_first_and_never_far_apart() -> None:
    found = due(40_000)
    assert found[:257] == list(range(257))
    assert np.diff(found)[256:384].tolist() == [2] * 128
    assert max(np.diff(found)) == 64
    assert len(found) < 256 + 128 * 6 + 40_000 / 64


@pytest.mark.parametrize("text", [LONG, LONG.replace("[training]", "[training]\nbatch_size = 2")])
def test_each_sample_is_of_its_iteration(text: str) -> None:
    built = program(text)
    timeline, lines = Timeline(built, sampled=SQUARES), len(built.lines)
    timeline.seek(timeline.length)
    for at, gradient, weight in timeline.frame().samples[::97].tolist():
        timeline.seek(int(at) * lines + lines)
        frame = timeline.frame()
        assert gradient == np.sum(np.asarray(frame.values["dW1"]) ** 2)
        assert weight == np.sum(np.asarray(frame.values["W1"]) ** 2)


def test_every_way_of_running_samples_once_and_in_order() -> None:
    built = program(LONG)
    timeline, lines = Timeline(built, 5000, SQUARES), len(built.lines)
    timeline.seek(50 * lines)
    with pytest.raises(Interrupted):
        timeline.search_forwards([condition(built, "J < -1")], lambda at: at < 700)
    timeline.seek(300 * lines)
    list(timeline.events(40 * lines))
    timeline.seek(timeline.length)
    sampled = timeline.frame().samples[:, 0]
    assert (np.diff(sampled) > 0).all()
    once = Timeline(built, sampled=SQUARES)
    once.seek(once.length)
    rows = {row[0]: row for row in once.frame().samples.tolist()}
    assert all(rows[row[0]] == row for row in timeline.frame().samples.tolist())
    assert len(sampled) > 0.9 * len(rows)


def test_a_program_of_single_numbers_is_sampled_by_the_plain_loop() -> None:
    built = program(NEURON)
    timeline = Timeline(built, sampled=(parse("np.sum(dw ** 2)"),))
    timeline.seek(timeline.length)
    assert len(timeline.frame().samples) >= built.iterations - 2


def test_a_frame_keeps_its_samples_while_the_run_goes_on() -> None:
    timeline = Timeline(program(LONG), sampled=SQUARES)
    timeline.seek(3000)
    early = timeline.frame()
    kept = early.samples.copy()
    timeline.seek(timeline.length)
    np.testing.assert_array_equal(early.samples, kept)
    with pytest.raises(ValueError, match="read-only"):
        early.samples[0] = 0
