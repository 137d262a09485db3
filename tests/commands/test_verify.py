from pathlib import Path

import pytest

from tests.commands.conftest import written
from tests.commands.shell import Shell
from tests.samples import LIBRARY, NEURON, PAIR

EXPECT = '[[expect]]\nname = "{}"\nvalue = {}\n'


def test_a_source_that_is_right(shell: Shell, tmp_path: Path) -> None:
    path = written(tmp_path / "right.toml", NEURON + EXPECT.format("J", 0.25))
    assert shell.run("verify", path) == 0
    assert shell.out == [
        "ok    right: 1 of 1 printed numbers agree",
        "1 of 1 printed numbers agree in 1 scenario",
    ]


def test_a_source_that_is_wrong_in_some_cells(shell: Shell, tmp_path: Path) -> None:
    cells = EXPECT.format("W1", "[[0.5, -0.25], [0.125, 2.0]]") + 'when = "start"\n'
    path = written(tmp_path / "wrong.toml", PAIR + cells + EXPECT.format("m", 3.0))
    assert shell.run("verify", path) == 1
    assert shell.out == [
        "FAIL  wrong: 4 of 5 printed numbers agree",
        "      iteration 0, W1: printed 2, found 1 at [1, 1], where it differs most",
        "4 of 5 printed numbers agree in 1 scenario",
    ]


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ('name = "J"\nvalue = 0.5', "iteration 0, J: printed 0.5, found 0.25"),
        ('name = "J"\nvalue = 0.5\niteration = 0\ndigits = 2', "iteration 0, J: printed 0.5, "
         "found 0.25"),
        ('name = "w"\nvalue = 1.0', "iteration 0, w: printed 1, found 0.75"),
        ('name = "J"\nshape = [1, 1]', "iteration 0, J: printed shape (1, 1), found ()"),
        ('name = "np.log(-J)"\nvalue = 1.0', "iteration 0, np.log(-J): printed 1, found nan"),
        ('name = "np.log(0 * J)"\nvalue = 1.0', "iteration 0, np.log(0 * J): printed 1, "
         "found -inf"),
        ('name = "J"\nvalue = nan', "iteration 0, J: printed nan, found 0.25"),
        ('name = "w"\nvalue = 1.0\nafter = 1', "after 1 update, w: printed 1, found 0.75"),
    ],
)  # fmt: skip
def test_the_difference_is_told(shell: Shell, tmp_path: Path, expected: str, told: str) -> None:
    path = written(tmp_path / "wrong.toml", f"{NEURON}[[expect]]\n{expected}\n")
    assert shell.run("verify", path) == 1
    assert shell.out[0] == "FAIL  wrong: 0 of 1 printed numbers agree"
    assert shell.out[1] == f"      {told}"


def test_several_files_are_counted_together(shell: Shell, tmp_path: Path, neuron: Path) -> None:
    right = written(tmp_path / "right.toml", NEURON + EXPECT.format("J", 0.25))
    wrong = written(tmp_path / "wrong.toml", NEURON + EXPECT.format("J", 0.75))
    assert shell.run("verify", right, wrong, neuron) == 1
    assert [line for line in shell.out if line[0] != " "] == [
        "ok    right: 1 of 1 printed numbers agree",
        "FAIL  wrong: 0 of 1 printed numbers agree",
        "ok    neuron: the source prints no numbers",
        "1 of 2 printed numbers agree in 3 scenarios",
    ]
    assert shell.run("verify", neuron) == 0


def test_the_library_agrees_with_its_sources(shell: Shell) -> None:
    assert shell.run("verify", *sorted(LIBRARY.glob("*.toml"))) == 0
    assert [line.split(":")[0].split()[0] for line in shell.out[:-1]] == ["ok"] * len(
        [*LIBRARY.glob("*.toml")]
    )
    assert [line.partition(": ")[2] for line in shell.out if "two_layer" in line] == [
        "2 of 2 printed numbers agree",
        "10 of 10 printed numbers agree",
    ]


def test_of_a_list_the_iteration_that_differs_is_told(shell: Shell, tmp_path: Path) -> None:
    keys = '[[expect]]\nname = "m"\niteration = [0, 1, 2]\nvalue = [3, 4, 3]\n'
    path = written(tmp_path / "listed.toml", PAIR + keys)
    assert shell.run("verify", path) == 1
    assert shell.out[:2] == [
        "FAIL  listed: 2 of 3 printed numbers agree",
        "      iteration 1, m: printed 4, found 3",
    ]


def test_a_file_that_can_not_be_used_does_not_stop_the_others(
    shell: Shell, pair: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[[\n", encoding="utf-8")
    zero = tmp_path / "zero.toml"
    line = '[[override]]\ntarget = "dz"\nexpression = "1 / 0 * da"\n'
    zero.write_text(NEURON + line + '[[expect]]\nname = "J"\nvalue = 1.0\n', encoding="utf-8")
    missing = tmp_path / "missing.toml"
    assert shell.run("verify", wrong, "two_layer", missing, zero, pair) == 2
    assert [line.partition(":")[0] for line in shell.out] == [
        "ok    two_layer", "ok    pair", shell.out[-1]
    ]  # fmt: skip
    assert shell.out[-1].endswith("printed numbers agree in 2 scenarios")
    assert [line.removeprefix("nnscope: ").partition(": ")[0] for line in shell.err] == [
        str(wrong), str(missing), "line 5, dz = 1 / 0 * da", "3 of 5 files could not be used"
    ]  # fmt: skip
    assert shell.run("verify", wrong, missing) == 2
    assert shell.out == []
    assert shell.err[-1] == "nnscope: 2 of 2 files could not be used"
