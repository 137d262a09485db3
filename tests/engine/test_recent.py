"""What lies near the present: what is let go when there is no room, and how far one goes back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.engine.keep.history import RING
from nnscope.engine.keep.recent import Recent
from nnscope.engine.run.flat_state import Flat
from nnscope.engine.run.loop import RunLoop
from nnscope.engine.timeline import Timeline
from tests.engine.histories import Plain
from tests.samples import PAIR, program

PLACES = st.lists(st.integers(0, 30), max_size=40)


def kept(recent: Recent[int]) -> list[int]:
    return [at for at in range(40) if recent.get(at) is not None]


@given(places=PLACES, room=st.integers(2, 6))
def test_the_farthest_ahead_goes_first_and_then_the_farthest_behind(
    places: list[int], room: int
) -> None:
    recent, wanted = Recent[int](10, 10 * room, 1, 100), set[int]()
    for at in places:
        recent.put(at, -at)
        wanted.add(at)
        ahead = [each for each in wanted if each > at]
        if len(wanted) > room:
            wanted.remove(max(ahead) if ahead else min(wanted))
        assert kept(recent) == sorted(wanted)
        assert at in wanted
        assert recent.bytes == 10 * len(wanted)
    for asked in range(40):
        behind = [each for each in wanted if each <= asked]
        assert recent.nearest(asked) == max(behind, default=-1)


def test_what_was_just_put_stays_even_without_room() -> None:
    recent = Recent[int](10, 0, 2, 100)
    for at in (5, 9, 7, 6, 20):
        recent.put(at, at)
        assert recent.get(at) == at
        assert len(kept(recent)) <= 2
    assert kept(recent) == [6, 20]


@pytest.mark.parametrize(
    ("cap", "room"), [(0, 2), (10, 2), (25, 2), (30, 3), (79, 7), (80, 8), (9000, 8)]
)
def test_the_room_lies_between_the_least_and_the_most(cap: int, room: int) -> None:
    recent = Recent[int](10, cap, 2, 8)
    assert recent.room == room
    for at in range(20):
        recent.put(at, at)
    assert kept(recent) == list(range(20 - room, 20))


def test_with_a_smaller_cap_the_latest_stay() -> None:
    recent = Recent[int](10, 80, 2, 8)
    for at in range(8):
        recent.put(at, at)
    recent.resize(30)
    assert kept(recent) == [5, 6, 7]


def replayed(timeline: Timeline, patch: pytest.MonkeyPatch) -> list[int]:
    """Note from now on how many iterations each run goes over."""
    counts: list[int] = []
    run = timeline.history._run

    def counted(loop: RunLoop, first: int, last: int, *rest: Any) -> tuple[int, int, Flat]:
        counts.append(last - first)
        return run(loop, first, last, *rest)

    patch.setattr(timeline.history, "_run", counted)
    return counts


def test_stepping_back_over_a_gap_replays_it_a_few_times_at_most() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 80000"))
    timeline = Timeline(built)
    timeline.history.resize(timeline.history.least + 100_000)
    timeline.seek(timeline.length)
    stride = timeline.history.stride
    assert stride == 128
    target = 40_000 // stride * stride + stride - 1
    with pytest.MonkeyPatch.context() as patch:
        counts = replayed(timeline, patch)
        for iteration in range(target, target - stride, -1):
            timeline.seek(timeline.clock.moment_of(0, iteration))
        assert stride <= sum(counts) + 2 <= 3 * stride


def test_behind_the_end_of_a_run_the_last_iterations_are_at_hand() -> None:
    built = program(PAIR.replace("iterations = 12", "iterations = 5000"))
    timeline, plain = Timeline(built, 1), Plain(built)
    timeline.history.resize(timeline.history.least + 8 * 400 * RING)
    timeline.seek(timeline.length)
    with pytest.MonkeyPatch.context() as patch:
        counts = replayed(timeline, patch)
        for iteration in range(4999, 4999 - RING + 1, -1):
            timeline.seek(timeline.clock.moment_of(2, iteration))
            assert plain.agrees(timeline.frame())
        assert sum(counts) <= 2
