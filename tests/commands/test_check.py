import json
from pathlib import Path

import pytest

import nnscope
from nnscope.insight.check.verdicts import Verdict
from tests.commands.conftest import written
from tests.commands.shell import Shell
from tests.published.test_published import FOLDER
from tests.samples import LIBRARY, PAIR

SLIP = '[[override]]\ntarget = "{}"\nexpression = "{}"\n'


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.toml")), ids=lambda path: path.stem)
def test_the_library(shell: Shell, path: Path) -> None:
    wrong = path.stem == "two_layer_as_printed"
    assert shell.run("check", path) == wrong
    assert shell.err == []
    assert any("wrong  error" in line for line in shell.out) == wrong


def test_the_slip_of_the_library(shell: Shell) -> None:
    assert shell.run("check", "two_layer_as_printed") == 1
    lines = {line[:3]: line for line in shell.out}
    assert lines["dW2"].startswith("dW2  wrong  error 0.99; worst [0, 0] 3.495205e-5, slope 0.0046")
    assert lines["dW2"].endswith("4 cells; the ratio is 0.0075 in all 4 cells: m/400 = 3/400")
    assert lines["dZ1"].startswith("dZ1  right")
    assert lines["W1 "] == "W1   right  moves as W1 - learning_rate * dW1 says"
    assert lines["not"].startswith("note: dZ2 is m = 3 times dJ/dZ2: ")
    assert lines["not"].endswith("; so is dZ1")
    assert lines["war"].startswith("warning: this check is nearly blind: Z1 is at most 0.02651")


def test_nothing_to_check(shell: Shell) -> None:
    assert shell.run("check", "three_layer_forward") == 0
    assert shell.out == [
        "three_layer_forward only runs forwards: it has no cost, and so no gradient to check"
    ]
    assert shell.run("check", "three_layer_forward", "--json") == 0
    assert shell.out == []


def test_a_later_iteration(shell: Shell, pair: Path) -> None:
    assert shell.run("check", pair, "--iteration", "11") == 0
    assert shell.out[0].startswith("pair, iteration 11: J = 0.")
    assert shell.mistake("check", pair, "--iteration", "12") == (
        "iteration 12 is not run: they count from 0 to 11"
    )


def test_a_wrong_update_fails_too(shell: Shell, tmp_path: Path) -> None:
    path = written(tmp_path / "up.toml", PAIR + SLIP.format("W1", "W1 + learning_rate * dW1"))
    assert shell.run("check", path) == 1
    (line,) = [line for line in shell.out if line.startswith("W1")]
    assert line.startswith("W1   wrong  moves -1 times as far as W1 - learning_rate * dW1 says: ")
    assert "the wrong sign" in line
    assert " instead of " in line


def test_where_to_look_first(shell: Shell, tmp_path: Path) -> None:
    path = written(tmp_path / "first.toml", PAIR + SLIP.format("dZ1", "W2.T @ dZ2"))
    assert shell.run("check", path) == 1
    assert "note: look at dZ1 first: dW1, db1 come from it" in shell.out


def test_a_gradient_of_another_shape(shell: Shell, tmp_path: Path) -> None:
    path = written(tmp_path / "one.toml", PAIR + SLIP.format("db1", "np.sum(dZ1) / m"))
    assert shell.run("check", path) == 1
    (line,) = [line for line in shell.out if line.startswith("db1")]
    assert "it has the shape (), b1 has (2, 1)" in line
    forward = PAIR.partition("[training]")[0]
    path = written(tmp_path / "other.toml", forward + SLIP.format("dW1", "dZ1"))
    assert shell.run("check", path) == 1
    assert "dW1  wrong  dW1 has the shape (2, 3), W1 has (2, 2): a gradient is shaped as what " \
        "it belongs to" in shell.out  # fmt: skip
    assert shell.run("check", path, "--json") == 1
    assert any("shape (2, 3)" in json.loads(line).get("because", "") for line in shell.out)


def test_a_sample_is_stated(shell: Shell, pair: Path) -> None:
    assert shell.run("check", pair, "--sample", "3") == 0
    assert any("3 of 4 cells, at random" in line for line in shell.out)


def test_json(shell: Shell) -> None:
    assert shell.run("check", "two_layer_as_printed", "--json") == 1
    told = [json.loads(line) for line in shell.out]
    gradients = [each for each in told if "gradient" in each]
    assert [each["gradient"] for each in gradients] == ["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"]
    slip = gradients[1]
    assert (slip["verdict"], slip["cells"], slip["checked"], slip["wrong"]) == ("wrong", 4, 4, 4)
    assert slip["ratio"] == pytest.approx(3 / 400)
    assert slip["meanings"] == ["m/400 = 3/400"]
    assert (gradients[0]["verdict"], gradients[0]["times"]) == ("right", 3)
    assert [each["update"] for each in told if "update" in each] == ["W2", "b2", "W1", "b1"]
    assert sum("warning" in each for each in told) == 1


def test_a_cost_that_is_not_finite(shell: Shell, tmp_path: Path) -> None:
    text = PAIR.replace("weights = [[0.75, -1.0]]", "weights = [[0.75, 900.0]]")
    assert shell.run("check", written(tmp_path / "inf.toml", text)) == 0
    assert any("can't be told" in line for line in shell.out)
    assert shell.out[-1].startswith("warning: J is ")
    assert shell.run("check", tmp_path / "inf.toml", "--json") == 0
    assert json.loads(shell.out[0])["centred"] == "nan"


def test_from_python() -> None:
    network = nnscope.load("two_layer_as_printed")
    checks = network.check_gradients()
    assert [(check.name, check.verdict) for check in checks] == [
        (name, Verdict.WRONG) for name in ("dW2", "db2", "dW1", "db1")
    ]
    assert {check.verdict for check in network.check_updates(9)} == {Verdict.RIGHT}
    assert nnscope.load("three_layer_forward").check_gradients() == []


def test_a_cost_that_is_assigned_again_goes_by_its_name(shell: Shell) -> None:
    path = FOLDER / "F24_micrograd_expression.toml"
    assert shell.run("check", path) == 0
    assert shell.out[0] == "F24_micrograd_expression, iteration 0: g = 24.7041"
    assert shell.run("train", path) == 0
    assert shell.out == ["iteration 0  g = 24.704082"]


def test_gradients_without_a_cost_are_not_compared(shell: Shell) -> None:
    assert shell.run("check", FOLDER / "A12_l_model_backward.toml") == 0
    assert shell.out == [
        "A12_l_model_backward has no cost, and so no slope to compare its gradients with"
    ]


def test_a_gradient_through_new_weights_is_found(shell: Shell) -> None:
    assert shell.run("check", FOLDER / "D02_mazur_new_weights.toml") == 1
    assert "look at dA1 first" in shell.out[-1]
