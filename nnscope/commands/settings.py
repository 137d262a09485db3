"""The user's settings: a theme and other keys, in a file where the system keeps such files."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from platformdirs import user_config_path

from nnscope.scenario.errors import Problem, ScenarioError, found, one_of
from nnscope.tui.key_names import is_key, key_list
from nnscope.tui.keymap import BINDINGS, bindings, key_name
from nnscope.tui.themes import known

_MOST_BYTES = 10_000
_TABLES = ("theme", "keys")


class Settings(Struct, frozen=True):
    """A theme, empty for the usual one, and for some commands other keys, by their ids."""

    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)


def settings_path() -> Path:
    """Give the file of the settings; there need not be one."""
    return user_config_path("nnscope") / "config.toml"


def settings() -> Settings:
    """Read the settings of this user; raises `ScenarioError` with every mistake in the file."""
    path = settings_path()
    if not path.is_file():
        return Settings()
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ScenarioError([Problem("", f"more than {_MOST_BYTES} bytes")], path)
        text = path.read_text(encoding="utf-8")
        return read_settings(tomllib.loads(text), path)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ScenarioError([Problem("", f"this is not TOML: {error}")], path) from None


def read_settings(data: Mapping[str, Any], path: Path | None = None) -> Settings:
    """Check settings; raises `ScenarioError` with every mistake."""
    theme, keys = data.get("theme", ""), data.get("keys", {})
    problems = [Problem("", one_of(key, _TABLES, "a setting")) for key in data
                if key not in _TABLES]  # fmt: skip
    if theme != "" and (not isinstance(theme, str) or theme not in known()):
        problems.append(Problem("theme", one_of(str(theme), known(), "a theme")))
    if not isinstance(keys, dict):
        problems.append(Problem("keys", f"expected a table, [keys], found {found(keys)}"))
        keys = {}
    flat = dict(_flat(keys))
    problems += _problems_of_keys(flat)
    if not problems:
        problems += _clashes(flat)
    if problems:
        raise ScenarioError(problems, path)
    return Settings(theme, {id_: key_list(value) for id_, value in flat.items()})


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each id with its value: `line.next` may be written with quotes or without."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _problems_of_keys(keys: Mapping[str, Any]) -> Iterator[Problem]:
    """Find ids that no command has, and keys that no keyboard has."""
    ids = [each.id for each in BINDINGS if each.id]
    for id_, value in keys.items():
        where = f"[keys], {id_}"
        if id_ not in ids:
            yield Problem("[keys]", one_of(id_, ids, "the id of a command"))
        elif not isinstance(value, str) or not value:
            told = 'expected keys such as "n", "ctrl+n" or "n,space"'
            yield Problem(where, f"{told}, found {found(value)}")
        else:
            unknown = [each for each in key_list(value).split(",") if not is_key(each)]
            yield from (Problem(where, f"no key is called {found(each)}") for each in unknown)


def _clashes(keys: Mapping[str, str]) -> Iterator[Problem]:
    """Find keys that two commands have."""
    owners: dict[str, str] = {}
    for each in bindings({id_: key_list(value) for id_, value in keys.items()}):
        for key in each.key.split(","):
            other = owners.setdefault(key, each.id or "")
            if other != each.id:
                told = f"both `{other}` and `{each.id}` have the key {key_name(key)}"
                yield Problem("[keys]", f"{told}: give one of them another key")
