"""The update check: what is done, against the rule, and the names of what is done instead."""

import pytest

from nnscope.insight.check.constant_factor import meanings_of
from nnscope.insight.check.iteration import iteration_at
from nnscope.insight.check.updates import UpdateCheck, check_updates
from nnscope.insight.check.verdicts import Verdict
from tests.samples import PAIR, library, program


def update(name: str, expression: str, iteration: int = 0) -> UpdateCheck:
    text = f'{PAIR}[[override]]\ntarget = "{name}"\nexpression = "{expression}"\n'
    checks = {check.name: check for check in check_updates(iteration_at(program(text), iteration))}
    assert list(checks) == ["W2", "b2", "W1", "b1"]
    others = [check.verdict for other, check in checks.items() if other != name]
    assert set(others) == {Verdict.RIGHT}
    return checks[name]


@pytest.mark.parametrize("name", ["deep_network", "single_neuron", "two_layer_as_printed"])
@pytest.mark.parametrize("iteration", [0, 50])
def test_the_library_moves_by_its_rule(name: str, iteration: int) -> None:
    checks = list(check_updates(iteration_at(library(name), iteration)))
    assert checks
    for check in checks:
        assert (check.verdict, check.ratio) == (Verdict.RIGHT, 1.0)
        assert check.text.startswith("moves as ")


@pytest.mark.parametrize(
    ("expression", "ratio", "meaning"),
    [
        ("W1 + learning_rate * dW1", -1, "the wrong sign"),
        ("W1 - learning_rate * learning_rate * dW1", 0.5, "learning rate is applied twice"),
        ("W1 - dW1", 2, "learning rate is not applied"),
        ("W1 - 2 * learning_rate * dW1", 2, "the update is done twice"),
        ("W1 * 1", 0, "it is never updated"),
        ("W1 - learning_rate * dW1 / m", 1 / 3, "1/m = 1/3"),
    ],
)
def test_a_slip_is_named(expression: str, ratio: float, meaning: str) -> None:
    check = update("W1", expression)
    assert check.verdict is Verdict.WRONG
    assert check.ratio == pytest.approx(ratio, rel=1e-9)
    assert any(meaning in each for each in check.meanings)
    assert meaning in check.text


def test_both_names_are_said_where_two_fit() -> None:
    check = update("b1", "b1 - 2 * learning_rate * db1")  # the learning rate is 1/2
    assert [each.partition(" ")[0] for each in check.meanings] == ["the", "n0", "1/learning_rate"]
    assert " or 1/learning_rate = 1/0.5: the learning rate is not applied" in check.text


def test_a_number_that_has_no_other_name_is_said_once() -> None:
    check = update("W1", "W1 - 7 * learning_rate * dW1")
    assert check.text == "moves 7 times as far as W1 - learning_rate * dW1 says"


def test_a_step_that_is_no_multiple() -> None:
    check = update("W1", "W1 - learning_rate * dW1.T")
    assert (check.verdict, check.ratio) == (Verdict.WRONG, None)
    assert check.text == "does not move as W1 - learning_rate * dW1 says"


def test_an_update_reads_what_was_updated_before_it() -> None:
    check = update("W1", "W1 - learning_rate * dW1 + 0 * np.sum(W2)")
    assert check.verdict is Verdict.RIGHT


def test_without_training_nothing_is_updated() -> None:
    built = program(PAIR.partition("[training]")[0])
    assert list(check_updates(iteration_at(built, 0))) == []


@pytest.mark.parametrize(
    ("value", "meanings"),
    [
        (1.0, ()), (3.0, ("m = 3",)), (1 / 3, ("1/m = 1/3",)), (7.0, ("7",)), (-1.0, ("-1",)),
        (1.5, ("m/2 with m = 3", "m/n0 = 3/2")), (-6.0, ("-2m with m = 3",)), (0.123456, ()),
        (3 / 400, ("m/400 = 3/400",)), (0.0, ("nothing at all",)),
    ],
)  # fmt: skip
def test_numbers_have_names(value: float, meanings: tuple[str, ...]) -> None:
    assert tuple(meanings_of(program(PAIR), value)) == meanings


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_a_ratio_that_is_no_number_has_no_name(value: float) -> None:
    assert tuple(meanings_of(program(PAIR), value)) == ()
