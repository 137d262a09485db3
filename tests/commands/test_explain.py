"""`nnscope explain`: what it prints, and how it says what is wrong."""

import json

import pytest

from nnscope.cli import main


def test_a_cell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "two_layer", "dW2[0,1]", "--iteration", "12"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("dW2[0, 1] = -0.0397617279771")
    assert lines[-1].startswith("This arithmetic gives ")
    assert "bit for bit" in lines[-1] or "That is normal" in lines[-1]


def test_what_needs_no_order_is_bit_for_bit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "two_layer", "dZ2[0,1]", "--iteration", "12"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "This arithmetic gives the stored value bit for bit."


def test_the_largest_terms_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "deep_network", "dW1[2, 3]", "--largest"]) == 0
    terms = [line for line in capsys.readouterr().out.splitlines() if line.startswith("      [")]
    assert terms[0].startswith("      [4] = ")


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "two_layer", "J", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["cell"], found["iteration"], found["line"]) == ("J", 0, 5)
    assert found["value"] == found["computed"] == pytest.approx(0.693230, abs=1e-6)
    assert found["difference"] == 0
    assert set(found["steps"][0]) == {"depth", "text", "arithmetic", "value", "note"}


def test_what_no_line_computes_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "two_layer", "X[0, 1]", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["line"], found["computed"], len(found["steps"])) == (None, None, 1)


def test_a_number_that_is_not_finite_is_a_string(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "two_layer", "np.log(Y * 0)[0, 0]", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == "-inf"


@pytest.mark.parametrize(("cell", "more", "told"), [
    ("dW3[0, 1]", [], "`dW3` has no value: did you mean `dW2`?"),
    ("dW2[0, 9]", [], "`dW2[0, 9]`: index 9 is outside 0 to 3"),
    ("dW2[0]", [], "only a single cell can be explained: its last cell is dW2[0][3]"),
    ("J", ["--iteration", "10000"], "iteration 10000 is not run: they count from 0 to 9999"),
    ("import os", [], "is not an expression"),
])  # fmt: skip
def test_a_mistake_is_told_in_one_line(
    cell: str, more: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "two_layer", cell, *more]) == 2
    error = capsys.readouterr().err
    assert error.startswith("nnscope: ")
    assert told in error
    assert error.count("\n") == 1
