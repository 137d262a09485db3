"""Slips that nothing shows at the program's own sizes: one example, two layers of one size."""

from pathlib import Path

import pytest

import nnscope
from nnscope.insight.diagnose.diagnose import diagnose
from nnscope.insight.diagnose.finding import Diagnosis

ONE_EXAMPLE = """
title = "one example"
notation = "column"
seed = 1
[data]
X = { draw = "randn", shape = [3, 1] }
Y = [[1]]
[[layer]]
units = 3
activation = "tanh"
weights = { draw = "randn", scale = 0.5 }
[[layer]]
units = 1
activation = "sigmoid"
weights = { draw = "randn", scale = 0.5 }
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.5
iterations = 5
"""
OVERRIDE = '\n[[override]]\ntarget = "{}"\nexpression = "{}"\n'


def diagnosed(folder: Path, *slip: str) -> Diagnosis:
    path = folder / "one.toml"
    path.write_text(ONE_EXAMPLE + (OVERRIDE.format(*slip) if slip else ""), encoding="utf-8")
    return diagnose(nnscope.load(str(path)).program)


def test_a_right_program_is_right_at_other_sizes(tmp_path: Path) -> None:
    assert diagnosed(tmp_path).findings == ()


@pytest.mark.parametrize(
    ("target", "expression", "name"),
    [
        ("dW1", "dZ1 @ X.T", "count-lost"),
        ("db1", "np.sum(dZ1, axis=1, keepdims=True) / m / m", "count-twice"),
        ("db1", "dZ1 / m", "sum-left-out"),
        ("dZ1", "(W2.T @ dZ2) * (1 - Z1 ** 2)", "derivative-at-wrong-value"),
    ],
)
def test_what_one_example_hides(tmp_path: Path, target: str, expression: str, name: str) -> None:
    (finding,) = diagnosed(tmp_path, target, expression).findings
    assert finding.place.target == target
    assert [cause.slip.name for cause in finding.causes] == [name]
    assert finding.is_masked == (name != "derivative-at-wrong-value")


def test_sizes_tell_two_causes_apart(tmp_path: Path) -> None:
    text = ONE_EXAMPLE.replace("[3, 1]", "[3, 3]").replace("[[1]]", "[[1, 0, 1]]")
    path = tmp_path / "square.toml"
    path.write_text(text + OVERRIDE.format("dW1", "dZ1.T @ X.T / m"), encoding="utf-8")
    (finding,) = diagnose(nnscope.load(str(path)).program).findings
    assert [cause.slip.name for cause in finding.causes] == ["transpose-too-many"]


def test_a_cause_that_is_not_exact_is_called_possible(tmp_path: Path) -> None:
    text = ONE_EXAMPLE.replace("[3, 1]", "[4, 5]").replace("[[1]]", "[[1, 0, 1, 1, 0]]")
    path = tmp_path / "near.toml"
    wrong = OVERRIDE.format("dZ1", "(W2.T @ dZ2) * (1 - Z1 ** 2) + 0.0001")
    path.write_text(text + wrong, encoding="utf-8")
    diagnosis = diagnose(nnscope.load(str(path)).program)
    (finding,) = diagnosis.findings
    assert finding.causes == ()
    assert [each.cause.slip.name for each in finding.possible] == ["derivative-at-wrong-value"]
    assert 0.9 < finding.possible[0].share < 1
    assert "  possible the derivative is taken at the wrong value: not exact" in str(diagnosis)


def test_no_cause_is_invented(tmp_path: Path) -> None:
    text = ONE_EXAMPLE.replace("[3, 1]", "[4, 5]").replace("[[1]]", "[[1, 0, 1, 1, 0]]")
    path = tmp_path / "far.toml"
    path.write_text(text + OVERRIDE.format("dZ1", "np.cos(W2.T @ dZ2)"), encoding="utf-8")
    (finding,) = diagnose(nnscope.load(str(path)).program).findings
    assert (finding.causes, finding.possible) == ((), ())
