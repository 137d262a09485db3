"""When each value of an `[[expect]]` was printed: once, in listed iterations, or every so many."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from nnscope.scenario.errors import counted, found, wrong
from nnscope.scenario.schema import ExpectTable

Key = Literal["iteration", "after"]


class Printed(Struct, frozen=True):
    """One value of a table: `number` is its iteration, or how many updates stand before it.

    `where` is the place in the file that gives this number, `value_where` that of the value.
    """

    number: int
    where: str
    value: Any
    value_where: str


def printed(table: ExpectTable, where: str) -> list[Printed]:
    """List what a table says was printed; raises `ScenarioError` for keys that do not fit."""
    key, given = _checked(table, where), _given(table)
    values = f"{where}, value"
    if table.every is not None and isinstance(given, int):
        places = [f"{values}[{index}]" for index in range(len(table.value))]
        return [
            Printed(given + index * table.every, places[index], value, places[index])
            for index, value in enumerate(table.value)
        ]
    if isinstance(given, int):
        return [Printed(given, f"{where}, {key}", table.value, values)]
    own = [None] * len(given) if table.value is None else table.value
    return [
        Printed(number, f"{where}, {key}[{index}]", value, f"{values}[{index}]")
        for index, (number, value) in enumerate(zip(given, own, strict=True))
    ]


def reached(table: ExpectTable, iterations: int) -> ExpectTable | None:
    """Give what of a table a run of so many iterations reaches; None where that is nothing."""
    key: Key = "iteration" if table.after is None else "after"
    last = iterations - 1 if key == "iteration" else iterations
    found_ = printed(table, "")
    kept = [each for each in found_ if each.number <= last]
    if len(kept) == len(found_) or not kept:
        return table if kept else None
    values = None if table.value is None else [each.value for each in kept]
    changes: dict[str, Any] = {key: [each.number for each in kept], "every": None, "value": values}
    return msgspec.structs.replace(table, **changes)


def _checked(table: ExpectTable, where: str) -> Key:
    """See that the keys of a table go together; give the one that says when it holds."""
    key: Key = "iteration" if table.after is None else "after"
    given = _given(table)
    if table.after is not None and table.iteration is not None:
        raise wrong(f"{where}, after", "stands beside iteration: say when with one of them")
    if table.after is not None and table.when:
        raise wrong(f"{where}, when", "stands beside after, which tells when already")
    if isinstance(given, list):
        _check_list(table, given, key, where)
    elif table.every is not None and (not isinstance(table.value, list) or not table.value):
        message = f"needs a list of values, the first of them for {key} = {given}"
        raise wrong(f"{where}, every", message)
    return key


def _check_list(table: ExpectTable, given: list[int], key: Key, where: str) -> None:
    if not given:
        raise wrong(f"{where}, {key}", "an empty list says nothing; write a number, or several")
    if table.every is not None:
        raise wrong(f"{where}, every", f"stands beside a list in {key}: leave one of them out")
    if table.value is None:
        return
    if not isinstance(table.value, list):
        raise wrong(f"{where}, value", f"must be a list, with {counted(len(given), 'value')} as "
                                       f"{key} has; found {found(table.value)}")  # fmt: skip
    if len(table.value) != len(given):
        raise wrong(f"{where}, value", f"has {counted(len(table.value), 'value')}, but {key} "
                                       f"lists {len(given)}")  # fmt: skip


def _given(table: ExpectTable) -> int | list[int]:
    given = table.iteration if table.after is None else table.after
    return 0 if given is None else given
