"""The update check: W_new - W against the optimizer's rule.

A gradient check says nothing of what is done with the gradient: a wrong sign or a learning rate
that is applied twice passes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.parse import parse
from nnscope.expression.source import source
from nnscope.expression.syntax import Name, substitute
from nnscope.insight.check.iteration import Iteration
from nnscope.insight.check.verdicts import Array, Verdict
from nnscope.insight.numbers import short
from nnscope.insight.ratio import meanings_of
from nnscope.program.model import Phase
from nnscope.program.rates import learning_rate

_ROUNDING = 4 * np.finfo(float).eps
_TELLING = 1e3
_CONSTANT = 1e-6
_DESCENT = parse("P - rate * dP")


@dataclass(frozen=True, eq=False, slots=True)
class UpdateCheck:
    """The step of one parameter beside the step of the optimizer's rule.

    `step` and `expected` are shaped as the parameter. `ratio` is the constant between them, None
    where there is none or the steps are lost in rounding; `meanings` are what it may be. `worst` is
    the cell that is farthest off.
    """

    name: str
    gradient: str
    rule: str
    step: Array
    expected: Array
    verdict: Verdict
    ratio: float | None
    meanings: tuple[str, ...]
    worst: tuple[int, ...]

    @property
    def text(self) -> str:
        """The finding in words."""
        if self.verdict is Verdict.RIGHT:
            return f"moves as {self.rule} says"
        if self.ratio is None:
            return f"does not move as {self.rule} says"
        named = f": {' or '.join(self.meanings)}" if self.meanings else ""
        return f"moves {short(self.ratio)} times as far as {self.rule} says{named}"


def check_updates(ground: Iteration) -> Iterator[UpdateCheck]:
    """Compare each parameter that has a gradient; nothing where the program does not train.

    Raises `ExpressionError` for an update that can't be computed.
    """
    program, rate = ground.program, learning_rate(ground.program)
    if not rate:
        return
    after = dict(ground.values)
    for line in program.lines:
        if line.phase is Phase.UPDATE:
            after[line.target] = evaluate(line.expression, after)
    for line in ground.gradients:
        name = line.gradient_of
        if name in program.parameters:
            parts = {"P": Name(name), "rate": Name(rate), "dP": Name(line.target)}
            rule = substitute(_DESCENT, parts)
            wanted = evaluate(rule, ground.values)
            found = after[program.carried.get(name, name)]
            yield _compared(ground, name, line.target, source(rule), found, wanted)


def _compared(
    ground: Iteration, name: str, gradient: str, rule: str, found: Value, wanted: Value
) -> UpdateCheck:
    with np.errstate(all="ignore"):
        return _quietly_compared(ground, name, gradient, rule, found, wanted)


def _quietly_compared(
    ground: Iteration, name: str, gradient: str, rule: str, found: Value, wanted: Value
) -> UpdateCheck:
    before = np.asarray(ground.values[name], dtype=np.float64)
    step, expected = np.asarray(found) - before, np.asarray(wanted) - before
    rounding = _ROUNDING * (np.abs(before) + np.abs(expected))
    off = np.abs(step - expected)
    same = (np.asarray(found) == np.asarray(wanted)) | (np.isnan(found) & np.isnan(wanted))
    right = bool(np.all((off <= rounding) | same))
    ratio = 1.0 if right else _ratio(step, expected, rounding)
    told = tuple(_meanings(ground, ratio)) if ratio is not None and not right else ()
    worst = np.unravel_index(int(np.argmax(np.nan_to_num(off, nan=np.inf))), before.shape)
    return UpdateCheck(
        name, gradient, rule, step, expected, Verdict.RIGHT if right else Verdict.WRONG,
        ratio, told, tuple(int(at) for at in worst),
    )  # fmt: skip


def _ratio(step: Array, expected: Array, rounding: Array) -> float | None:
    """Find the constant between two steps, from the cells that are far above rounding."""
    telling = np.abs(expected) > _TELLING * rounding
    if not telling.any():
        return None
    ratios = (step[telling] / expected[telling]).reshape(-1)
    value = float(ratios[np.argmax(np.abs(expected[telling]))])
    room = _CONSTANT * max(abs(value), 1e-9) + rounding[telling] / np.abs(expected[telling])
    if not np.all(np.abs(ratios - value) <= 2 * room.reshape(-1)):
        return None
    return _rounded(value, float(np.min(room)))


def _rounded(value: float, room: float) -> float:
    """Take a whole number where rounding alone keeps the ratio from it."""
    return round(value) + 0.0 if abs(value - round(value)) <= 2 * room else value


def _meanings(ground: Iteration, ratio: float) -> Iterator[str]:
    if ratio == 0:
        yield "it is never updated"
        return
    words = {
        "-1": "the wrong sign, it climbs instead of descending",
        "2": "the update is done twice, or the factor 2 of a square is in it twice",
    }
    rate = learning_rate(ground.program)
    for meaning in meanings_of(ground.program, ratio):
        if meaning.startswith(rate):
            yield f"{meaning}: the learning rate is applied twice"
        elif meaning.startswith(f"1/{rate}"):
            yield f"{meaning}: the learning rate is not applied"
        else:
            yield words.get(meaning, meaning)
