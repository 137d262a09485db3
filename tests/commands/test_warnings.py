"""What is doubtful in a scenario is told by every command, and where it is opened."""

from pathlib import Path

import pytest

import nnscope
from tests.commands.conftest import written
from tests.commands.shell import Shell
from tests.samples import PAIR
from tests.tui.screens import NARROW, NORMAL, opened, press, text_of

TEXT = PAIR.replace('units = 1\nactivation = "sigmoid"', 'units = 1\nactivation = "relu"')
COMMANDS = ("trace {}", "train {}", "verify {}", "check {}", "shapes {}", "explain {} J",
            "export {} --to run-loop")  # fmt: skip


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    return written(tmp_path / "doubtful.toml", TEXT)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells(shell: Shell, doubtful: Path, command: str) -> None:
    shell.run(*command.format(doubtful).split())
    told = [line for line in shell.err if "warning" in line]
    assert len(told) == 1
    assert told[0].startswith(f"nnscope: warning: {doubtful}: [loss], name: binary_cross_entropy")


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_tells_what_is_not_so(shell: Shell, pair: Path, command: str) -> None:
    shell.run(*command.format(pair).split())
    assert not any("warning" in line for line in shell.err)


def test_python_is_told(doubtful: Path) -> None:
    with pytest.warns(UserWarning, match="binary_cross_entropy takes outputs between 0 and 1"):
        nnscope.load(str(doubtful))


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_the_screen_tells(doubtful: Path, size: tuple[int, int]) -> None:
    async with opened(str(doubtful), size) as pilot:
        (note,) = pilot.app._notifications
        assert note.severity == "warning"
        assert "! [loss], name: binary_cross_entropy takes outputs between" in text_of(pilot)
        await press(pilot, "n")
        assert "! [loss]" not in text_of(pilot)
