"""The `[[stop]]` tables of a scenario, written as they could be typed."""

from collections.abc import Sequence

from nnscope.program.notes import StopNote
from nnscope.scenario.errors import wrong
from nnscope.scenario.schema import StopTable


def stop_notes(tables: Sequence[StopTable]) -> tuple[StopNote, ...]:
    """Write every table as a line; raises `ScenarioError` for keys that do not go together."""
    return tuple(_note(table, f"[[stop]] {number}") for number, table in enumerate(tables, 1))


def _note(table: StopTable, where: str) -> StopNote:
    mistake = _mistake(table)
    if mistake:
        raise wrong(where, mistake)
    return StopNote(_typed(table), where)


def _mistake(table: StopTable) -> str:
    """Say which keys of a table do not go together, or nothing."""
    if not (table.line or table.condition or table.health):
        return "needs a line, a condition or health"
    if table.health and (table.line or table.condition):
        return "health stands alone: leave line and condition out"
    if table.line and table.phase:
        return "line and phase both say where it is tested: leave one out"
    if table.health and table.changes not in (None, "begins"):
        return 'of the changes, only "begins" goes with health'
    if table.line and not table.condition and table.changes is not None:
        return "changes goes with a condition, or with health"
    if table.phase and not table.condition:
        return "phase goes with a condition"
    return ""


def _typed(table: StopTable) -> str:
    """Write a table as it would be typed."""
    count = f" time {table.hits}" if table.hits > 1 else ""
    if not table.condition and not table.health:
        return f"line {table.line}{count}"
    words = {None: "", "sign": " changes sign", "begins": " begins"}
    how = words.get(table.changes, f" changes by {table.changes}")  # type: ignore[arg-type]
    if table.health:
        return f"health {table.health}{how}{count}"
    place = table.line or table.phase
    return f"{table.condition}{how}{f' on {place}' if place else ''}{count}"
