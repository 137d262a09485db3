import numpy as np
import pytest

from nnscope.engine.keep.costs import Costs
from nnscope.engine.timeline import Timeline
from tests.samples import PAIR, library, program


def test_costs_come_back_in_their_order() -> None:
    costs = Costs()
    assert costs.known().shape == (0,)
    for iteration in range(5000):
        costs.put(iteration, iteration / 8)
    assert np.array_equal(costs.known(), np.arange(5000) / 8)
    assert 5000 * 8 <= costs.bytes <= 4 * 5000 * 8


def test_writing_one_again_drops_nothing() -> None:
    costs = Costs()
    for iteration, cost in [(0, 4.0), (1, 3.0), (2, 2.0), (0, 4.5)]:
        costs.put(iteration, cost)
    assert costs.known().tolist() == [4.5, 3.0, 2.0]


def test_a_run_writes_into_the_room_and_says_how_far_it_came() -> None:
    costs = Costs()
    costs.put(0, 1.0)
    room = costs.room(3000)
    assert len(room) >= 3000
    assert room[0] == 1.0
    room[1:3] = 0.5, 0.25
    assert costs.known().tolist() == [1.0]
    costs.reached(3)
    assert costs.known().tolist() == [1.0, 0.5, 0.25]
    costs.reached(2)
    assert len(costs.known()) == 3


def test_nobody_outside_can_change_a_cost() -> None:
    costs = Costs()
    costs.put(0, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        costs.known()[0] = 2.0
    costs.put(1, 0.5)
    assert costs.known().tolist() == [1.0, 0.5]


def test_a_frame_keeps_its_costs_when_the_run_goes_on() -> None:
    timeline = Timeline(program(PAIR.replace("iterations = 12", "iterations = 3000")))
    timeline.seek(5)
    frame = timeline.frame()
    timeline.seek(timeline.length)
    assert len(frame.costs) == 1
    assert frame.costs[0] == timeline.frame().costs[0]


def test_the_cost_of_an_iteration_is_known_once_its_line_has_run() -> None:
    timeline = Timeline(program(PAIR))
    timeline.seek(4)
    assert timeline.frame().cost is None
    timeline.step()
    cost = timeline.frame().cost
    assert cost == float(timeline.frame().values["J"])
    timeline.seek(15 + 4)
    assert timeline.frame().cost is None
    timeline.seek(1)
    assert timeline.frame().cost == cost
    timeline.seek(0)  # nothing has run here, but it is known what will come
    assert timeline.frame().cost == cost
    assert Timeline(timeline.program).frame().cost is None


def test_without_a_loss_there_are_no_costs() -> None:
    timeline = Timeline(library("three_layer_forward"))
    timeline.seek(timeline.length)
    assert len(timeline.frame().costs) == 0
    assert timeline.frame().cost is None
