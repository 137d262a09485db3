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
    assert lines["war"].startswith("warning: this check could miss a mistake: Z1 is at most")


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


SUMS = {"dW1": "dZ1 @ X.T", "dW2": "dZ2 @ A1.T", "db1": "np.sum(dZ1, axis=1, keepdims=True)",
        "db2": "np.sum(dZ2, axis=1, keepdims=True)"}  # fmt: skip
UPHILL = SLIP.format("J", "np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m")
DEAD = PAIR.replace('"tanh"', '"relu"').replace("bias = 0.1", "bias = -100.0")


def checked(shell: Shell, tmp_path: Path, text: str) -> dict[str, str]:
    """Give the line of each gradient by its name, and the last line as `closing`."""
    shell.run("check", written(tmp_path / "own.toml", text))
    lines = {line.split()[0]: line for line in shell.out[1:] if not line.startswith("note")}
    return {**lines, "notes": " ".join(shell.out), "closing": shell.out[-1]}


def test_a_cost_with_the_wrong_sign_is_blamed(shell: Shell, tmp_path: Path) -> None:
    told = checked(shell, tmp_path, PAIR + UPHILL)
    assert "note: every gradient is -1 times the slope of J: it is rather the sign of J (line 5) " \
        "that is wrong" in shell.out  # fmt: skip
    assert "look at dZ2 first" not in told["notes"]
    assert told["dW1"].endswith("the ratio is -1 in all 4 cells: the sign is the wrong way round")


def test_a_gradient_with_the_wrong_sign_is_blamed_and_not_the_cost(
    shell: Shell, tmp_path: Path
) -> None:
    told = checked(shell, tmp_path, PAIR + SLIP.format("dZ2", "Y - A2"))
    assert "note: look at dZ2 first: dW2, db2, dZ1, dW1, db1 come from it" in shell.out
    assert "rather" not in told["notes"]


def test_where_one_gradient_is_right_the_cost_is_not_blamed(shell: Shell, tmp_path: Path) -> None:
    text = PAIR + UPHILL + SLIP.format("dW2", "-(dZ2 @ A1.T) / m")
    assert "rather" not in checked(shell, tmp_path, text)["notes"]


def test_zeros_against_zeros_are_no_test(shell: Shell, tmp_path: Path) -> None:
    told = checked(shell, tmp_path, DEAD)
    for name in ("dW2", "dZ1", "dW1", "db1"):
        assert told[name].startswith(f"{name}  untested  ")
        assert "0 on both sides, so nothing is tested" in told[name]
    assert told["db2"].startswith("db2  right")
    assert told["closing"] == ("nothing wrong found: 2 gradients agree, 4 updates agree, 4 "
                               "gradients were not tested, as they are 0 everywhere")  # fmt: skip
    shell.run("check", tmp_path / "own.toml", "--json")
    objects = [json.loads(line) for line in shell.out]
    tested = {each["gradient"]: each["tested"] for each in objects if "gradient" in each}
    assert tested == {"dZ2": True, "dW2": False, "db2": True, "dZ1": False, "dW1": False,
                      "db1": False}  # fmt: skip


def test_a_division_that_all_parameters_lack_is_missed_there(shell: Shell, tmp_path: Path) -> None:
    own = "".join(SLIP.format(*each) for each in SUMS.items())
    told = checked(shell, tmp_path, PAIR + own)
    assert {name: told[name].split()[1] for name in ("dZ2", "dZ1", *SUMS)} == {
        "dZ2": "right", "dZ1": "right", **dict.fromkeys(SUMS, "wrong")
    }  # fmt: skip
    assert told["dW1"].endswith("the ratio is 3 in all 4 cells: m = 3")
    assert told["closing"] == "in all: 4 of 6 gradients are wrong, 4 updates agree"


def test_a_division_at_the_output_by_lines_of_ones_own_is_right(
    shell: Shell, tmp_path: Path
) -> None:
    own = "".join(SLIP.format(*each) for each in SUMS.items())
    told = checked(shell, tmp_path, PAIR + own + SLIP.format("dZ2", "(A2 - Y) / m"))
    assert told["closing"] == "all right: 6 gradients agree, 4 updates agree"
    assert "this program divides" not in told["notes"]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("dZ2 @ A1.T * 4 / m", "the ratio is 4 in all 2 cells: the 4 that stands in the line"),
        ("dZ2 @ A1.T * (4 / m)", "the ratio is 4 in all 2 cells: the 4 that stands in the line"),
        ("dZ2 @ A1.T / m / 4", "the ratio is 0.25 in all 2 cells: the 4 that stands in the line"),
        ("dZ2 @ A1.T / m * n0", "the ratio is 4 in all 2 cells: n0 = 4"),
        ("dZ2 @ A1.T * 5 / m", "the ratio is 5 in all 2 cells: the 5 that stands in the line"),
        ("dZ2 @ A1.T / m + 4 * dW", "the ratio is 5 in all 2 cells"),
    ],
)
def test_a_number_of_the_line_itself_is_no_count(
    shell: Shell, tmp_path: Path, expression: str, words: str
) -> None:
    more = "[data]\nn0 = 4\ndW = [[-0.15438773, 0.02119525]]"
    four = "X = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]"
    text = PAIR.replace("[data]", more).replace("[0.125, 1.0]]", "[0.125, 1.0, 0.0, 0.0]]")
    text = text.replace("[[0.5, -0.25],", "[[0.5, -0.25, 0.0, 0.0],")
    text = text.replace("X = [[1.0, -0.5, 0.25], [0.5, 2.0, -1.5]]", four)
    told = checked(shell, tmp_path, text + SLIP.format("dW2", expression))
    assert told["dW2"].endswith(words)


def test_all_that_is_right_is_said_in_the_end(shell: Shell, pair: Path) -> None:
    assert shell.run("check", pair) == 0
    assert shell.out[-1] == "all right: 6 gradients agree, 4 updates agree"
    assert shell.run("check", pair, "--json") == 0
    assert all(json.loads(line) for line in shell.out)


def test_a_gradient_of_another_shape(shell: Shell, tmp_path: Path) -> None:
    path = written(tmp_path / "one.toml", PAIR + SLIP.format("db1", "np.sum(dZ1) / m"))
    assert shell.run("check", path) == 1
    (line,) = [line for line in shell.out if line.startswith("db1")]
    assert "it has the shape (), b1 has (2, 1)" in line
    forward = PAIR.partition("[training]")[0]
    path = written(tmp_path / "other.toml", forward + SLIP.format("dW1", "dZ1"))
    assert shell.run("check", path) == 1
    assert "dW1  wrong  dW1 has the shape (2, 3), W1 has (2, 2): a gradient has the shape of its " \
           "value" in shell.out  # fmt: skip
    assert shell.run("check", path, "--json") == 1
    assert shell.run("check", path) == 1
    assert shell.out[-1] == "in all: 1 of 6 gradients is wrong"
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
    assert any("look at dA1 first" in line for line in shell.out)
