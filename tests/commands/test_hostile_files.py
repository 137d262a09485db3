"""A few of the hostile files of `tests.fuzz`, each kind several times."""

from pathlib import Path

import pytest

from tests.fuzz import said_by_commands, said_by_screen
from tests.hostile_files import KINDS, hostile_file

COMMANDS = (("shapes",), ("trace", "--iterations", "1"))


@pytest.mark.parametrize("number", range(3 * len(KINDS)))
async def test_a_hostile_file(tmp_path: Path, number: int) -> None:
    path = hostile_file(number, tmp_path)
    assert said_by_commands(path, COMMANDS) == []
    if number < len(KINDS):
        assert await said_by_screen(path) == []
