"""`train --save` never costs what was there, and says before the run where it can't write."""

import errno
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnscope.commands import train
from tests.commands.conftest import written
from tests.commands.shell import Shell
from tests.samples import PAIR


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "out.npz"
    np.savez(path, kept=np.ones(3))
    return path


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_a_failure_leaves_the_good_file_and_nothing_beside_it(
    shell: Shell, pair: Path, good: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def fail(file: Any, **_arrays: object) -> None:
        file.write(b"half of it")
        raise failure

    before = good.read_bytes()
    monkeypatch.setattr(np, "savez", fail)
    status = shell.run("train", pair, "--every", "12", "--save", good)
    interrupted = isinstance(failure, KeyboardInterrupt)
    assert status == (130 if interrupted else 2)
    assert shell.err == ([] if interrupted else [f"nnscope: {good}: No space left"])
    assert good.read_bytes() == before
    assert names(good.parent) == ["out.npz", "pair.toml"]


def test_the_file_takes_the_place_of_another_and_its_rights(
    shell: Shell, pair: Path, good: Path
) -> None:
    good.chmod(0o640)
    link = good.with_name("link.npz")
    link.symlink_to(good)
    assert shell.run("train", pair, "--save", link) == 0
    assert stat.S_IMODE(good.stat().st_mode) == 0o640
    assert link.is_symlink()
    with np.load(good) as arrays:
        assert "W1" in arrays
    assert names(good.parent) == ["link.npz", "out.npz", "pair.toml"]


def test_a_place_that_can_not_be_is_told_before_the_run(
    shell: Shell, pair: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "Timeline", None)  # nothing may run
    (tmp_path / "folder.npz").mkdir()
    os.mkfifo(tmp_path / "pipe.npz")
    places = {
        tmp_path / "nowhere" / "out.npz": f"there is no folder `{tmp_path / 'nowhere'}`",
        tmp_path / "folder.npz": "this is not a file; name one that can be written",
        tmp_path / "pipe.npz": "this is not a file; name one that can be written",
        tmp_path / "out.toml": "the name of the file must end in .npz",
        pair: "the name of the file must end in .npz",
        tmp_path: "the name of the file must end in .npz",
    }
    for place, told in places.items():
        assert shell.mistake("train", pair, "--save", place) == f"{place}: {told}"


def test_the_scenario_is_not_written_over(shell: Shell, tmp_path: Path) -> None:
    path = written(tmp_path / "mine.npz", PAIR)
    link = tmp_path / "link.npz"
    link.hardlink_to(path)
    for place in (path, link):
        told = shell.mistake("train", path, "--save", place)
        assert told == f"{place}: this is the scenario itself; name another file"
    assert path.read_text(encoding="utf-8") == PAIR


def test_a_folder_that_may_not_be_written(
    shell: Shell, pair: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_given: False)
    place = tmp_path / "out.npz"
    told = shell.mistake("train", pair, "--save", place)
    assert told == f"{place}: it may not be written there"


def test_no_name_is_no_place(shell: Shell, pair: Path) -> None:
    assert shell.run("train", pair, "--save", "") == 2
    assert shell.err[-1].endswith("--save: expected the name of a file, found ''")
