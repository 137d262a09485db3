"""Time goes both ways: whatever the road, a moment is the same to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.engine.clock import program_clock
from nnscope.engine.keep.history import Interrupted
from nnscope.engine.timeline import MEMORY, Timeline
from nnscope.program.model import Program
from tests.engine.histories import Plain
from tests.examples import examples
from tests.samples import NEURON, PAIR, Sample, library, program, same_moment, samples

LONG = samples(iterations=7)
MEMORIES = st.sampled_from([1, 1000, 20_000, MEMORY])


@examples(60)
@given(sample=LONG, memory=MEMORIES)
def test_every_step_is_its_line_evaluated(sample: Sample, memory: int) -> None:
    built = sample.program()
    plain, timeline = Plain(built), Timeline(built, memory)
    assert plain.agrees(timeline.frame())
    for event in timeline.events():
        assert plain.agrees(timeline.frame())
        frame = timeline.frame()
        assert (event.iteration, event.index) == (frame.iteration, frame.index)
        assert event.line is frame.line
        assert event.value is frame.values[event.line.target]
    assert timeline.time == timeline.length == plain.length


@examples(60)
@given(sample=LONG, memory=MEMORIES, data=st.data())
def test_steps_and_as_many_back_are_the_identity(
    sample: Sample, memory: int, data: st.DataObject
) -> None:
    timeline = Timeline(sample.program(), memory)
    timeline.seek(data.draw(st.integers(0, timeline.length), label="from"))
    before = timeline.frame()
    count = data.draw(st.integers(0, timeline.length - timeline.time), label="steps")
    for _ in range(count):
        timeline.step()
    for _ in range(count):
        timeline.back()
    assert same_moment(timeline.frame(), before)


@examples(60)
@given(sample=LONG, memory=MEMORIES, data=st.data())
def test_a_run_is_the_same_as_its_steps(sample: Sample, memory: int, data: st.DataObject) -> None:
    built = sample.program()
    ran, stepped = Timeline(built, memory), Timeline(built)
    time = data.draw(st.integers(0, ran.length), label="to")
    ran.seek(time)
    for _ in range(time):
        stepped.step()
    assert same_moment(ran.frame(), stepped.frame())
    assert np.array_equal(ran.frame().costs, stepped.frame().costs)


@examples(60)
@given(sample=LONG, memory=MEMORIES)
def test_rewinding_leaves_nothing_behind(sample: Sample, memory: int) -> None:
    timeline, fresh = Timeline(sample.program(), memory), Timeline(sample.program())
    timeline.seek(timeline.length)
    timeline.seek(0)
    assert same_moment(timeline.frame(), fresh.frame())
    for _ in range(fresh.length):
        timeline.step()
        fresh.step()
        assert same_moment(timeline.frame(), fresh.frame())


MOVES = st.one_of(
    st.tuples(st.just("step"), st.just(0)),
    st.tuples(st.just("back"), st.just(0)),
    st.tuples(st.just("seek"), st.integers(-5, 10**4)),
    st.tuples(st.just("phase"), st.sampled_from([-1, 1])),
    st.tuples(st.just("iteration"), st.integers(-4, 4)),
    st.tuples(st.just("go"), st.integers(-2, 12)),
    st.tuples(st.just("interrupted"), st.integers(0, 10**4)),
    st.tuples(st.just("resize"), st.sampled_from([1, 1000, 20_000])),
)


def follow(timeline: Timeline, move: str, by: int) -> None:
    built, time = timeline.program, timeline.time
    match move:
        case "step" if time < timeline.length:
            timeline.step()
        case "back":
            timeline.back()
        case "seek":
            timeline.seek(by % (timeline.length + 10) if by > 0 else by)
        case "phase":
            clock = timeline.clock
            timeline.seek((clock.end_of_phase if by > 0 else clock.start_of_phase)(time))
        case "iteration":
            timeline.seek(program_clock(built).iterations_later(time, by))
        case "go":
            timeline.seek(program_clock(built).same_line_at(time, by))
        case "interrupted":
            before = timeline.frame()
            try:
                timeline.seek(by % (timeline.length + 1), lambda _reached: False)
            except Interrupted:
                assert same_moment(timeline.frame(), before)
        case "resize":
            timeline.history.resize(by)


@examples(120)
@given(sample=LONG, memory=MEMORIES, moves=st.lists(MOVES, max_size=25))
def test_any_walk_shows_what_was_recorded(
    sample: Sample, memory: int, moves: list[tuple[str, int]]
) -> None:
    built = sample.program()
    plain, timeline = Plain(built), Timeline(built, memory)
    for move, by in moves:
        follow(timeline, move, by)
        assert plain.agrees(timeline.frame()), (move, by)


def walk(built: Program, memory: int) -> None:
    """Jump far and near in a long run, and compare with the plain record."""
    plain, timeline = Plain(built), Timeline(built, memory)
    draw = np.random.default_rng(0)
    for _ in range(150):
        near = timeline.time + int(draw.integers(-40, 40))
        far = int(draw.integers(0, timeline.length + 1))
        timeline.seek(far if draw.random() < 0.3 else near)
        assert plain.agrees(timeline.frame())


@pytest.mark.parametrize("memory", [1, 1000, 100_000, MEMORY])
@pytest.mark.parametrize("name", ["single_neuron", "single_neuron_relu"])
def test_a_long_run_of_the_library(name: str, memory: int) -> None:
    walk(library(name), memory)


@pytest.mark.parametrize("memory", [1, 1000, 100_000])
def test_a_long_run_of_matrices(memory: int) -> None:
    walk(program(PAIR.replace("iterations = 12", "iterations = 400")), memory)


def test_an_interrupted_seek_leaves_the_timeline_where_it_was() -> None:
    timeline = Timeline(program(PAIR.replace("iterations = 12", "iterations = 4000")), 1000)
    timeline.seek(37)
    before, asked = timeline.frame(), []

    def once(reached: int) -> bool:
        asked.append(reached)
        return len(asked) < 3

    with pytest.raises(Interrupted):
        timeline.seek(timeline.length, once)
    assert len(asked) == 3
    assert same_moment(timeline.frame(), before)
    untouched = Timeline(timeline.program)
    untouched.seek(37)
    for _ in range(40):
        timeline.step()
        untouched.step()
        assert same_moment(timeline.frame(), untouched.frame())


def test_long_work_asks_in_rising_order_and_names_what_was_reached() -> None:
    timeline = Timeline(program(PAIR.replace("iterations = 12", "iterations = 4000")))
    asked: list[int] = []

    def noted(reached: int) -> bool:
        asked.append(reached)
        return True

    timeline.seek(timeline.length, noted)
    assert asked == sorted(set(asked))
    assert asked[0] == 0
    assert 3700 < asked[-1] < 4000
    assert len(timeline.frame().costs) == 4000


def test_the_ends_hold() -> None:
    timeline = Timeline(program(NEURON))
    timeline.back()
    assert timeline.time == 0
    timeline.seek(-7)
    assert timeline.time == 0
    timeline.seek(10**9)
    assert timeline.time == timeline.length == 9 * 12
    with pytest.raises(IndexError, match=r"^the run has ended$"):
        timeline.step()
    assert timeline.time == timeline.length
    assert list(timeline.events()) == []


def test_events_come_by_count() -> None:
    timeline = Timeline(program(NEURON))
    assert [event.line.target for event in timeline.events(4)] == ["z", "a", "J", "da"]
    assert [event.line.target for event in timeline.events(2)] == ["dz", "dw"]
    assert timeline.time == 6
    assert len(list(timeline.events(1000))) == timeline.length - 6


def test_replays_are_told_beforehand() -> None:
    timeline = Timeline(program(PAIR.replace("iterations = 12", "iterations = 400")), 1)
    assert timeline.replays(15) == 0
    assert timeline.replays(15 * 300) == 300
    timeline.seek(15 * 300)
    assert timeline.replays(timeline.time - 1) <= 3
    assert timeline.replays(15 * 200) > 100


@pytest.mark.parametrize(
    ("time", "iteration", "index"), [(0, 0, -1), (1, 0, 0), (9, 0, 8), (10, 1, 0), (18, 1, 8)]
)
def test_places(time: int, iteration: int, index: int) -> None:
    assert program_clock(program(NEURON)).place(time) == (iteration, index)


def test_no_value_of_a_frame_can_be_changed() -> None:
    timeline = Timeline(program(PAIR))
    for time in (0, 7, 60, 100, timeline.length, 33):
        timeline.seek(time)
        for name, value in timeline.frame().values.items():
            assert not (isinstance(value, np.ndarray) and value.flags.writeable), (time, name)


@pytest.mark.parametrize("memory", [1, MEMORY])
def test_a_run_into_infinity_is_the_same_as_its_steps(memory: int) -> None:
    text = PAIR.replace('"tanh"', '"identity"').replace(
        "binary_cross_entropy", "mean_squared_error"
    )
    text = text.replace('"sigmoid"', '"identity"').replace("rate = 0.5", "rate = 1e9")
    built = program(text.replace("iterations = 12", "iterations = 60"))
    plain, timeline = Plain(built), Timeline(built, memory)
    assert np.isnan(plain.costs[-1])
    for time in (timeline.length, 3, 400, 14, timeline.length - 1):
        timeline.seek(time)
        assert plain.agrees(timeline.frame())
