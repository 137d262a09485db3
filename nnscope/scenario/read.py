"""From the text of a scenario file to its checked tables.

`msgspec` types what TOML gave. Each table is converted by itself, so that several mistakes are
reported at once, each at its own table and key.
"""

import re
from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from nnscope.scenario.errors import Problem, ScenarioError, found, one_of
from nnscope.scenario.schema import EvaluateTable, ScenarioTable, TrainingTable
from nnscope.scenario.text import in_two_brackets, place, read_toml
from nnscope.spelling import nearest
from nnscope.visible import quoted


def read_tables(text: str) -> tuple[ScenarioTable, list[str]]:
    """Check the text against the schema.

    Returns the tables, and the names of the top-level tables in the order of the file. Raises
    `ScenarioError` with every mistake that was found.
    """
    raw = read_toml(text, [key for key in _fields(ScenarioTable) if _is_list(key)])
    for key, table, rest in (("training", TrainingTable, "hyperparameters"),
                             ("evaluate", EvaluateTable, "data")):  # fmt: skip
        if key in raw:
            raw[key] = _with_rest(raw[key], table, rest)
    problems = [
        problem for key, value in raw.items() if value is not None for problem in _check(key, value)
    ]
    if problems:
        raise ScenarioError(problems)
    return msgspec.convert(raw, ScenarioTable), list(raw)


def _with_rest(raw: Any, table: type[msgspec.Struct], rest: str) -> Any:
    """Put the keys that a table does not know into a table of their own: `hyperparameters`."""
    if isinstance(raw, list):
        return [_with_rest(entry, table, rest) for entry in raw]
    if not isinstance(raw, dict):
        return raw
    own = {key: raw[key] for key in raw if key in _fields(table) and key != rest}
    return own | {rest: {key: raw[key] for key in raw if key not in own}}


def _is_list(key: str) -> bool:
    """Tell whether a table may come more than once."""
    return get_origin(_fields(ScenarioTable)[key].type) is list


def _check(key: str, value: Any) -> list[Problem]:
    fields = _fields(ScenarioTable)
    if key not in fields:
        return [Problem(place(key, None), one_of(key, fields, "a key or table of a scenario"))]
    several = _is_list(key)
    if several and isinstance(value, dict):
        return [Problem(f"[{key}]", in_two_brackets(key))]
    if several and isinstance(value, list):
        item = get_args(fields[key].type)[0]
        return [
            problem
            for number, entry in enumerate(value, 1)
            for problem in _convert(entry, item, f"[[{key}]] {number}")
        ]
    return _convert(value, fields[key].type, place(key, value))


def problems_of(value: Any, kind: Any, where: str) -> ScenarioError | None:
    """Check one value against the type of its table; give the error, or None where it is right."""
    problems = _convert(value, kind, where)
    return ScenarioError(problems) if problems else None


def _convert(value: Any, kind: Any, where: str) -> list[Problem]:
    """Check one table key by key, so that each mistake in it is found."""
    table = next((part for part in (kind, *get_args(kind)) if _is_table(part)), None)
    if table is None or not isinstance(value, dict):
        return _typed(value, kind, where)
    fields = _fields(table)
    problems = [
        Problem(f"{where}, {quoted(key)}", one_of(key, fields, "a key of this table"))
        for key in value
        if key not in fields
    ]
    meant = {nearest(key, fields) for key in value if key not in fields}
    for name, field in fields.items():
        if name in value and get_origin(field.type) is dict:  # its keys stand in the table itself
            kind = get_args(field.type)[1]
            for key, entry in value[name].items():
                problems += _typed(entry, kind, f"{where}, {key}")
        elif name in value:
            problems += _typed(value[name], field.type, f"{where}, {name}")
        elif field.required and name not in meant:  # that is one mistake, and told above
            problems.append(Problem(where, f"the key `{name}` is missing"))
    return problems


@cache
def _fields(table: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    return {field.name: field for field in msgspec.structs.fields(table)}


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _typed(value: Any, kind: Any, where: str) -> list[Problem]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        for index in re.findall(r"\[(\d+)\]", path):
            where, value = f"{where}[{index}]", value[int(index)]
        return [Problem(where, _plain(message, value, kind))]
    return []


_WORDS = {
    "str": "text in quotes", "int": "a whole number", "float": "a number", "bool": "true or false",
    "array": "a list [...]", "object": "a table",
}  # fmt: skip


def _plain(message: str, value: Any, kind: Any) -> str:
    """Say what msgspec found wrong in the words of the file."""
    literals = [part for part in (kind, *get_args(kind)) if get_origin(part) is Literal]
    if literals and isinstance(value, str):
        choices = [choice for part in literals for choice in get_args(part) if choice]
        other = ["a number"] if float in get_args(kind) else []
        return one_of(value, [*choices, *other], "one of the choices")
    if wanted := re.match(r"Expected `([^`]+)`, got `[^`]+`", message):
        kinds = [_WORDS.get(word, word) for word in wanted[1].split(" | ") if word != "null"]
        return f"expected {' or '.join(kinds)}, found {found(value)}"
    if length := re.match(r"Expected `array` of length >= (\d+)", message):
        return f"needs at least {length[1]} entries, found {found(value)}"
    if most := re.match(r"Expected `str` of length <= (\d+)", message):
        return f"may have {most[1]} characters, this has {len(value):,}"
    if message.startswith("Expected `float` <= "):
        return f"must be a finite number, found {found(value)}"
    if bound := re.match(r"Expected `\w+` >= (\S+)", message):
        return f"must be at least {bound[1]}, found {found(value)}"
    return f"{message[:1].lower()}{message[1:]}, found {found(value)}"
