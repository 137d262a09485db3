"""`nnscope shapes`: the dimension sheet as text and as JSON."""

import json

import pytest

from nnscope.cli import main
from nnscope.scenario.library import paths


def test_the_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shapes", "two_layer"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Two layers: tanh, then sigmoid"
    assert [line for line in lines if line and not line.startswith(" ")][1:] == [
        "Axes", "Arrays", "Lines", "Marks"]  # fmt: skip
    assert "  n1 = 4   number of units of layer 1" in lines
    assert "  W1              (n1, n0)   (4, 2)   weights of layer 1" in lines
    (first,) = [line for line in lines if "Z1 = W1 @ X + b1" in line]
    assert first.endswith("   (n1, [n0]) @ ([n0], m) + (n1, 1~) -> (n1, m)")


@pytest.mark.parametrize("name", [path.stem for path in paths()])
def test_every_scenario_has_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shapes", name]) == 0
    assert capsys.readouterr().out.count(" -> ") > 5


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shapes", "two_layer", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["axes"] == {"n0": 2, "n1": 4, "n2": 1, "m": 3}
    assert found["arrays"][0] == {"name": "X", "letters": "(n0, m)", "shape": [2, 3],
                                  "meaning": "inputs of the network"}  # fmt: skip
    assert found["lines"][0] == {
        "line": 1, "phase": "forward", "text": "Z1 = W1 @ X + b1",
        "fit": "(n1, [n0]) @ ([n0], m) + (n1, 1~) -> (n1, m)"}  # fmt: skip


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shapes", "two_layers"]) == 2
    assert "two_layer" in capsys.readouterr().err
