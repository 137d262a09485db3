"""Which examples an iteration is about, against NumPy's own draws, in any order of asking."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.network import orders
from nnscope.network.orders import Drawn, Listed, Order, Places, ShuffledOn
from nnscope.scenario.random import Stream
from nnscope.scenario.schema import Generator
from tests.samples import PAIR, program

STARTED: dict[Generator, Callable[[int], Any]] = {
    "legacy": np.random.RandomState,
    "default": np.random.default_rng,
}


def drawn(kind: Generator, examples: int, size: int, count: int) -> list[Places]:
    """Draw batches one after the other, as a script's loop does."""
    random = STARTED[kind](7)
    draw = random.randint if kind == "legacy" else random.integers
    return [draw(0, examples, size) for _ in range(count)]


def shuffled(kind: Generator, examples: int, size: int, count: int) -> list[Places]:
    random, found = STARTED[kind](7), list[Places]()
    while len(found) < count:
        order = random.permutation(examples)
        found += [order[at : at + size] for at in range(0, examples, size)]
    return found


@pytest.mark.parametrize("kind", STARTED)
@pytest.mark.parametrize(("examples", "size"), [(5, 2), (97, 1), (300, 64), (3, 2**9)])
def test_draws_go_on_from_iteration_to_iteration(
    kind: Generator, examples: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_ROUND", 2**10)  # with rounds as long as ever it takes seconds
    count = 5 * max(1, 2**10 // size) if size > 1 else 2**10 + 9
    wanted = drawn(kind, examples, size, count)
    _agrees(Drawn(examples, size, Stream(kind, 7)), wanted)


@pytest.mark.parametrize("kind", STARTED)
@pytest.mark.parametrize(("examples", "size"), [(5, 2), (300, 64), (2**15, 2**15)])
def test_orders_go_on_from_epoch_to_epoch(kind: Generator, examples: int, size: int) -> None:
    order = ShuffledOn(examples, size, Stream(kind, 7))
    wanted = shuffled(kind, examples, size, 12 * order.count)
    _agrees(order, wanted)
    assert (order.size, order.last) == (size, examples % size or size)


def _agrees(order: Order, wanted: list[Places]) -> None:
    asked = np.random.default_rng(1).integers(0, len(wanted), 40)
    for iteration in [len(wanted) - 1, 0, *asked.tolist()]:
        assert np.array_equal(order.at(iteration), wanted[iteration])


def test_listed_batches_come_again() -> None:
    order = Listed([[2, 0], [1]])
    assert [order.at(iteration).tolist() for iteration in range(4)] == [[2, 0], [1], [2, 0], [1]]
    assert (order.size, order.last, order.count) == (2, 1, 2)


def test_the_batches_come_behind_the_draws_of_the_file() -> None:
    drawn_weights = PAIR.replace("weights = [[0.75, -1.0]]", 'weights = { draw = "randn" }')
    text = f'rng = "legacy"\nseed = 5\n{drawn_weights}batch_size = 2\nreplacement = true\n'
    random = np.random.RandomState(5)
    random.randn(1, 2)
    built = program(text)
    whole = np.array([[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]])
    timeline = Timeline(built)
    for _ in range(5):
        chosen = random.randint(0, 3, 2)
        timeline.step()
        assert np.array_equal(timeline.frame().values["X"], whole[:, chosen])
        timeline.seek(timeline.clock.end(timeline.iteration))


def test_a_seed_of_its_own() -> None:
    text = f'rng = "legacy"\n{PAIR}batch_size = 5\nreplacement = true\nshuffle_seed = 3\n'
    feed = program(text).feed
    assert feed is not None
    whole = np.array([[1.0, 0.0, 1.0]])
    assert np.array_equal(feed.at(0)["Y"], whole[:, np.random.RandomState(3).randint(0, 3, 5)])
    assert feed.is_even
    assert feed.place(1) == (1, 0)
