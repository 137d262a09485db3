"""`nnscope evaluate`: what it prints, and how it says what is wrong."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import written
from tests.commands.shell import Shell
from tests.samples import NEURON, PAIR

TEST = """\
[[evaluate]]
name = "far"
x = 10.0
values = { on = "a > 0.5" }
"""
EXPECT = '[[expect]]\nevaluate = "test"\nname = "right"\nvalue = [[1, 0]]\nafter = 3\n'


@pytest.fixture
def neuron(tmp_path: Path) -> Path:
    return written(tmp_path / "neuron.toml", NEURON.replace("x = 2.0", "x = 0.0") + TEST)


def test_a_row_for_each_value(shell: Shell, neuron: Path) -> None:
    assert shell.run("evaluate", neuron) == 0
    assert shell.out == ["far, after 12 updates", "  on = 1"]
    assert shell.run("evaluate", neuron, "--after", "1") == 0
    assert shell.out[0] == "far, after 1 update"


def test_arrays_stand_in_rows(shell: Shell, tmp_path: Path) -> None:
    other = '[[evaluate]]\nname = "test"\nX = [[0, 1], [1, 0]]\n'
    other += 'values = { share = "A2 > 0", both = "X" }\n'
    path = written(tmp_path / "pair.toml", PAIR + other)
    assert shell.run("evaluate", path, "--after", "0") == 0
    assert shell.out == [
        "test (m = 2), after 0 updates",
        "  share = [[ True  True]]",
        "  both  = [[0. 1.]",
        "           [1. 0.]]",
    ]


def test_as_json(shell: Shell, neuron: Path) -> None:
    assert shell.run("evaluate", neuron, "--json", "--after", "0") == 0
    (line,) = shell.out
    assert json.loads(line) == {
        "evaluate": "far", "after": 0, "examples": None, "values": {"on": 1.0},
    }  # fmt: skip


def test_what_can_not_be_evaluated(shell: Shell, neuron: Path, pair: Path) -> None:
    assert shell.mistake("evaluate", neuron, "--after", "13") == (
        "13 updates are too many: the run makes 12"
    )
    assert shell.mistake("evaluate", pair) == (
        f"{pair}: there is no [[evaluate]] that says on which data"
    )
    assert shell.run("evaluate", neuron, "--after", "x") == 2


def test_a_source_that_is_wrong_about_other_data(shell: Shell, tmp_path: Path) -> None:
    other = '[[evaluate]]\nname = "test"\nX = [[0, 1], [1, 0]]\nvalues = { right = "A2 > 9" }\n'
    path = written(tmp_path / "wrong.toml", PAIR + other + EXPECT)
    assert shell.run("verify", path) == 1
    assert shell.out[:2] == [
        "FAIL  wrong: 1 of 2 printed numbers agree",
        "      test, after 3 updates, right: printed 1, found 0 at [0, 0], where it differs most",
    ]
