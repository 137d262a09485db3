"""Checkpoints: every stride-th state, a cap that holds, and the nearest one behind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.engine.keep.checkpoints import OVERHEAD, Checkpoints
from nnscope.engine.run.flat_state import Flat
from nnscope.engine.timeline import Timeline
from tests.samples import PAIR, program


def state(number: int) -> Flat:
    return np.full(5, float(number))


EACH = state(0).nbytes + OVERHEAD


def filled(count: int, cap: int) -> Checkpoints:
    checkpoints = Checkpoints(state(0), cap, 1000)
    for iteration in range(count):
        checkpoints.offer(iteration, state(iteration))
    return checkpoints


def kept(checkpoints: Checkpoints, count: int) -> list[int]:
    return sorted({checkpoints.nearest(iteration)[0] for iteration in range(count)})


def test_below_the_cap_every_state_is_kept() -> None:
    checkpoints = filled(10, 10 * EACH)
    assert checkpoints.stride == 1
    assert checkpoints.bytes == 10 * EACH
    assert kept(checkpoints, 10) == list(range(10))


@pytest.mark.parametrize(
    ("count", "stride", "left"),
    [
        (4, 1, [0, 1, 2, 3]),
        (5, 2, [0, 2, 4]),
        (7, 2, [0, 2, 4, 6]),
        (9, 4, [0, 4, 8]),
        (13, 4, [0, 4, 8, 12]),
        (17, 8, [0, 8, 16]),
        (1000, 256, [0, 256, 512, 768]),
    ],
)
def test_at_the_cap_every_second_goes_and_the_stride_doubles(
    count: int, stride: int, left: list[int]
) -> None:
    checkpoints = filled(count, 4 * EACH)
    assert checkpoints.stride == stride
    assert kept(checkpoints, count) == left


@given(cap=st.integers(1, 40 * EACH), count=st.integers(1, 300), asked=st.integers(0, 600))
def test_the_cap_holds_and_the_nearest_is_right(cap: int, count: int, asked: int) -> None:
    checkpoints = Checkpoints(state(0), cap, 1000)
    for iteration in range(count):
        checkpoints.offer(iteration, state(iteration))
        assert checkpoints.bytes <= max(cap, EACH)
    at, found = checkpoints.nearest(asked)
    assert at == max(each for each in range(0, count, checkpoints.stride) if each <= asked)
    assert found[0] == at
    if checkpoints.stride > 1:  # no more went than had to
        assert 2 * checkpoints.bytes + EACH > max(cap, EACH) - EACH


def test_the_start_stays_whatever_the_cap_is() -> None:
    checkpoints = filled(100, 1)
    assert checkpoints.nearest(10**6) == (0, checkpoints.nearest(0)[1])
    assert checkpoints.bytes == EACH


def test_a_smaller_cap_takes_effect_at_once_and_a_larger_one_from_now_on() -> None:
    checkpoints = filled(64, 64 * EACH)
    checkpoints.resize(5 * EACH)
    assert checkpoints.stride == 16
    assert kept(checkpoints, 64) == [0, 16, 32, 48]
    checkpoints.resize(1)
    assert kept(checkpoints, 64) == [0]
    checkpoints.resize(100 * EACH)
    stride = checkpoints.stride
    checkpoints.offer(stride, state(stride))
    assert kept(checkpoints, stride + 1) == [0, stride]


@pytest.mark.parametrize("cap", [10**17, 10**24])
def test_no_cap_is_too_large(cap: int) -> None:
    checkpoints = filled(50, cap)
    assert kept(checkpoints, 50) == list(range(50))
    checkpoints.resize(cap)
    assert kept(checkpoints, 50) == list(range(50))


def test_a_kept_state_is_a_copy() -> None:
    checkpoints, one = Checkpoints(state(0), 10 * EACH, 1000), state(1)
    checkpoints.offer(1, one)
    one[:] = 7
    assert checkpoints.nearest(1)[1][0] == 1


@pytest.mark.parametrize("cap", [20_000, 100_000, 1_000_000])
def test_a_timeline_keeps_to_its_memory(cap: int) -> None:
    timeline = Timeline(program(PAIR.replace("iterations = 12", "iterations = 3000")), cap)
    few = 8 * 3000 + 20_000  # the costs, and what the present moment needs
    for time in (10_000, 45_000, 31, 20_000):
        timeline.seek(time)
        assert timeline.frame().memory <= max(cap, few)
    timeline.history.resize(10_000)
    assert timeline.frame().memory <= few
    assert timeline.history.stride >= 32
