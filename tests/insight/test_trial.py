"""What NumPy would do with lines whose shapes are wrong."""

import numpy as np
import pytest

from nnscope.engine.frame import Frame
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.insight.trial import Meeting, tried
from nnscope.tui.draw.text import plain
from nnscope.tui.draw.trial_rows import trial_rows
from tests.samples import library, program

LINES = 15  # of two_layer


def behind(target: str, iteration: int = 1) -> Frame:
    built = library("two_layer")
    timeline = Timeline(built)
    timeline.seek(iteration * LINES + built.line_of[target] + 1)
    return timeline.frame()


def test_a_sum_without_keepdims_makes_a_square_bias_and_an_error_an_iteration_later() -> None:
    frame = behind("db1")
    sum_, bias, last = tried(frame, "np.sum(dZ1, axis=1)")
    assert np.array_equal(np.asarray(sum_.value), np.sum(frame.by_name["dZ1"], axis=1))
    assert (sum_.made, sum_.wanted, sum_.error) == ((4,), (4, 1), "")
    assert (bias.iteration, bias.index, bias.made, bias.wanted) == (1, 12, (4, 4), (4, 1))
    assert bias.meeting == Meeting("b1", (4, 1), "learning_rate * db1", (4,), (4, 4), False)
    assert (last.iteration, last.index, last.value) == (2, 0, None)
    with pytest.raises(ValueError, match="broadcast") as raised:
        np.zeros((4, 3)) + np.zeros((4, 4))
    assert last.error == f"ValueError: {raised.value}".strip()  # NumPy's own words
    assert last.meeting == Meeting("W1 @ X", (4, 3), "b1", (4, 4), None, False)


def test_a_transpose_broadcasts_silently_until_a_product_does_not_fit() -> None:
    first, *_, last = tried(behind("dZ2"), "A2.T - Y")
    assert (first.made, first.wanted) == ((3, 3), (1, 3))
    assert first.meeting == Meeting("A2.T", (3, 1), "Y", (1, 3), (3, 3), False)
    assert last.index == 8
    assert last.meeting == Meeting("W2.T", (4, 1), "dZ2", (3, 3), None, True)


def test_what_numpy_refuses_at_once_is_the_only_line() -> None:
    (only,) = tried(behind("dW1"), "dZ1 @ X / m")
    assert only.value is None
    assert only.error.startswith("ValueError: matmul: ")
    assert only.meeting == Meeting("dZ1", (4, 3), "X", (2, 3), None, True)


def test_what_fits_is_the_only_line_too_and_nothing_is_changed() -> None:
    frame = behind("dW1")
    (only,) = tried(frame, "2 * dZ1 @ X.T / m")
    assert only.is_right
    assert only.meeting is None
    before = np.asarray(frame.by_name["dW1"])
    assert np.allclose(np.asarray(only.value), 2 * before)


def test_names_mean_what_they_hold_before_the_line() -> None:
    built = program("""\
[data]
A = [[1.0, 2.0]]
[[line]]
target = "A"
expression = "A + 1"
""")
    timeline = Timeline(built)
    timeline.seek(1)
    first = tried(timeline.frame(), "A * 10")[0]
    assert np.asarray(first.value).tolist() == [[10.0, 20.0]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dZ1 @", "`dZ1 @`"),
        ("dZ9 @ X.T", "`dZ9` has no value"),
    ],
)
def test_what_is_no_expression_is_told(text: str, told: str) -> None:
    with pytest.raises(ExpressionError, match=told):
        tried(behind("dW1"), text)


def test_what_would_be_too_large_is_not_made() -> None:
    built = program("""\
[data]
A = { draw = "zeros", shape = [1, 2000] }
[[line]]
target = "B"
expression = "A * 2"
""")
    timeline = Timeline(built)
    timeline.seek(1)
    with pytest.raises(ExpressionError, match="would have 4,000,000 cells"):
        tried(timeline.frame(), "np.sum(A + A.T)")


@pytest.mark.parametrize(
    ("text", "is_same", "told"),
    [
        ("np.sum(dZ2, axis=1) / m", True, "It does no harm here"),
        ("np.sum(dZ2)", False, "the numbers are others"),
        ("np.sum(dZ2, axis=1, keepdims=True)", False, "The shape is as it should be."),
        ("dZ2.T", False, "the error comes later, elsewhere"),
        ("dZ2 @ dZ2", False, "NumPy says so at once"),
    ],
)
def test_the_end_of_it_is_told(text: str, is_same: bool, told: str) -> None:
    found = tried(behind("db2"), text)
    assert found[0].is_same is is_same
    assert told in " ".join(plain(row) for row in trial_rows(found, 200, dark=True))


def test_at_the_end_of_the_run_nothing_raises_an_error() -> None:
    built = library("two_layer").origin.with_iterations(1)
    timeline = Timeline(built)
    timeline.seek(built.line_of["db1"] + 1)
    found = tried(timeline.frame(), "np.sum(dZ1, axis=1)")
    assert [step.made for step in found] == [(4,), (4, 4)]
    assert "wrong shapes, and wrong numbers" in " ".join(map(plain, trial_rows(found, 200, True)))
