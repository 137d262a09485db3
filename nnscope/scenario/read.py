"""From the text of a scenario file to its checked tables.

`tomllib` parses, `msgspec` types. Each table is converted by itself, so that several mistakes are
reported at once, each at its own table and key.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

from nnscope.scenario.errors import Problem, ScenarioError, one_of, wrong
from nnscope.scenario.schema import ScenarioTable

MAXIMUM_BYTES = 16 * 2**20


def read_text(path: Path) -> str:
    """Read the file; raises `ScenarioError` where it is missing, unreadable or far too large."""
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise wrong("", "the file is larger than 16 MB; keep large arrays in a .npy file")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise wrong("", "the file is not text in UTF-8, so it can't be a scenario") from None
    except IsADirectoryError:
        raise wrong("", "this is a folder; name the .toml file in it") from None
    except FileNotFoundError:
        raise wrong("", "there is no such file") from None
    except OSError as error:
        raise wrong("", f"the file can't be read: {error.strerror}") from None


def read_tables(text: str) -> tuple[ScenarioTable, list[str]]:
    """Check the text against the schema.

    Returns the tables, and the names of the top-level tables in the order of the file. Raises
    `ScenarioError` with every mistake that was found.
    """
    raw = _toml(text)
    raw["training"] = _training(raw["training"]) if "training" in raw else None
    problems = [
        problem for key, value in raw.items() if value is not None for problem in _check(key, value)
    ]
    if problems:
        raise ScenarioError(problems)
    return msgspec.convert(raw, ScenarioTable), list(raw)


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", str(error))
        if place:
            what, line, column = place.groups()
            raise wrong(f"line {line}, column {column}", f"not valid TOML: {what}") from None
        raise wrong("", f"not valid TOML: {error}") from None
    except RecursionError:
        raise wrong("", "the brackets are nested too deep") from None


def _training(raw: Any) -> Any:
    """Put the keys that belong to the optimizer into a table of their own."""
    if not isinstance(raw, dict):
        return raw
    own = {key: raw[key] for key in ("optimizer", "iterations") if key in raw}
    return own | {"hyperparameters": {key: raw[key] for key in raw if key not in own}}


def _check(key: str, value: Any) -> list[Problem]:
    fields = {field.name: field for field in msgspec.structs.fields(ScenarioTable)}
    if key not in fields:
        return [Problem(f"`{key}`", one_of(key, fields, "a key or table of a scenario"))]
    if key in ("layer", "override", "expect") and isinstance(value, list):
        item = get_args(fields[key].type)[0]
        return [
            problem
            for number, entry in enumerate(value, 1)
            for problem in _convert(entry, item, f"[[{key}]] {number}")
        ]
    where = f"[{key}]" if isinstance(value, dict) else f"`{key}`"
    return _convert(value, fields[key].type, where)


def problems_of(value: Any, kind: Any, where: str) -> ScenarioError | None:
    """Check one value against the type of its table; give the error, or None where it is right."""
    problems = _convert(value, kind, where)
    return ScenarioError(problems) if problems else None


def _convert(value: Any, kind: Any, where: str) -> list[Problem]:
    """Check one table key by key, so that each mistake in it is found."""
    table = next((part for part in (kind, *get_args(kind)) if _is_table(part)), None)
    if table is None or not isinstance(value, dict):
        return _typed(value, kind, where)
    fields = {field.name: field for field in msgspec.structs.fields(table)}
    problems = [
        Problem(f"{where}, {key}", one_of(key, fields, "a key of this table"))
        for key in value
        if key not in fields
    ]
    for name, field in fields.items():
        if name in value:
            problems += _typed(value[name], field.type, f"{where}, {name}")
        elif field.required:
            problems.append(Problem(where, f"the key `{name}` is missing"))
    return problems


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _typed(value: Any, kind: Any, where: str) -> list[Problem]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        place = where.replace(", hyperparameters", "") + _place(path.rstrip("`"))
        return [Problem(place, _plain(message, value, kind))]
    return []


def _place(path: str) -> str:
    """Say a path such as `[0].name` in words; `[...]`, the key of a table, is left out."""
    steps = re.findall(r"\[(\d+)\]|\.(\w+)", path)
    return "".join(f", entry {int(index) + 1}" if index else f", {key}" for index, key in steps)


_WORDS = {
    "str": "text in quotes", "int": "a whole number", "float": "a number", "bool": "true or false",
    "array": "a list [...]", "object": "a table",
}  # fmt: skip


def _plain(message: str, value: Any, kind: Any) -> str:
    """Say what msgspec found wrong in the words of the file."""
    if get_origin(kind) is Literal and isinstance(value, str):
        return one_of(value, [choice for choice in get_args(kind) if choice], "one of the choices")
    if wanted := re.match(r"Expected `([^`]+)`, got `[^`]+`", message):
        kinds = [_WORDS.get(word, word) for word in wanted[1].split(" | ") if word != "null"]
        return f"expected {' or '.join(kinds)}, found {_found(value)}"
    if bound := re.match(r"Expected `\w+` >= (\S+)", message):
        return f"must be at least {bound[1]}, found {_found(value)}"
    return f"{message[:1].lower()}{message[1:]}, found {_found(value)}"


def _found(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
