import os
from pathlib import Path

import pytest

from nnscope.limits import SCENARIO_BYTES
from nnscope.scenario.errors import Problem, ScenarioError
from nnscope.scenario.library import find, folder, paths
from nnscope.scenario.load import load


def message(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert caught.value.path == path
    return str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "nothing.toml"
    assert message(path) == f"{path}: there is no such file"


def test_a_folder(tmp_path: Path) -> None:
    assert message(tmp_path) == f"{tmp_path}: this is a folder; name the .toml file in it"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\xff", b"\xff\xfet\x00i\x00", b"\xfc"])
def test_a_binary_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "picture.toml"
    path.write_bytes(content)
    assert message(path) == f"{path}: the file is not text in UTF-8, so it can't be a scenario"


def test_a_far_too_large_file_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(SCENARIO_BYTES + 1)
    monkeypatch.setattr(Path, "read_text", None)
    assert message(path) == (
        f"{path}: the file is larger than 1 MB; keep large arrays in a .npy file"
    )


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.toml"
    path.write_text("", encoding="utf-8")

    def refuse(_path: Path, encoding: str) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert message(path) == f"{path}: the file can't be read: Permission denied"


def test_a_pipe_and_a_device_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    for name in ("pipe.toml", "zero.toml"):
        path = tmp_path / name
        assert message(path) == f"{path}: this is a device or a pipe, not a file"


def test_a_name_that_no_file_can_have() -> None:
    assert message(Path("a\0b.toml")).startswith("a\\u0000b.toml: the file can't be read: ")


def test_each_mistake_is_one_line_that_starts_with_the_file() -> None:
    problems = [Problem("`seed`", "must be at least 0"), Problem("", "there is no network")]
    assert str(ScenarioError(problems, Path("mine.toml"))) == (
        "mine.toml: `seed`: must be at least 0\nmine.toml: there is no network"
    )
    assert str(ScenarioError(problems)) == "`seed`: must be at least 0\nthere is no network"


def test_the_library_is_found_by_name() -> None:
    assert find("two_layer") == folder() / "two_layer.toml"
    assert find("two_layer.toml") == folder() / "two_layer.toml"
    assert find("two_layer") in paths()


def test_a_path_wins_over_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("two_layer.toml").write_text("", encoding="utf-8")
    assert find("two_layer.toml") == Path("two_layer.toml")
    assert find("mine/two_layer.toml") == Path("mine/two_layer.toml")


def test_an_unknown_name_is_told_with_its_neighbour() -> None:
    with pytest.raises(ScenarioError) as caught:
        find("two_layr")
    assert str(caught.value) == (
        "two_layr: no such file, and `two_layr` is not a scenario of the library: "
        "did you mean `two_layer`?"
    )


def test_every_scenario_of_the_library_loads() -> None:
    assert paths()
    for path in paths():
        assert load(path).name == path.stem
