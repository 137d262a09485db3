"""The file of the settings: what it may say, and what is said of a wrong one."""

import re
import tomllib
from pathlib import Path

import pytest

from nnscope.commands import settings as place
from nnscope.commands.settings import read_settings, settings, settings_path
from nnscope.scenario.errors import ScenarioError
from nnscope.tui.keymap import BINDINGS
from tests.commands.shell import ROOT, Shell


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of settings in a folder of its own."""
    monkeypatch.setattr(place, "settings_path", lambda: tmp_path / "config.toml")
    return tmp_path / "config.toml"


def test_a_theme_and_keys_by_the_ids_of_commands(file: Path) -> None:
    assert settings().theme == ""  # there is no file
    file.write_text(
        'theme = "light"\n[keys]\n"line.next" = "space, Ctrl+N"\nrun = "&"\n'
        'stop.switch = "ctrl+u"\n'
    )
    found = settings()
    assert found.theme == "light"
    assert found.keys == {
        "line.next": "space,ctrl+n",
        "run": "ampersand",
        "stop.switch": "ctrl+u",
    }


def test_the_file_is_where_the_system_keeps_such_files() -> None:
    assert settings_path().name == "config.toml"
    assert settings_path().parent.name == "nnscope"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('theme = "lihgt"', "theme: `lihgt` is not a theme: did you mean `light`?"),
        ("theme = 3", "theme: `3` is not a theme: it may be dark, light, high-contrast"),
        ('colour = "red"', "`colour` is not a setting: it may be theme, keys"),
        ('keys = "n"', 'keys: expected a table, [keys], found "n"'),
        (
            '[keys]\n"line.nxt" = "n"',
            "[keys]: `line.nxt` is not the id of a command: did you mean `line.next`?",
        ),
        (
            '[keys]\n"line.next" = 3',
            '[keys], line.next: expected keys such as "n", "ctrl+n" or "n,space", found 3',
        ),
        ('[keys]\n"line.next" = "hyperspace"', "[keys], line.next: no key is called 'hyperspace'"),
        (
            '[keys]\n"line.next" = "N"',
            "[keys]: both `line.next` and `line.back` have the key N: give one of them another key",
        ),
        ("theme = ", "this is not TOML: "),
        ("#" * 10_001, "more than 10000 bytes"),
    ],
)
def test_a_wrong_setting_is_named(file: Path, text: str, told: str, shell: Shell) -> None:
    file.write_text(text)
    line = shell.mistake("single_neuron")
    assert line.replace('"', "'").startswith(f"{file}: {told}".replace('"', "'"))


def test_every_mistake_is_told() -> None:
    with pytest.raises(ScenarioError) as wrong:
        read_settings({"theme": "x", "keys": {"nothing": "n", "run": ""}, "more": 1})
    assert len(wrong.value.problems) == 4


def test_the_keys_are_listed_as_they_are_set(file: Path, shell: Shell) -> None:
    file.write_text('[keys]\n"line.next" = "f10,n"\n')
    assert shell.run("keys") == 0
    assert any(line.split()[:4] == ["line.next", "f10", "or", "n"] for line in shell.out)
    assert {line.split()[0] for line in shell.out[:-2]} == {each.id for each in BINDINGS}


def test_the_example_of_the_reference_is_right() -> None:
    text = (ROOT / "docs/screen.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(theme = .*?)```", text, re.DOTALL)
    assert read_settings(tomllib.loads(example)).keys["line.next"] == "f10,n"


def test_keys_may_change_places() -> None:
    found = read_settings({"keys": {"line.next": "N", "line.back": "n"}})
    assert dict(found.keys) == {"line.next": "N", "line.back": "n"}
