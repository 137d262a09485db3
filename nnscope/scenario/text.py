"""The text of a scenario file, and the plain values that TOML makes of it."""

import re
import stat
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from nnscope.limits import ENTRIES, KEY_PARTS, SCENARIO_BYTES
from nnscope.scenario.errors import Problem, ScenarioError, wrong
from nnscope.visible import quoted

_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{KEY_PARTS}}}")
"""A dotted key of too many parts. Nothing in it goes back, so that it takes no longer than the
text is long."""


def read_text(path: Path) -> str:
    """Read the file; raises `ScenarioError` where it is missing, unreadable or far too large."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise wrong("", "this is a folder; name the .toml file in it")
        if not stat.S_ISREG(status.st_mode):
            raise wrong("", "this is a device or a pipe, not a file")
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(SCENARIO_BYTES + 1)  # some files of a system tell no size
        if max(len(text), status.st_size) > SCENARIO_BYTES:
            raise wrong("", f"the file is larger than {SCENARIO_BYTES // 2**20} MB; keep large "
                            "arrays in a .npy file")  # fmt: skip
    except UnicodeDecodeError:
        raise wrong("", "the file is not text in UTF-8, so it can't be a scenario") from None
    except FileNotFoundError:
        raise wrong("", "there is no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise wrong("", f"the file can't be read: {reason}") from None
    return text


def read_toml(text: str, several: Collection[str] = ()) -> dict[str, Any]:
    """Parse the text; raises `ScenarioError` with the line of a mistake.

    `several` are the tables that may come more than once, as `[[layer]]` does.
    """
    if long := _LONG_KEY.search(text):
        number = text.count("\n", 0, long.start()) + 1
        raise wrong(f"line {number}", f"a dotted key may have {KEY_PARTS} parts")
    try:
        raw = tomllib.loads(text)
        _check_counts(raw)
        large = [table + rest for table, value in _tables(raw) for rest in _too_large(value)]
    except RecursionError:
        raise wrong("", "the brackets are nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", str(error))
        if not found:
            raise wrong("", f"not valid TOML: {error}") from None
        what, line, column = found.groups()
        told = _plain(what, text.splitlines()[int(line) - 1], several)
        raise wrong(f"line {line}, column {column}", f"not valid TOML: {told}") from None
    except ValueError:  # Python reads no whole number of more than 4300 digits
        raise wrong("", "not valid TOML: a number has far too many digits") from None
    if large:
        message = "a whole number must be below 2**63; write a larger one as 1e20"
        raise ScenarioError(Problem(where, message) for where in large)
    return raw


def place(key: str, value: Any) -> str:
    """Write a key at the top of a file as it stands there: `[data]` for a table."""
    return f"[{quoted(key)}]" if isinstance(value, dict) else f"`{quoted(key)}`"


def _tables(raw: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each table with its place: `[data]`, `[[layer]] 2`."""
    for key, value in raw.items():
        if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            yield from ((f"[[{key}]] {number}", entry) for number, entry in enumerate(value, 1))
        else:
            yield place(key, value), value


def _check_counts(raw: dict[str, Any]) -> None:
    """Refuse tables with very many keys, and very many tables of one kind."""
    crowded = [place(key, value) for key, value in raw.items() if _is_crowded(value)]
    if crowded or len(raw) > ENTRIES:
        message = f"more than {ENTRIES} entries are too many for one table, or tables of one kind"
        raise ScenarioError(Problem(where, message) for where in crowded or [""])


def _is_crowded(value: Any) -> bool:
    if isinstance(value, dict):
        return len(value) > ENTRIES or any(map(_is_crowded, value.values()))
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        return len(value) > ENTRIES or any(map(_is_crowded, value))
    return False


def _too_large(value: Any) -> list[str]:
    """Find the whole numbers that TOML does not allow, as it has 64 bits: where they stand."""
    if isinstance(value, int):
        return [] if -(2**63) <= value < 2**63 else [""]
    if isinstance(value, list):
        return [f"[{index}]{rest}" for index, part in enumerate(value) for rest in _too_large(part)]
    if isinstance(value, dict):
        return [f", {key}{rest}" for key, part in value.items() for rest in _too_large(part)]
    return []


def in_two_brackets(table: str) -> str:
    """Say how to write a table that may come more than once."""
    return f"write it with two brackets, [[{table}]]: there may be several"


def _plain(what: str, line: str, several: Collection[str]) -> str:
    """Say in plain words what is wrong in a line, and the mend where it is known."""
    twice = re.search(r"Cannot declare \((.*?),?\) twice", what)
    above = re.match(r"\s*\[\[\s*([\w-]+)\s*\]\]", line)
    if above and above[1] in several and what == "Cannot overwrite a value":
        return f"the table [{above[1]}] stands above; {in_two_brackets(above[1])}"
    if not twice:
        return what
    name = ".".join(re.findall(r"'(.*?)'", twice[1]))
    return f"the table [{name}] stands twice" + (
        f"; {in_two_brackets(name)}" if name in several else ""
    )
