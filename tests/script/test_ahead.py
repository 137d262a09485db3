"""What a script records is looked at while it still runs."""

import time
from pathlib import Path

import pytest

from nnscope.script.ahead import record_ahead
from nnscope.script.errors import ScriptError
from nnscope.script.options import ScriptOptions
from nnscope.script.program import ScriptOrigin
from tests.script.recording import HEAD

_STEP = "W = W - 0.1 * X.T @ (X @ W - y)"
_SLOW = f"""{HEAD}
import os, time
for i in range(90):
    {_STEP}
    while i == 20 and not os.path.exists(os.path.join(os.path.dirname(__file__), "go on")):
        time.sleep(0.01)
"""


def _going_on(_iterations: int, _seconds: float) -> bool:
    return True


def test_a_program_grows_while_its_script_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnscope.script.ahead._FIRST", 0.0)
    path = tmp_path / "slow.py"
    path.write_text(_SLOW)

    first, ahead = record_ahead(path, ScriptOptions(), _going_on)
    assert ahead is not None
    program = ScriptOrigin(path, first, {}, first.iterations, ahead=ahead).program()
    assert 0 < program.iterations < 90
    (tmp_path / "go on").touch()
    edited = program.origin.edited(program.lines[0], "np.sin(W)")
    while not edited.origin.has_grown or ahead.is_running:
        time.sleep(0.02)
    grown = edited.origin.grown()

    assert grown.iterations == 90
    assert not grown.origin.is_growing
    assert grown.lines[0].text == edited.lines[0].text


def test_a_script_that_soon_ends_is_recorded_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnscope.script.ahead._FIRST", 3600.0)
    path = tmp_path / "quick.py"
    path.write_text(f"{HEAD}\nfor i in range(9):\n    {_STEP}\n")

    found, ahead = record_ahead(path, ScriptOptions(), _going_on)

    assert (ahead, found.iterations, found.error) == (None, 9, "")


def test_a_script_that_is_ended_leaves_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnscope.script.ahead._FIRST", 3600.0)
    path = tmp_path / "slow.py"
    path.write_text(_SLOW)

    found, ahead = record_ahead(path, ScriptOptions(), lambda count, _: count < 5)

    assert ahead is None
    assert 5 <= found.iterations < 90
    assert "you ended the recording" in found.error


def test_a_script_that_can_not_be_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="can't be run"):
        record_ahead(tmp_path / "a.py", ScriptOptions(arguments=("\0",)), _going_on)
