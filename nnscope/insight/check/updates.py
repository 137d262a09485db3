"""The update check: W_new - W against the optimizer's rule.

A gradient check says nothing of what is done with the gradient: a wrong sign or a learning rate
that is applied twice passes it. Where a front end declares the rule, the update is compared with
it; where none is declared, the check says which rule the values follow, if it can tell.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.source import source
from nnscope.insight.check.constant_factor import meanings_of
from nnscope.insight.check.iteration import Iteration
from nnscope.insight.check.update_moves import afterwards, move_of, slope_moves
from nnscope.insight.check.update_rules import Fit, fitting_rules
from nnscope.insight.check.verdicts import Array, Verdict
from nnscope.insight.numbers import short
from nnscope.program.notes import UpdateRule
from nnscope.program.rates import learning_rate

_ROUNDING = 4 * np.finfo(float).eps
_TELLING = 1e3
_CONSTANT = 1e-6


class UpdateCheck(Struct, frozen=True, eq=False):
    """The step of one parameter beside the step of the optimizer's rule.

    `step` and `expected` are shaped as the parameter. `ratio` is the constant between them, None
    where there is none or the steps are lost in rounding; `meanings` are what it may be. `instead`
    is the rule that a step follows that is not the declared one. `worst` is the cell that is
    farthest off. `name` is the id of the parameter, `spelled` what the reader calls it.
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
    instead: str = ""
    spelled: str = ""

    def __repr__(self) -> str:
        return f"<UpdateCheck {self.spelled}: {self.verdict.value}, {self.text}>"

    @property
    def cells(self) -> tuple[object, ...]:
        """The row of a table: the parameter, the verdict, and the finding in words."""
        return self.spelled, self.verdict.value, self.text

    @property
    def mark(self) -> str:
        """The verdict as a sign."""
        return {Verdict.RIGHT: "✓", Verdict.WRONG: "✗"}.get(self.verdict, "~")

    @property
    def text(self) -> str:
        """The finding in words."""
        if not self.rule:
            return f"moves as {self.instead} says"
        if self.verdict is Verdict.RIGHT:
            return f"moves as {self.rule} says"
        if self.instead:
            return f"moves as {self.instead} says, not as {self.rule}"
        if self.ratio is None:
            return f"does not move as {self.rule} says"
        is_said = self.meanings in ((), (short(self.ratio),))
        named = "" if is_said else f": {' or '.join(self.meanings)}"
        return f"moves {short(self.ratio)} times as far as {self.rule} says{named}"


def check_updates(iteration: Iteration) -> Iterator[UpdateCheck]:
    """Compare the update of each parameter with its rule; nothing where the program has none.

    Where no rule is declared, parameters are left out whose rule can't be told. Raises
    `ExpressionError` for an update that can't be computed.
    """
    declared, after = iteration.program.notes.updates, afterwards(iteration)
    for line in iteration.gradients:
        if line.gradient_of in declared:
            yield _declared(iteration, line.gradient_of, line.target, after)
    if not declared:
        yield from _undeclared(iteration, after)


def _declared(
    iteration: Iteration, name: str, gradient: str, after: Mapping[str, Value]
) -> UpdateCheck:
    """Compare an update with the rule that it is declared to follow."""
    rule = iteration.program.notes.updates[name]
    found = after[iteration.program.carried.get(name, name)]
    with np.errstate(all="ignore"):
        check = _compared(iteration, name, gradient, found, _wanted(iteration, name, rule))
        if check.verdict is Verdict.RIGHT:
            return check
        fits = fitting_rules(
            move_of(iteration, after, name, np.asarray(iteration.values[gradient]))
        )
    return _explained(check, fits, rule)


def _wanted(iteration: Iteration, name: str, rule: UpdateRule) -> Value:
    """Run the lines of a rule, with the true number of the step."""
    values = dict(iteration.values)
    if "t" in iteration.program.carried:
        values["t"] = np.float64(np.asarray(iteration.program.start["t"]) + iteration.iteration)
    for target, expression in rule.lines:
        values[target] = evaluate(expression, values)
    return values[name]


def _compared(
    iteration: Iteration, name: str, gradient: str, found: Value, wanted: Value
) -> UpdateCheck:
    before = np.asarray(iteration.values[name], dtype=np.float64)
    step, expected = np.asarray(found) - before, np.asarray(wanted) - before
    rounding = _ROUNDING * (np.abs(before) + np.abs(expected))
    off = np.abs(step - expected)
    same = (np.asarray(found) == np.asarray(wanted)) | (np.isnan(found) & np.isnan(wanted))
    right = bool(np.all((off <= rounding) | same))
    ratio = 1.0 if right else _ratio(step, expected, rounding)
    told = tuple(_meanings(iteration, ratio)) if ratio is not None and not right else ()
    worst = np.unravel_index(int(np.argmax(np.nan_to_num(off, nan=np.inf))), before.shape)
    return UpdateCheck(
        name,
        gradient,
        _title(iteration.program.notes.updates[name]),
        step,
        expected,
        Verdict.RIGHT if right else Verdict.WRONG,
        ratio,
        told,
        tuple(int(at) for at in worst),
        spelled=iteration.program.spelled(name),
    )


def _title(rule: UpdateRule) -> str:
    """Name a rule: a single line says more than its name."""
    return source(rule.lines[0][1]) if len(rule.lines) == 1 else rule.title


def _explained(check: UpdateCheck, fits: list[Fit], rule: UpdateRule) -> UpdateCheck:
    """Say which rule an update follows that is not the declared one."""
    titles = [*dict.fromkeys(fit.title for fit in fits)]
    if rule.title in titles:  # in other words, and so with other roundings
        return replace(check, verdict=Verdict.RIGHT, ratio=1.0, meanings=())
    return replace(check, instead=" or ".join(titles)) if len(titles) in (1, 2) else check


def _undeclared(iteration: Iteration, after: Mapping[str, Value]) -> Iterator[UpdateCheck]:
    """Say which rules the updates follow where that can be told."""
    for name, gradient, move in slope_moves(iteration, after):
        spelled = iteration.program.spelled(name)
        with np.errstate(all="ignore"):
            fits = fitting_rules(move, uphill=True)
        titles = (
            {fit.title for fit in fits}
            if fits and fits[0].is_slip
            else {fit.optimizer.title if len(fits) > 1 else fit.title for fit in fits}
        )
        if len(titles) == 1:
            shape = np.shape(iteration.values[name])
            step = (move.after - move.before).reshape(shape)
            verdict = Verdict.DOUBTFUL if fits[0].is_slip else Verdict.RIGHT
            yield UpdateCheck(
                name,
                gradient,
                "",
                step,
                step,
                verdict,
                1.0,
                (),
                (0,) * len(shape),
                titles.pop(),
                spelled,
            )


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


def _meanings(iteration: Iteration, ratio: float) -> Iterator[str]:
    if ratio == 0:
        yield "it is never updated"
        return
    words = {
        "-1": "the wrong sign, it climbs instead of descending",
        "2": "the update is done twice, or the factor 2 of a square is in it twice",
    }
    rate = learning_rate(iteration.program)
    for meaning in meanings_of(iteration.program, ratio):
        if rate and meaning.startswith(rate):
            yield f"{meaning}: the learning rate is applied twice"
        elif rate and meaning.startswith(f"1/{rate}"):
            yield f"{meaning}: the learning rate is not applied"
        else:
            yield words.get(meaning, meaning)
