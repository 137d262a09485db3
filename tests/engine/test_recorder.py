"""Step mode: an iteration recorded at once gives the bits of its lines run one by one."""

import numpy as np
import pytest

from nnscope.engine.run.machine import (
    LOWERED_AFTER,
    Machine,
    Recording,
    buffered_recorder,
    same_bits,
)
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.program.model import Program
from nnscope.scenario.library import paths
from tests.samples import PAIR, library, program, same

ONE_CELL = """
seed = 1
[data]
X = [[1.0]]
Y = [[1.0]]
[[layer]]
units = 1
activation = "relu"
weights = [[-0.5]]
[[layer]]
units = 1
activation = "sigmoid"
weights = [[0.25]]
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.1
iterations = 7
"""


def one_by_one(built: Program, start: Recording) -> Recording:
    machine, recording = Machine(built), Recording(start.iteration, start.start)
    while len(recording.values) < len(built.lines):
        machine.run_next(recording)
    return recording


@pytest.mark.parametrize(
    "built", [program(ONE_CELL), program(PAIR), *(library(path.stem) for path in paths())],
    ids=lambda built: built.name,
)  # fmt: skip
def test_every_recorded_iteration_has_the_bits_of_its_lines(built: Program) -> None:
    timeline = Timeline(built)
    with np.errstate(all="ignore"):
        for iteration in range(min(built.iterations, 2 * LOWERED_AFTER)):
            recording = timeline.history.recorded(iteration)
            wanted = one_by_one(built, recording)
            assert all(map(same, recording.values, wanted.values))
            assert not any(v.flags.writeable for v in recording.values if isinstance(v, np.ndarray))


def test_what_was_recorded_stays_when_more_is_recorded() -> None:
    built = program(PAIR)
    first = Timeline(built).history.recorded(0)
    values = dict(built.start)
    values |= dict(zip((line.target for line in built.lines), first.values, strict=True))
    record = buffered_recorder(built, values)
    early = record(first.start)
    kept = [np.array(value) for value in early]
    record({name: np.asarray(value) + 1 for name, value in first.start.items()})
    assert all(map(same_bits, early, kept))
    assert all(map(same_bits, early, first.values))


def test_minus_zero_is_not_zero() -> None:
    assert not same_bits(np.array([0.0]), np.array([-0.0]))
    assert same_bits(np.array([np.nan]), np.array([np.nan]))
    assert not same_bits(np.zeros((2, 3)), np.zeros((3, 2)).T)


def test_events_stop_at_a_line_that_cannot_run() -> None:
    built = library("deep_network_he")
    timeline = Timeline(built)
    machine = timeline.history.machine
    ran = machine.run_next

    def failing(recording: Recording) -> None:
        if len(recording.values) == 3:
            raise ExpressionError("line 4 can't run")
        ran(recording)

    machine.run_next = failing  # type: ignore[method-assign]
    machine.complete = failing  # type: ignore[method-assign]
    told = []
    with pytest.raises(ExpressionError, match="line 4"):
        for event in timeline.events():
            told.append(event.index)
    assert told == [0, 1, 2]
    assert timeline.time == 3
