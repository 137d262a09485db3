"""Stops as a user writes them: on one line at the prompt, and as `[[stop]]` in a scenario.

At the prompt: `J < 0.1`, `J < 0.1 begins`, `line dW2`, `W1[0, 2] changes sign`, `J changes by 0.5`,
each with an optional `on backward` and `time 3` behind it.
"""

import re
from dataclasses import replace

from nnscope.engine.stops import Stop, condition, line_stop
from nnscope.expression.errors import ExpressionError
from nnscope.expression.suggest import did_you_mean
from nnscope.program.model import Phase, Program
from nnscope.scenario.errors import ScenarioError, wrong
from nnscope.scenario.schema import StopTable

HINT = (
    "J < 0.1 (each time)   or   J < 0.1 begins   or   line dW2   or   W1[0, 2] changes sign   or   "
    "J changes by 0.5   (+ time 3)   or   health dead units"
)
_TAIL = re.compile(r"\s+(?:(on)\s+(\w+)|(time)\s+(\S+))\s*$")


def read_stop(program: Program, text: str) -> Stop:
    """Read what was typed at the prompt; raises `ExpressionError`, in words for who typed it."""
    return replace(_read(program, text), text=text.strip())


def _read(program: Program, text: str) -> Stop:
    hits, phase = 1, None
    while tail := _TAIL.search(text):
        text = text[: tail.start()]
        if tail[1]:
            phase = _phase(tail[2])
        else:
            hits = _count(tail[4])
    if line := re.fullmatch(r"\s*line\s+(\w+)\s*", text):
        return line_stop(_line(program, line[1]), hits)
    if change := re.fullmatch(r"(.*)\schanges\s+sign\s*", text):
        return condition(program, change[1], change="sign", phase=phase, hits=hits)
    if change := re.fullmatch(r"(.*)\sbegins\s*", text):
        return condition(program, change[1], change="begins", phase=phase, hits=hits)
    if change := re.fullmatch(r"(.*)\schanges\s+by\s+(\S+)\s*", text):
        return condition(program, change[1], change=_number(change[2]), phase=phase, hits=hits)
    return condition(program, text, phase=phase, hits=hits)


def stops_of(program: Program) -> tuple[Stop, ...]:
    """Read the `[[stop]]` tables of a scenario; raises `ScenarioError` pointing at the table."""
    return tuple(
        _from_table(program, table, f"[[stop]] {number}")
        for number, table in enumerate(program.scenario.stops, 1)
    )


def _from_table(program: Program, table: StopTable, where: str) -> Stop:
    if bool(table.line) == bool(table.condition):
        raise wrong(where, "needs either a line or a condition")
    try:
        if table.line:
            return line_stop(_line(program, table.line), table.hits)
        phase = _phase(table.phase) if table.phase else None
        stop = condition(
            program, table.condition, change=table.changes, phase=phase, hits=table.hits
        )
        return replace(stop, text=_typed(table))
    except ExpressionError as error:
        raise ScenarioError(wrong(where, str(error)).problems, program.scenario.path) from None


def _typed(table: StopTable) -> str:
    """Write a table as it would be typed."""
    change = table.changes
    words = {None: "", "sign": " changes sign", "begins": " begins"}
    how = words.get(change, f" changes by {change}")  # type: ignore[arg-type]
    phase = f" on {table.phase}" if table.phase else ""
    return table.condition + how + phase + (f" time {table.hits}" if table.hits > 1 else "")


def _line(program: Program, word: str) -> int:
    if word in program.line_of:
        return program.line_of[word]
    if word.isdecimal() and 1 <= int(word) <= len(program.lines):
        return int(word) - 1
    near = did_you_mean(word, program.line_of)
    raise ExpressionError(
        f"no line computes `{word}`{near or f'; lines are 1 to {len(program.lines)}'}"
    )


def _phase(word: str) -> Phase:
    phases = {phase.value: phase for phase in Phase}
    if word not in phases:
        raise ExpressionError(f"`{word}` is not a phase: it may be {', '.join(phases)}")
    return phases[word]


def _count(word: str) -> int:
    if not word.isdecimal() or not int(word):
        raise ExpressionError(f"`time` wants a whole number from 1 up, found `{word}`")
    return int(word)


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ExpressionError(f"`changes by` wants a number, found `{word}`") from None
