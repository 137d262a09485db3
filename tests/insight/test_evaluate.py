"""The forward pass on other data, against NumPy, and that the training is left alone."""

from collections.abc import Mapping

import numpy as np
import pytest

import nnscope.api
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value
from nnscope.insight.check.printed_numbers import verify
from nnscope.insight.evaluate import Evaluated, KeptEvaluations, evaluate_after, updates_at
from nnscope.program.model import Program
from tests.hand_built import LOGISTIC
from tests.samples import NEURON, PAIR, program, same

X = [[0.5, 1.0, -1.0, 2.0], [1.5, -0.5, 0.0, 0.25]]
Y = [[1.0, 0.0, 0.0, 1.0]]
VALUES = 'values = { share = "np.mean((A2 > 0.5) == Y)", guesses = "A2 > 0.5" }\n'
TEST = f'[[evaluate]]\nname = "test"\nX = {X}\nY = {Y}\n{VALUES}'
TRAIN = f'[[evaluate]]\nname = "all"\n{VALUES}'


def evaluated(built: Program, after: int | None = None) -> list[Evaluated]:
    return evaluate_after(built, built.notes.evaluations, after)


def start(built: Program, after: int) -> Mapping[str, Value]:
    """Give what so many updates leave, as a run does."""
    timeline = Timeline(built)
    timeline.seek(timeline.clock.begin(after))
    return timeline.frame().by_name


def by_hand(values: Mapping[str, Value], inputs: object, target: object) -> dict[str, Value]:
    """Run the pair of layers forwards in plain NumPy."""
    known = {name: np.asarray(value) for name, value in values.items()}
    given, wanted = np.array(inputs, dtype=float), np.array(target, dtype=float)
    hidden = np.tanh(known["W1"] @ given + known["b1"])
    output = 1 / (1 + np.exp(-(known["W2"] @ hidden + known["b2"])))
    losses = wanted * np.log(output) + (1 - wanted) * np.log(1 - output)
    return {"J": -np.sum(losses) / given.shape[1], "guesses": output > 0.5,
            "share": np.mean((output > 0.5) == wanted)}  # fmt: skip


@pytest.mark.parametrize("after", [0, 1, 5, 12])
def test_other_data_behind_so_many_updates(after: int) -> None:
    built = program(PAIR + TEST)
    (found,) = evaluated(built, after)
    wanted = by_hand(start(built, after), X, Y)
    assert (found.name, found.after, found.examples) == ("test", after, 4)
    assert list(found.results) == ["J", "share", "guesses"]
    assert found.results["J"] == pytest.approx(float(np.asarray(wanted["J"])), rel=1e-14)
    assert np.array_equal(np.asarray(found.results["guesses"]), np.asarray(wanted["guesses"]))
    assert found.results["share"] == wanted["share"]


def test_all_updates_are_made_unless_told() -> None:
    built = program(PAIR + TEST)
    assert [each.after for each in evaluated(built)] == [12]
    assert same(evaluated(built)[0].results["J"], evaluated(built, 12)[0].results["J"])
    with pytest.raises(ExpressionError, match="13 updates are too many: the run makes 12"):
        evaluated(built, 13)


def test_the_same_data_give_the_cost_of_the_iteration_bit_for_bit() -> None:
    built = program(PAIR + TRAIN)
    events = [event.value for event in Timeline(built).events() if event.line.target == "J"]
    for iteration in (0, 1, 7):
        assert same(evaluated(built, iteration)[0].results["J"], events[iteration])


@pytest.mark.parametrize("more", ["", "batch_size = 2\n"])
def test_nothing_of_the_training_changes(more: str) -> None:
    plain, other = program(PAIR + more), program(PAIR + more + TEST)
    assert [line.text for line in plain.lines] == [line.text for line in other.lines]
    for one, two in zip(Timeline(plain).events(), Timeline(other).events(), strict=True):
        assert same(one.value, two.value)


def test_of_batches_all_examples_are_evaluated() -> None:
    built = program(PAIR + "batch_size = 2\nshuffle = true\n" + TRAIN)
    (found,) = evaluated(built, 5)
    whole = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]], [[1.0, 0.0, 1.0]]
    wanted = by_hand(start(built, 5), *whole)
    assert found.examples == 3
    assert found.results["J"] == pytest.approx(float(np.asarray(wanted["J"])), rel=1e-14)


def test_dropout_drops_nothing_outside_of_training() -> None:
    text = PAIR.replace('activation = "tanh"', 'activation = "tanh"\ndropout = 0.5')
    built = program(text + TEST)
    (found,) = evaluated(built, 3)
    wanted = by_hand(start(built, 3), X, Y)
    assert found.results["J"] == pytest.approx(float(np.asarray(wanted["J"])), rel=1e-14)


def test_inputs_alone_have_no_cost() -> None:
    built = program(f'{PAIR}[[evaluate]]\nname = "new"\nX = {X}\n')
    (found,) = evaluated(built, 12)
    assert list(found.results) == ["A2"]
    assert np.shape(found.results["A2"]) == (1, 4)


def test_one_number_in_scalar_notation() -> None:
    text = '[[evaluate]]\nname = "far"\nx = 10\ny = [[0]]\nvalues = { twice = "2 * a" }\n'
    (found,) = evaluated(program(NEURON + text), 0)
    assert found.results == {"J": found.results["J"], "twice": 2 / (1 + np.exp(-4.0))}
    assert found.results["J"] == pytest.approx((1 / (1 + np.exp(-4.0))) ** 2)
    assert found.examples is None


def test_an_edit_and_an_override_hold_for_other_data_too() -> None:
    own = '[[override]]\ntarget = "A1"\nexpression = "Z1"\n'
    edited = program(PAIR + TEST).edited("A1", "Z1")
    one, two = evaluated(edited, 0)[0], evaluated(program(PAIR + own + TEST), 0)[0]
    assert same(one.results["J"], two.results["J"])
    assert not same(one.results["J"], evaluated(program(PAIR + TEST), 0)[0].results["J"])


@pytest.mark.parametrize(
    ("keys", "passed", "moment"),
    [
        ('name = "share"\nvalue = 0.5', True, "test, iteration 0"),
        ('name = "share"\nvalue = 1.0\nafter = 12', False, "test, after 12 updates"),
        ('name = "share * m"\nvalue = [2, 2]\nafter = [0, 12]', True, "test, after 0 updates"),
        ('name = "A1"\nshape = [2, 4]\niteration = 11', True, "test, iteration 11"),
        ('name = "W1[0, 0]"\nvalue = 0.5\niteration = 0', True, "test, iteration 0"),
    ],
)
def test_what_a_source_printed_of_other_data(keys: str, passed: bool, moment: str) -> None:
    found = list(verify(program(f'{PAIR}{TEST}[[expect]]\nevaluate = "test"\n{keys}\n')))
    assert all(check.passed for check in found) is passed
    assert found[0].expectation.moment == moment
    assert found[0].expectation.name == ""


def test_other_data_from_python() -> None:
    built = nnscope.api.Network(program(PAIR + TEST))
    (found,) = built.evaluate(after=3, X=X, Y=Y)
    assert same(found.results["J"], built.evaluate(after=3)[0].results["J"])
    assert list(built.evaluate(X=X)[0].results) == ["A2"]
    for data, message in (
        ({"Q": X}, "`Q` is not data"),
        ({"X": X, "Y": [[1.0]]}, r"Y must have the shape \(1, 4\) of A2; found \(1, 1\)"),
        ({"X": [[1.0]]}, "must agree"),
    ):
        with pytest.raises(ExpressionError, match=message):
            built.evaluate(0, **data)


def test_other_data_of_a_program_that_no_scenario_made() -> None:
    built = nnscope.api.Network(LOGISTIC.program())
    examples = np.eye(3, 6)
    (found,) = built.evaluate(0, examples=examples, labels=np.ones((1, 6)))
    assert list(found.results) == ["penalty", "guess"]
    assert np.shape(found.results["guess"]) == (1, 6)


def test_what_is_kept_of_a_frame() -> None:
    built = program(PAIR + TEST)
    timeline, kept = Timeline(built), KeptEvaluations()
    lines = len(built.lines)
    for time, updates in ((0, 0), (1, 0), (lines - 1, 0), (lines, 1), (lines + 1, 1)):
        timeline.seek(time)
        frame = timeline.frame()
        assert updates_at(frame) == updates
        (found,) = kept.of(frame, may_run=True)
        assert same(found.results["J"], evaluated(built, updates)[0].results["J"])
        assert kept.of(frame, may_run=True)[0] is found
    timeline.seek(5 * lines)
    assert kept.of(timeline.frame(), may_run=False)[0] is found


def test_what_is_too_large_for_each_step_is_said() -> None:
    many = '[[evaluate]]\nname = "many"\nX = { draw = "zeros", shape = [2, 2000000] }\n'
    frame = Timeline(program(PAIR + many)).frame()
    (found,) = KeptEvaluations().of(frame, may_run=True)
    assert found.results == {}
    assert found.mistake.endswith(
        "cells are too many to be computed at each step; see `nnscope evaluate`"
    )
