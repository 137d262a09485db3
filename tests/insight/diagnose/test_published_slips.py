"""Slips that were published: by mistake, or for readers to find."""

from pathlib import Path

import nnscope
from nnscope.insight.diagnose.diagnose import diagnose
from nnscope.insight.diagnose.finding import Finding
from nnscope.insight.diagnose.slips.slip import Kind
from tests.published.test_published import FOLDER
from tests.samples import LIBRARY

OVERRIDE = '\n[[override]]\ntarget = "{}"\nexpression = "{}"\n'


def found(tmp_path: Path, text: str, *lines: tuple[str, str]) -> tuple[Finding, ...]:
    path = tmp_path / "slipped.toml"
    path.write_text(text + "".join(OVERRIDE.format(*line) for line in lines), encoding="utf-8")
    return diagnose(nnscope.load(str(path)).program).findings


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(each.place.spelled, each.causes[0].slip.name) for each in findings]


def test_mazurs_updated_weights() -> None:
    (finding,) = diagnose(nnscope.load(str(FOLDER / "D02_mazur_new_weights.toml")).program).findings
    assert (finding.place.text, finding.kind) == ("dA1 = W2.T @ delta2", Kind.ORDER)
    assert finding.causes[0].slip.name == "updated-weight"
    assert finding.right_line == "dA1 = W2.T @ delta2"


def test_the_factors_that_a_course_planted(tmp_path: Path) -> None:
    text = (LIBRARY / "deep_network.toml").read_text()
    lines = ("dW2", "1 / m * dZ2 @ A1.T * 2"), (
        "db1", "4 / m * np.sum(dZ1, axis=1, keepdims=True)")  # fmt: skip
    findings = found(tmp_path, text, *lines)
    assert told(findings) == [("dW2", "factor-two"), ("db1", "number-too-many")]
    assert findings[1].right_line == "db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)"


def test_adams_second_correction(tmp_path: Path) -> None:
    text = (LIBRARY / "two_layer.toml").read_text()
    text = text.replace("[training]", '[training]\noptimizer = "adam"')
    findings = found(tmp_path, text, ("sdW1_corrected", "sdW1"))
    assert told(findings) == [("sdW1_corrected", "correction-left-out")]
    assert findings[0].right_line == "sdW1_corrected = sdW1 / (1 - beta2 ** t)"
    assert "without the correction of sdW1" in findings[0].facts[0]


def test_a_derivative_left_out(tmp_path: Path) -> None:
    text = (LIBRARY / "single_neuron.toml").read_text()
    assert told(found(tmp_path, text, ("dz", "da"))) == [("dz", "derivative-left-out")]


def test_the_division_left_out(tmp_path: Path) -> None:
    text = (LIBRARY / "two_layer.toml").read_text()
    findings = found(tmp_path, text, ("dW1", "dZ1 @ X.T"), ("dW2", "dZ2 @ A1.T"))
    assert told(findings) == [("dW2", "count-lost"), ("dW1", "count-lost")]
    assert findings[0].facts == ("dW2 is 3 times what it should be in all 4 cells, and m = 3",)


def test_another_convention_is_no_mistake(tmp_path: Path) -> None:
    text = (LIBRARY / "two_layer.toml").read_text()
    momentum = '[training]\noptimizer = "momentum"\nconvention = "average"'
    text = text.replace("[training]", momentum)
    path = tmp_path / "other.toml"
    path.write_text(text + OVERRIDE.format("vdW1", "beta * vdW1 + dW1"), encoding="utf-8")
    diagnosis = diagnose(nnscope.load(str(path)).program)
    assert [each.kind for each in diagnosis.findings] == [Kind.CONVENTION]
    assert told(diagnosis.findings) == [("vdW1", "share-left-out")]
    assert diagnosis.status == 0
