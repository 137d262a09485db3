"""What is asked of each line, what a person may type, and what is right."""

import numpy as np
import pytest
from msgspec.structs import replace

from nnscope.engine.timeline import Timeline
from nnscope.insight.predict.answers import is_near, is_right, mistake
from nnscope.insight.predict.choose import question
from nnscope.insight.predict.misses import explanation
from nnscope.insight.predict.question import Asked, Question
from nnscope.insight.predict.tally import Tally
from tests.samples import NEURON, PAIR, program


def asked_of(text: str, target: str, iteration: int = 0, asked: Asked | None = None) -> Question:
    """Ask about a line of a program: what is chosen, or something else of the same cell."""
    timeline = Timeline(program(text))
    built = timeline.program
    timeline.seek(iteration * len(built.lines) + built.line_of[target] + 1)
    known = {(target, each) for each in Asked if asked is not None and each is not asked}
    return question(timeline.frame(), known)


def with_value(asked: Question, value: float) -> Question:
    """Put another number into all cells of what is asked for."""
    target, frame = asked.line.target, asked.frame
    made = np.full(np.shape(frame.values[target]), value)
    return replace(asked, frame=replace(frame, values={**frame.values, target: made}))


@pytest.mark.parametrize(
    ("target", "iteration", "asked"),
    [
        ("Z1", 0, Asked.SHAPE),  # a product, and a bias that is stretched
        ("A1", 0, Asked.VALUE),  # cell by cell: nothing to learn of its shape
        ("J", 0, Asked.SHAPE),
        ("dZ2", 0, Asked.SIGN),
        ("db2", 0, Asked.SHAPE),
        ("W1_next", 0, Asked.SIGN),
        ("Z1", 1, Asked.VALUE),  # its shape has been seen
        ("dW1", 1, Asked.SIGN),
    ],
)
def test_what_a_line_teaches_is_asked(target: str, iteration: int, asked: Asked) -> None:
    built = program(PAIR)
    target = next(line.target for line in built.lines if line.target.startswith(target))
    assert asked_of(PAIR, target, iteration).asked is asked


def test_a_single_neuron_is_never_asked_for_a_shape() -> None:
    built = program(NEURON)
    asked = {asked_of(NEURON, line.target).asked for line in built.lines}
    assert asked == {Asked.SIGN, Asked.VALUE}


def test_what_was_right_gives_way_to_what_comes_next() -> None:
    timeline, tally = Timeline(program(PAIR)), Tally()
    timeline.seek(timeline.program.line_of["dW2"] + 1)
    found = []
    for _ in range(3):
        asked = question(timeline.frame(), tally.known)
        tally.answered(asked, is_right=True)
        found.append(asked.asked)
    assert found == [Asked.SHAPE, Asked.SIGN, Asked.VALUE]


@pytest.mark.parametrize(
    ("typed", "right"),
    [("(2, 3)", True), ("2,3", True), (" 2x3 ", True), ("2 3", True), ("(n1, m)", True),
     ("(n1, 3)", True), ("(3, 2)", False), ("(2,)", False), ("()", False), ("6", False)],
)  # fmt: skip
def test_a_shape(typed: str, right: bool) -> None:
    asked = asked_of(PAIR, "Z1")
    assert not mistake(asked, typed)
    assert is_right(asked, typed) is right


@pytest.mark.parametrize("typed", ["", "two", "(2, q)", "2.5", "-1, 3", "((2))"])
def test_what_is_no_shape_is_told(typed: str) -> None:
    assert mistake(asked_of(PAIR, "Z1"), typed).startswith("Type a shape, such as (4, 3)")


@pytest.mark.parametrize(
    ("typed", "value", "right"),
    [("1.0", 1.049, True), ("1.1", 1.05, True), ("0.69", 0.6931471, True), ("0.6", 0.693, False),
     ("-0.69", 0.693, False), ("3.1e-3", 0.003124, True), ("0,25", 0.25, True),
     ("−2", -2.04, True), ("0", 0.0, True), ("0", 1e-5, False), ("1e-9", 0.0, False),
     ("0", 1e-17, True), ("nan", np.nan, True), ("NaN", np.nan, True), ("0", np.nan, False),
     ("inf", np.inf, True), ("-inf", np.inf, False), ("1e300", np.inf, False),
     ("inf", 1.0, False), ("nan", 1.0, False)],
)  # fmt: skip
def test_a_value_is_taken_at_two_digits(typed: str, value: float, right: bool) -> None:
    asked = with_value(asked_of(NEURON, "z", asked=Asked.VALUE), value)
    assert not mistake(asked, typed)
    assert is_right(asked, typed) is right


def test_every_number_rounded_to_two_digits_is_near_itself() -> None:
    for value in np.linspace(1, 10, 1000):
        assert is_near(float(f"{value:.1e}"), float(value), 1.0)


@pytest.mark.parametrize(
    ("typed", "value", "right"),
    [("+", 0.2, True), ("-", 0.2, False), ("negative", -0.2, True), ("−", -0.2, True),
     ("0", 0.0, True), ("+", 1e-17, False), ("0", 1e-17, True), ("+", np.inf, True)],
)  # fmt: skip
def test_a_sign(typed: str, value: float, right: bool) -> None:
    asked = with_value(asked_of(NEURON, "dz", asked=Asked.SIGN), value)
    assert is_right(asked, typed) is right


def test_the_sign_of_an_update_is_that_of_its_step() -> None:
    target = program(NEURON).carried["w"]
    asked = asked_of(NEURON, target)
    assert asked.text == "Does w rise (+), fall (-) or stay (0)?"
    assert asked.value > asked.before
    assert is_right(asked, "+")
    assert not is_right(asked, "-")


def test_a_number_that_is_not_finite_is_asked_for_as_a_value() -> None:
    overflow = NEURON.replace("x = 2.0", "x = 1e308").replace("weights = 0.5", "weights = 1e10")
    asked = asked_of(overflow, "z")
    assert asked.asked is Asked.VALUE
    assert is_right(asked, "inf")


def test_many_numbers_are_asked_for_by_their_sign_only() -> None:
    many = NEURON.replace('notation = "scalar"', "")
    many = many.replace("x = 2.0", 'X = { draw = "randn", shape = [3, 40] }')
    many = many.replace("y = 1.0", 'Y = { draw = "rand", shape = [1, 40] }')
    assert asked_of(many, "dW1", iteration=1).asked is Asked.SIGN
    assert asked_of(many, "dW1", iteration=1, asked=Asked.VALUE).asked is Asked.SIGN


# what a miss is told


@pytest.mark.parametrize(
    ("target", "typed", "told"),
    [
        ("Z1", "(3, 2)", "Z1 has the shape (2, 3). You have its axes in the other order. In W1 @ "
         "X, the n0 inputs (axis 1) of W1 and the n0 inputs (axis 0) of X meet and go; the n1 "
         "units of layer 1 (axis 0) of W1 and the m examples (axis 1) of X stay: (n1=2, m=3). b1, "
         "(n1=2, 1), is stretched along the m examples (axis 1): (n1=2, m=3)."),
        ("db1", "(2,)", "db1 has the shape (2, 1). Its axes of length 1 belong to the shape, too. "
         "np.sum runs over the m examples (axis 1) of dZ1, which stays with the length 1, as "
         "keepdims=True says: (n1=2, 1)."),
        ("Z2", "(2, 3)", "Z2 has the shape (1, 3). (2, 3) is the shape of A1, which goes in. In "),
        ("J", "(1, 1)", "J has the shape (). It has no axis of length 1. np.sum takes all cells"),
    ],
)  # fmt: skip
def test_a_miss_of_a_shape_is_explained_by_the_axes(target: str, typed: str, told: str) -> None:
    assert explanation(asked_of(PAIR, target), typed).startswith(told)


def test_a_miss_of_a_cell_is_explained_by_what_it_is_made_from() -> None:
    asked = asked_of(PAIR, "dW2", asked=Asked.SIGN)
    said = explanation(asked, "0")
    assert f"{asked.named} is " in said
    assert (
        "It is made from row 0 of dZ2 along the m examples (axis 1) and column "
        f"{asked.cell[1]} of A1.T along the m examples (axis 0): {asked.named} = ("
    ) in said


def test_the_tally_counts_each_kind_and_names_the_lines_that_were_missed() -> None:
    tally = Tally()
    assert tally.text == "Nothing was asked."
    shape, sign = asked_of(PAIR, "Z1"), asked_of(PAIR, "dZ2")
    tally.answered(shape, is_right=False)
    tally.answered(shape, is_right=True)
    tally.answered(sign, is_right=True)
    tally.skip()
    assert tally.text == (
        "4 asked: 2 right, 1 missed, 1 skipped. Right by kind: shapes 1 of 2, signs 1 of 1. To "
        "look at again: Z1 = W1 @ X + b1."
    )
