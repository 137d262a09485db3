"""Stops as a user writes them, on one line: at the prompt, or in the source of a program.

`J < 0.1`, `J < 0.1 begins`, `line dW2`, `W1[0, 2] changes sign`, `J changes by 0.5`,
`health dead units`, `health dead units begins`, each with an optional `time 3` behind it, and a
condition also with `on dW2`, `on 7` or `on backward`: the line behind which it is tested, or the
last one of a phase.
"""

import math
import re
from dataclasses import replace

from nnscope.engine.changes import Begins, By, Change, Sign
from nnscope.engine.find.stops import Stop, condition, line_stop
from nnscope.expression.errors import ExpressionError
from nnscope.expression.suggest import did_you_mean
from nnscope.insight.health.rules import RULES
from nnscope.program.model import Phase, Program

HINT = (
    "J < 0.1 (each time)   or   J < 0.1 begins   or   line dW2   or   W1[0, 2] changes sign   or   "
    "J changes by 0.5   (+ on dZ1, + time 3)   or   health dead units (each time)   or   "
    "health dead units begins"
)
_TAIL = r"\s+(?:on\s+(?P<place>\S+)|time\s+(?P<count>\S+))\s*$"
_CHANGES = r"(?P<what>.*)\s(?:(?P<word>begins|changes\s+sign)|changes\s+by\s+(?P<by>\S+))"


def read_stop(program: Program, text: str) -> Stop:
    """Read what was typed at the prompt; raises `ExpressionError`, in words for who typed it."""
    hits, place, what = 1, "", text.strip()
    while tail := re.search(_TAIL, what):
        what = what[: tail.start()]
        place, hits = tail["place"] or place, _count(tail["count"]) if tail["count"] else hits
    word, _, rest = what.partition(" ")
    if word in ("line", "health") and place:
        raise ExpressionError(f"leave `on {place}` out: only a condition can be tested elsewhere")
    if word == "line":
        stop = line_stop(_line(program, rest.strip()), hits)
    elif word == "health":
        stop = _of_health(program, rest.strip(), hits)
    else:
        stop = _condition(program, what, _place(program, place) if place else None, hits)
    return replace(stop, text=text.strip())


def stops_of(program: Program) -> tuple[Stop, ...]:
    """Read the stops that the program's source asks for.

    Raises `ExpressionError` that begins with the place of the one that can't be.
    """
    found = []
    for note in program.notes.stops:
        try:
            found.append(read_stop(program, note.text))
        except ExpressionError as error:
            raise ExpressionError(f"{note.where}: {error}") from None
    return tuple(found)


def written(program: Program, stop: Stop) -> str:
    """Write a stop as it could be typed."""
    count = f" time {stop.hits}" if stop.hits > 1 else ""
    return stop.text or f"line {program.lines[stop.index].spelled}{count}"


def _condition(program: Program, what: str, behind: int | None, hits: int) -> Stop:
    change = re.fullmatch(_CHANGES, what)
    text = change["what"] if change else what
    kind = _change(change) if change else None
    return condition(program, text, change=kind, behind=behind, hits=hits)


def _of_health(program: Program, what: str, hits: int) -> Stop:
    """Make a stop of a rule of health; it is asked at the end of each iteration."""
    rules = {rule.name: rule for rule in RULES}
    changed = re.fullmatch(_CHANGES, what)
    name = changed["what"].rstrip() if changed else what
    kind = _change(changed) if changed else None
    if kind is not None and not kind.of_truth:
        raise ExpressionError("a rule of health is no number: of the changes it has only `begins`")
    if not name:
        raise ExpressionError(f"write a rule after `health`: it may be {', '.join(rules)}")
    if name not in rules:
        near = did_you_mean(name, rules) or f": it may be {', '.join(rules)}"
        raise ExpressionError(f"`{name}` is not a rule of health{near}")
    return Stop(len(program.lines) - 1, change=kind, hits=hits, holds=rules[name].holds)


def _place(program: Program, word: str) -> int:
    """Find the line that is meant by its target, its number, or the phase that it ends."""
    phases = [phase.value for phase in Phase]
    if word not in phases:
        return _line(program, word, f", phases {', '.join(phases)}")
    ends = [at for at, line in enumerate(program.lines) if line.phase.value == word]
    if not ends:
        raise ExpressionError(f"this program has no {word} lines")
    return ends[-1]


def _line(program: Program, word: str, more: str = "") -> int:
    if not word:
        example = program.lines[program.line_of.get(program.cost, 0)].spelled
        raise ExpressionError(f"write after `line` what it computes, such as `line {example}`")
    made = {line.spelled: index for index, line in enumerate(program.lines)}
    if word in made:
        return made[word]
    if word.isdecimal() and 1 <= int(word) <= len(program.lines):
        return int(word) - 1
    near = did_you_mean(word, made)
    raise ExpressionError(
        f"no line computes `{word}`{near or f'; lines are 1 to {len(program.lines)}{more}'}"
    )


def _count(word: str) -> int:
    if not word.isdecimal() or not int(word):
        raise ExpressionError(f"`time` needs a whole number from 1 up, found `{word}`")
    return int(word)


def _change(found: re.Match[str]) -> Change:
    if found["word"]:
        return Begins() if found["word"] == "begins" else Sign()
    try:
        least = float(found["by"])
    except ValueError:
        least = math.nan
    if not 0 <= least < math.inf:
        raise ExpressionError(f"`changes by` needs a number from 0 up, found `{found['by']}`")
    return By(least)
