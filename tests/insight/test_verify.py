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
