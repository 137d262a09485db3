"""The mistakes that learners make are found in scripts, at their line and by their name.

`NNSCOPE_SLIPS=1` tries each of them, in a minute; else a few are.
"""

import os
from pathlib import Path

import pytest

from nnscope.commands.diagnosing import diagnosed
from nnscope.commands.loading import read_program
from nnscope.insight.diagnose.finding import Diagnosis
from tests.insight.diagnose.by_hand import DEEP, MISTAKES, RELU, SQUARE, SQUARES, TANH, Mistake
from tests.insight.diagnose.optimizers_by_hand import RIGHT as RIGHT_RULES
from tests.insight.diagnose.optimizers_by_hand import WRONG, Rule

IS_WHOLE = bool(int(os.environ.get("NNSCOPE_SLIPS", "0")))
_TOLD_BY_THE_PRINTED_COST = [each for each in MISTAKES if each.slips == "derivative-twice"]
CHOSEN = MISTAKES if IS_WHOLE else (*_TOLD_BY_THE_PRINTED_COST, *MISTAKES[5::16])
RIGHT = [Mistake(shape, "", {}) for shape in (TANH, RELU, DEEP, SQUARE, SQUARES)]


def of(mistake: Mistake | Rule, folder: Path) -> Diagnosis:
    path = folder / "by_hand.py"
    path.write_text(mistake.script, encoding="utf-8")
    return diagnosed(read_program(str(path), tell=lambda _: None))


@pytest.mark.parametrize("mistake", CHOSEN, ids=repr)
def test_a_mistake(mistake: Mistake, tmp_path: Path) -> None:
    found = of(mistake, tmp_path).findings
    assert found
    place = found[0].place.at
    assert place is not None and place.row in mistake.rows
    named = {cause.slip.name for cause in found[0].causes if cause.is_exact}
    assert named & {*mistake.slips.split()}
    assert all(each.place.at and each.place.at.row in mistake.rows for each in found)


@pytest.mark.parametrize("right", RIGHT if IS_WHOLE else RIGHT[-1:], ids=lambda each: each.shape)
def test_right_networks(right: Mistake, tmp_path: Path) -> None:
    assert of(right, tmp_path).findings == ()


def test_a_parameter_that_grows_has_one_iteration(tmp_path: Path) -> None:
    mistake = next(each for each in MISTAKES if each.lines == {"db1": "db1 = dZ1 / m"})
    diagnosis = of(mistake, tmp_path)
    assert diagnosis.program.iterations == 1
    assert "b1 has the shape (4, 1) at first and (4, 5) after" in diagnosis.program.notes.ended
    (finding,) = diagnosis.findings
    assert finding.facts == ("db1 has the shape (4, 5); it should be (4, 1)",)


@pytest.mark.parametrize("rule", WRONG if IS_WHOLE else WRONG[1::12], ids=repr)
def test_an_optimizer_with_a_slip(rule: Rule, tmp_path: Path) -> None:
    diagnosis = of(rule, tmp_path)
    assert diagnosis.status == 1
    rows = rule.script.splitlines()
    for finding in diagnosis.findings:
        assert finding.place.at is not None
        assert rows[finding.place.at.row - 1].strip() in rule.changed
        assert [cause.slip.name for cause in finding.causes] == [rule.slip]
    assert {each.of for each in diagnosis.findings} == {"W1", "b1", "W2", "b2"}


@pytest.mark.parametrize("rule", RIGHT_RULES if IS_WHOLE else RIGHT_RULES[5::6], ids=repr)
def test_right_optimizers(rule: Rule, tmp_path: Path) -> None:
    assert of(rule, tmp_path).findings == ()
