import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.insight.check.printed_numbers import Check, verify
from tests.samples import NEURON, PAIR, program


def checks(keys: str, text: str = NEURON) -> list[Check]:
    """Verify a program with one expectation of these keys."""
    return list(verify(program(f"{text}[[expect]]\n{keys}\n")))


def one(keys: str, text: str = NEURON) -> tuple[bool, int]:
    (check,) = checks(keys, text)
    return check.passed, check.agreeing


@pytest.mark.parametrize(
    ("keys", "passed"),
    [
        ('name = "J"\nvalue = 0.25', True),
        ('name = "J"\nvalue = 0.2500000001', False),
        ('name = "J"\nvalue = 0.2\ndigits = 1', True),  # between two digits: either will do
        ('name = "J"\nvalue = 0.3\ndigits = 1', True),
        ('name = "J"\nvalue = 0.26\ndigits = 2', False),
        ('name = "J"\nvalue = 0.245\ndigits = 2', True),
        ('name = "J"\nvalue = 0.2449\ndigits = 2', False),
        ('name = "J"\nvalue = 0.26\ntolerance = 0.011', True),
        ('name = "J"\nvalue = 0.26\ntolerance = 0.009', False),
        ('name = "dw * 2 + 1"\nvalue = 0.0', True),
        ('name = "w"\nvalue = 0.5\nwhen = "start"', True),
        ('name = "w"\nvalue = 0.75\nwhen = "end"', True),
        ('name = "w"\nvalue = 0.75', True),
        ('name = "w"\nvalue = 0.75\nwhen = "start"\niteration = 1', True),
        ('name = "w"\nvalue = 0.5\nwhen = "start"\niteration = 1', False),
        ('name = "J"\nshape = []', True),
        ('name = "J"\nshape = [1]', False),
        ('name = "np.log(0 * J)"\nvalue = 0.5\ndigits = 1', False),
        ('name = "np.log(-J)"\nvalue = nan', True),
        ('name = "np.log(-J)"\nvalue = 0.5\ndigits = 1', False),
    ],
)
def test_one_number(keys: str, passed: bool) -> None:
    assert one(keys) == (passed, int(passed))


@pytest.mark.parametrize(
    ("keys", "passed", "agreeing"),
    [
        ('name = "W1"\nwhen = "start"\nvalue = [[0.5, -0.25], [0.125, 1.0]]', True, 4),
        ('name = "W1"\nwhen = "start"\nvalue = [[0.5, -0.25], [0.126, 1.1]]', False, 2),
        ('name = "W1"\nwhen = "start"\nvalue = [[0.5, -0.25], [0.1, 1.0]]\ndigits = 1', True, 4),
        ('name = "W1"\nwhen = "start"\nvalue = [0.5, -0.25, 0.125, 1.0]', True, 4),
        ('name = "b1"\nwhen = "start"\nvalue = [0.1, 0.1]\nshape = [2, 1]', True, 3),
        ('name = "b1"\nwhen = "start"\nvalue = [0.1, 0.1]\nshape = [1, 2]', False, 2),
        ('name = "Z1"\nshape = [2, 3]', True, 1),
        ('name = "Z1"\nshape = [3, 2]', False, 0),
    ],
)
def test_matrices_count_their_cells(keys: str, passed: bool, agreeing: int) -> None:
    assert one(keys, PAIR) == (passed, agreeing)


def test_expectations_are_met_in_the_order_of_time() -> None:
    text = PAIR + "".join(
        f'[[expect]]\nname = "{name}"\nshape = []\niteration = {iteration}\nwhen = "{when}"\n'
        for name, iteration, when in [
            ("J", 11, "end"), ("W1[0, 0]", 3, "start"), ("J", 0, "end"), ("m", 3, "end"),
        ]
    )  # fmt: skip
    found = list(verify(program(text)))
    assert [check.expectation.text for check in found] == ["J", "W1[0, 0]", "m", "J"]
    assert all(check.passed for check in found)


def test_what_was_found_is_the_value_of_that_moment() -> None:
    (check,) = checks('name = "A2"\nshape = [1, 3]\niteration = 7', PAIR)
    timeline = Timeline(program(PAIR))
    timeline.seek(8 * 15)
    assert np.array_equal(np.asarray(check.found), np.asarray(timeline.frame().values["A2"]))


def told(text: str) -> list[tuple[str, bool]]:
    """Verify a program: when each number was printed, and whether it agrees."""
    return [(check.expectation.moment, check.passed) for check in verify(program(text))]


def test_a_list_of_iterations_has_a_list_of_values() -> None:
    costs = train(PAIR, 12)
    keys = f'name = "J"\niteration = [0, 5, 11]\nvalue = [{costs[0]}, 0.5, {costs[11]}]\n'
    found = told(f"{PAIR}[[expect]]\n{keys}")
    assert found == [("iteration 0", True), ("iteration 5", False), ("iteration 11", True)]


@pytest.mark.parametrize(("first", "key"), [(0, ""), (2, "iteration = 2"), (2, "after = 2")])
def test_every_so_many_iterations(first: int, key: str) -> None:
    costs = train(PAIR, 12)[first::3]
    keys = f'name = "J"\n{key}\nevery = 3\nvalue = {costs}\n'
    found = told(f"{PAIR}[[expect]]\n{keys}")
    word = "after {} updates" if "after" in key else "iteration {}"
    assert found == [(word.format(at), True) for at in range(first, 12, 3)]


def test_a_list_of_matrices_and_a_shape_in_several_iterations() -> None:
    text = f'{PAIR}[[expect]]\nname = "b2"\nafter = [0, 1]\nvalue = [[[0.2]], [[0.3]]]\n'
    text += '[[expect]]\nname = "A2"\niteration = [3, 4]\nshape = [1, 3]\n'
    assert told(text) == [
        ("after 0 updates", True), ("after 1 update", False),
        ("iteration 3", True), ("iteration 4", True),
    ]  # fmt: skip


def test_after_the_last_update_the_next_forward_pass_is_computed() -> None:
    longer = train(PAIR.replace("iterations = 12", "iterations = 13"), 13)
    end = Timeline(program(PAIR))
    end.seek(end.length)
    weights = np.asarray(end.frame().by_name["W1"]).tolist()
    text = f'{PAIR}[[expect]]\nname = "J"\nafter = 12\nvalue = {longer[12]}\n'
    text += f'[[expect]]\nname = "W1"\nafter = 12\nvalue = {weights}\n'
    text += f'[[expect]]\nname = "W1 + 0 * J"\nafter = 12\nvalue = {weights}\n'
    assert told(text) == [("after 12 updates", True)] * 3
    earlier = told(text.replace(f"value = {longer[12]}", f"value = {longer[11]}"))
    assert [passed for _, passed in earlier].count(False) == 1


def test_after_updates_in_a_run_of_batches() -> None:
    text = PAIR + "batch_size = 2\n"
    wanted = train(text.replace("iterations = 12", "iterations = 13"), 13)
    keys = f'name = "J"\nafter = [11, 12]\nvalue = {wanted[11:]}\n'
    assert told(f"{text}[[expect]]\n{keys}") == [
        ("after 11 updates", True), ("after 12 updates", True),
    ]  # fmt: skip


def train(text: str, iterations: int) -> list[float]:
    """Give the cost of each iteration."""
    timeline = Timeline(program(text))
    timeline.seek(timeline.clock.begin(iterations))
    return [float(cost) for cost in timeline.frame().costs]


@pytest.mark.parametrize(
    ("keys", "made"),
    [
        ("iteration = 3", {("A2", 3)}), ("after = 3", {("A2", 3)}),
        ("W1 iteration = 3", {("W1_next", 3)}), ("W1 after = 3", {("W1_next", 2)}),
        ("W1 after = 0", set()), ('W1 when = "start"\niteration = 3', set()),
    ],
)  # fmt: skip
def test_the_line_that_makes_what_is_expected(keys: str, made: set[tuple[str, int]]) -> None:
    name = "W1" if keys.startswith("W1") else "A2"
    shape = [2, 2] if name == "W1" else [1, 3]
    when = keys.removeprefix("W1 ")
    pair = program(f'{PAIR}[[expect]]\nname = "{name}"\n{when}\nshape = {shape}\n')
    (expected,) = pair.notes.expectations
    assert made == {
        (line.target, iteration) for line in pair.lines for iteration in range(12)
        if expected.is_made_by(line.target, iteration, pair.carried)
    }  # fmt: skip
