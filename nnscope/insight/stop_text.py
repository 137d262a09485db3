"""Stops as a user writes them, on one line: at the prompt, or in the source of a program.

`J < 0.1`, `J < 0.1 begins`, `line dW2`, `W1[0, 2] changes sign`, `J changes by 0.5`,
`health dead units`, `health dead units begins`, each with an optional `time 3` behind it, and a
condition also with `on dW2`, `on 7` or `on backward`: the line behind which it is tested, or the
last one of a phase.
"""

import math

from msgspec.structs import replace

from nnscope.digits import number, whole_number
from nnscope.engine.changes import Begins, By, Change, Sign
from nnscope.engine.find.stops import Stop, condition, line_stop
from nnscope.expression.errors import ExpressionError
from nnscope.expression.suggest import did_you_mean
from nnscope.insight.health.rules import RULES
from nnscope.limits import EXPRESSION_LENGTH
from nnscope.program.model import Phase, Program
from nnscope.visible import quoted

HINT = (
    "J < 0.1 (each time)   or   J < 0.1 begins   or   line dW2   or   W1[0, 2] changes sign   or   "
    "J changes by 0.5   (+ on dZ1, + time 3)   or   health dead units (each time)   or   "
    "health dead units begins"
)


def read_stop(program: Program, text: str) -> Stop:
    """Read what was typed at the prompt; raises `ExpressionError`, in words for who typed it."""
    if len(text) > EXPRESSION_LENGTH:
        raise ExpressionError(f"a stop may have {EXPRESSION_LENGTH} characters, this has "
                              f"{len(text):,}")  # fmt: skip
    what, place, hits = _without_tails(text.strip())
    word, _, rest = what.partition(" ")
    if word in ("line", "health") and place:
        raise ExpressionError(
            f"leave `on {quoted(place)}` out: only a condition can be tested elsewhere"
        )
    if word == "line":
        stop = line_stop(_line(program, rest.strip()), hits)
    elif word == "health":
        stop = _of_health(program, rest.strip(), hits)
    else:
        stop = _condition(program, what, _place(program, place) if place else "", hits)
    return replace(stop, text=text.strip())


def _without_tails(text: str) -> tuple[str, str, int]:
    """Take `on dZ1` and `time 3` off the end; give what is left, the place, and the count."""
    place, hits = "", 1
    while len(parts := text.rsplit(maxsplit=2)) == 3 and parts[1] in ("on", "time"):
        text, word, told = parts
        place, hits = (told, hits) if word == "on" else (place, _count(told))
    return text, place, hits


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
    form = next((each for each in program.forms if stop.line in each.line_of), program)
    return stop.text or f"line {form.spelled(stop.line)}{count}"


def _condition(program: Program, what: str, behind: str, hits: int) -> Stop:
    text, change = _without_change(what)
    return condition(program, text, change=change, behind=behind, hits=hits)


def _of_health(program: Program, what: str, hits: int) -> Stop:
    """Make a stop of a rule of health; it is asked at the end of each iteration."""
    rules = {rule.name: rule for rule in RULES}
    name, kind = _without_change(what)
    if kind is not None and not kind.of_truth:
        raise ExpressionError("a rule of health is no number: of the changes it has only `begins`")
    if not name:
        raise ExpressionError(f"write a rule after `health`: it may be {', '.join(rules)}")
    if name not in rules:
        near = did_you_mean(name, rules) or f": it may be {', '.join(rules)}"
        raise ExpressionError(f"`{quoted(name)}` is not a rule of health{near}")
    return Stop(change=kind, hits=hits, holds=rules[name].holds)


def _place(program: Program, word: str) -> str:
    """Find the line that is meant by its target, its number, or the phase that it ends."""
    phases = [phase.value for phase in Phase]
    if word not in phases:
        return _line(program, word, f", phases {', '.join(phases)}")
    ends = [line.target for line in program.lines if line.phase.value == word]
    if not ends:
        raise ExpressionError(f"this program has no {word} lines")
    return ends[-1]


def _line(program: Program, word: str, more: str = "") -> str:
    """Find the line that is meant, by the variable that it makes; any form may have it."""
    for form in program.others:
        made = {line.spelled: line.target for line in form.lines}
        if word in made and all(word != line.spelled for line in program.lines):
            return made[word]
    return program.lines[line_index(program, word, more)].target


def line_index(program: Program, word: str, more: str = "") -> int:
    """Find the line that is meant by its target or its number from 1; of several the last.

    Raises `ExpressionError`, with `more` of what could be written, where there is none.
    """
    if not word:
        example = program.lines[program.line_of.get(program.cost, 0)].spelled
        raise ExpressionError(f"write after `line` what it computes, such as `line {example}`")
    made = {line.spelled: index for index, line in enumerate(program.lines)}
    if word in made:
        return made[word]
    place = whole_number(word)
    if place and place <= len(program.lines):
        return place - 1
    near = did_you_mean(word, made)
    raise ExpressionError(
        f"no line computes `{quoted(word)}`{near or f'; lines are 1 to {len(program.lines)}{more}'}"
    )


def _count(word: str) -> int:
    count = whole_number(word)
    if not count:
        raise ExpressionError(f"`time` needs a whole number from 1 up, found `{quoted(word)}`")
    return count


def _without_change(text: str) -> tuple[str, Change | None]:
    """Take off the end what is to happen to a value."""
    words = ["", "", "", *text.rsplit(maxsplit=3)]
    if words[-1] == "begins" and words[-2]:
        return text.rsplit(maxsplit=1)[0], Begins()
    if words[-2:] == ["changes", "sign"] and words[-3]:
        return text.rsplit(maxsplit=2)[0], Sign()
    if words[-3:-1] == ["changes", "by"] and words[-4]:
        return words[-4], By(_least(words[-1]))
    return text, None


def _least(word: str) -> float:
    try:
        least = number(word)
    except ValueError:
        least = math.nan
    if not 0 <= least < math.inf:
        raise ExpressionError(f"`changes by` needs a number from 0 up, found `{quoted(word)}`")
    return least
