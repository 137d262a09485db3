"""No control character of a file, of its name or of an argument reaches any output."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.commands.conftest import written
from tests.commands.shell import Shell, ended, started
from tests.hostile import CONTROL, EVIL, SCENARIO, WRONG

COMMANDS = (
    ["trace"], ["trace", "--json"], ["train"], ["train", "--json"], ["verify"], ["shapes"],
    ["shapes", "--json"], ["check"], ["check", "--json"], ["export", "--to", "run-loop"],
    ["export", "--to", "plain-loop"], ["explain", "dW2[0, 1]"], ["explain", "dZ2[0, 1]", "--json"],
    ["open"],
)  # fmt: skip


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A hostile scenario under a hostile name."""
    return written(tmp_path / f"{EVIL.replace(chr(0), '')}.toml", SCENARIO)


def printed(shell: Shell) -> str:
    return "\n".join([*shell.out, *shell.err])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_whole_network(shell: Shell, evil: Path, command: list[str]) -> None:
    first, *rest = command
    status = shell.run(first, evil, *rest)
    assert status == {"open": 2, "verify": 1}.get(first, 0)
    assert not CONTROL.search(shell.raw)
    assert printed(shell)
    if "--json" in rest:
        assert [json.loads(line) for line in shell.out]


@pytest.mark.parametrize(("text"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_hostile_text(shell: Shell, tmp_path: Path, text: str) -> None:
    path = written(tmp_path / f"{EVIL.replace(chr(0), '')}.toml", text)
    heading = EVIL.replace("\r", "").replace("\x85", "")
    written(tmp_path / "v.csv", f"a{heading},b\n1,2\n")
    written(tmp_path / "w.csv", f"1,2\n{heading},2\n")
    with zipfile.ZipFile(tmp_path / "v.npz", "w") as archive:
        for name in ("a", "b"):
            archive.writestr(f"{name}{EVIL.replace(chr(0), '')}.npy", "")
    assert shell.run("train", path) == 2
    assert shell.err
    assert not CONTROL.search(shell.raw)


@pytest.mark.parametrize(
    "arguments",
    [
        ["trace", EVIL], ["explain", "two_layer", EVIL], ["trace", "two_layer", EVIL], [EVIL],
        ["train", "two_layer", "--every", EVIL], ["open", "two_layer", "--memory", EVIL],
        [EVIL, "two_layer"], ["train", "two_layer", "--save", EVIL],
        ["export", "two_layer", "--to", EVIL], ["verify", EVIL, EVIL],
    ],
)  # fmt: skip
def test_a_hostile_argument(shell: Shell, arguments: list[str]) -> None:
    assert shell.run(*arguments) == 2
    assert shell.err
    assert not CONTROL.search(shell.raw)


def test_the_name_of_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a\udcff\u202e.toml", SCENARIO)
    for command in ("shapes", "export", "verify"):
        words = ["--to", "plain-loop"] if command == "export" else []
        _, out, err = ended(started("-m", "nnscope", command, str(path), *words))
        assert not CONTROL.search(out + err)
        assert "Traceback" not in err
    assert "a\\udcff\\u202e" in out
