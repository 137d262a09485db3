"""Where each move leads, in a program of four phases: 4 lines forward, 1, 6 backward, 4 updates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnscope.engine.clock import Clock, program_clock
from nnscope.program.model import Phase
from tests.examples import examples
from tests.hand_built import HandBuilt
from tests.samples import NEURON, PAIR, Sample, library, program, samples

TWO = program(PAIR.replace("iterations = 12", "iterations = 2"))


ENDS = (4, 5, 11, 15, 19, 20, 26, 30)
STARTS = (0, 1, 5, 6, 12, 16, 20, 21, 27)


def test_the_program_is_the_one_that_the_numbers_are_for() -> None:
    phases = [line.phase for line in TWO.lines]
    assert [phases.count(phase) for phase in Phase] == [4, 1, 6, 4]
    assert len(TWO.lines) * TWO.iterations == 30


@pytest.mark.parametrize("time", range(31))
def test_forwards_to_the_end_of_a_phase(time: int) -> None:
    later = [end for end in ENDS if end > time]
    assert program_clock(TWO).end_of_phase(time) == (later[0] if later else 30)


@pytest.mark.parametrize("time", range(31))
def test_backwards_to_the_start_of_a_phase(time: int) -> None:
    earlier = [start for start in STARTS if start < time]
    assert program_clock(TWO).start_of_phase(time) == (earlier[-1] if earlier else 0)


@pytest.mark.parametrize(
    ("time", "count", "there"),
    [
        (3, 1, 12), (3, 2, 21), (3, 11, 102), (3, 12, 102), (3, 10**6, 102),
        (102, -1, 93), (102, -11, 3), (102, -12, 0), (12, -5, 0),
        (9, 1, 18), (9, -1, 0), (108, -1, 99), (108, 1, 108),
        (0, 0, 0), (0, 1, 9), (0, 12, 108), (0, 13, 108), (0, -1, 0), (3, 0, 3),
    ],
)  # fmt: skip
def test_the_same_line_some_iterations_later(time: int, count: int, there: int) -> None:
    neuron = program(NEURON)  # 9 lines, 12 iterations
    assert program_clock(neuron).iterations_later(time, count) == there


@pytest.mark.parametrize(
    ("time", "iteration", "there"),
    [
        (3, 0, 3), (3, 5, 48), (3, 11, 102), (3, 12, 102), (3, -1, 3), (102, 0, 3),
        (9, 4, 45), (10, 4, 37), (108, 0, 9), (108, 11, 108), (0, 0, 1), (0, 3, 28),
    ],
)  # fmt: skip
def test_the_same_line_in_a_named_iteration(time: int, iteration: int, there: int) -> None:
    assert program_clock(program(NEURON)).same_line_at(time, iteration) == there


def test_a_program_of_one_phase() -> None:
    forward = library("three_layer_forward")
    assert [program_clock(forward).end_of_phase(time) for time in range(7)] == [6] * 7
    assert [program_clock(forward).start_of_phase(time) for time in range(7)] == [
        0,
        0,
        1,
        1,
        1,
        1,
        1,
    ]
    assert program_clock(forward).iterations_later(2, 1) == 2
    assert program_clock(forward).same_line_at(2, 9) == 2


@examples(40)
@given(sample=samples(iterations=4), data=st.data())
def test_moves_stay_inside_and_go_their_way(sample: Sample, data: st.DataObject) -> None:
    built = sample.program()
    length = len(built.lines) * built.iterations
    time = data.draw(st.integers(0, length))
    count = data.draw(st.integers(-6, 6))
    assert time < program_clock(built).end_of_phase(time) <= length or time == length
    assert 0 <= program_clock(built).start_of_phase(time) < time or time == 0
    later = program_clock(built).iterations_later(time, count)
    assert 0 <= later <= length
    if later > 0:
        assert (later - time) % len(built.lines) == 0
        assert abs(later - time) <= abs(count) * len(built.lines)


@given(lines=st.integers(1, 7), iterations=st.integers(1, 9), data=st.data())
def test_moments_and_places_belong_together(
    lines: int, iterations: int, data: st.DataObject
) -> None:
    targets = [f"x{number}" for number in range(lines)]
    text = "\n".join(f"{target} = 1" for target in targets)
    clock = Clock(HandBuilt("lines", text, {}, iterations=iterations).program())
    time = data.draw(st.integers(0, clock.length))
    index, count = data.draw(st.integers(0, lines - 1)), data.draw(st.integers(1, 5))
    iteration, last = clock.place(time)
    assert (clock.iteration(time), clock.index(time)) == (iteration, last)
    assert not time or clock.moment_of(last, iteration) == time
    assert clock.begin(iteration) <= time <= clock.end(iteration)
    ran = [at for at in range(1, clock.length + 10 * lines) if (at - 1) % lines == index]
    assert clock.passes(targets[index], time) == len([at for at in ran if at <= time])
    assert clock.later(targets[index], time, count) == [at for at in ran if at > time][count - 1]
    before = [0] * 9 + [at for at in ran if at < time]
    assert clock.earlier(targets[index], time, count) == before[-count]
