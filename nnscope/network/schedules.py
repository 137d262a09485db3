"""Learning-rate schedules: one entry each, the line that computes the rate of an iteration.

In the lines `t` is the number of steps that were made before, or the number of the epoch where the
scenario asks for that. To add a schedule, add its entry.
"""

from collections.abc import Mapping
from math import inf, isfinite
from typing import Any

import numpy as np
from msgspec import Struct

from nnscope.expression.parse import parse
from nnscope.expression.syntax import Expression, Name, substitute
from nnscope.program.optimizers import Hyperparameter
from nnscope.scenario.errors import Problem, ScenarioError, found, one_of, wrong
from nnscope.visible import quoted

Pair = tuple[str, Expression]
"""A line: its target and its expression."""

WHERE = "[training], schedule"
_EXAMPLE = 'such as { name = "exponential", decay = 0.99 }'
_PERIODS = ("iteration", "epoch")


class Schedule(Struct, frozen=True):
    """How the learning rate goes down from `initial_rate`."""

    line: str
    numbers: Mapping[str, Hyperparameter]
    reference: str


SCHEDULES: dict[str, Schedule] = {
    "step": Schedule(
        line="initial_rate * drop ** np.floor(t / every)",
        numbers={"drop": Hyperparameter(0.5, 0.0), "every": Hyperparameter(None, 1.0)},
        reference="Stanford CS231n, Neural Networks 3, annealing the learning rate",
    ),
    "inverse": Schedule(
        line="initial_rate / (1 + decay * t)",
        numbers={"decay": Hyperparameter(None, 0.0)},
        reference="Robbins and Monro 1951; Stanford CS231n, Neural Networks 3",
    ),
    "exponential": Schedule(
        line="initial_rate * decay ** t",
        numbers={"decay": Hyperparameter(None, 0.0)},
        reference="Stanford CS231n, Neural Networks 3, annealing the learning rate",
    ),
    "cosine": Schedule(
        line="final_rate + (initial_rate - final_rate) * (1 + np.cos(pi * t / period)) / 2",
        numbers={"period": Hyperparameter(None, 1.0), "final_rate": Hyperparameter(0.0)},
        reference="Loshchilov and Hutter 2017, SGDR, equation 5",
    ),
}


class Scheduled(Struct, frozen=True):
    """A schedule with its numbers; `by_epoch` says that it goes by epochs."""

    name: str
    schedule: Schedule
    numbers: Mapping[str, float]
    by_epoch: bool

    def lines(self) -> list[Pair]:
        """Write the lines that compute the rate, before it the epoch where it goes by epochs."""
        rate = parse(self.schedule.line)
        if not self.by_epoch:
            return [("learning_rate", rate)]
        by_epoch = substitute(rate, {"t": Name("epoch")})
        return [("epoch", parse("np.floor(t / batches)")), ("learning_rate", by_epoch)]


def read_schedule(table: Mapping[str, Any]) -> Scheduled:
    """Check the table of a schedule; raises `ScenarioError` for what is no schedule."""
    name, period = table.get("name"), table.get("per", "iteration")
    if not isinstance(name, str):
        raise wrong(WHERE, f"a table needs a name and numbers, {_EXAMPLE}")
    if name not in SCHEDULES:
        raise wrong(f"{WHERE}, name", one_of(name, SCHEDULES, "a schedule"))
    if period not in _PERIODS:
        raise wrong(f"{WHERE}, per", one_of(str(period), _PERIODS, "what a schedule counts"))
    schedule = SCHEDULES[name]
    given = {key: value for key, value in table.items() if key not in ("name", "per")}
    numbers = read_numbers(given, schedule.numbers, WHERE, ("name", "per"))
    if name == "cosine":
        numbers["pi"] = np.pi
    return Scheduled(name, schedule, numbers, period == "epoch")


def read_numbers(
    given: Mapping[str, Any],
    known: Mapping[str, Hyperparameter],
    where: str,
    own: tuple[str, ...] = (),
) -> dict[str, float]:
    """Check numbers by what is known of them, and complete them with their defaults.

    `own` are other keys of the table. Raises `ScenarioError` with everything that is wrong.
    """
    problems = [
        Problem(f"{where}, {quoted(key)}", one_of(key, (*own, *known), "a key of this table"))
        for key in given
        if key not in known
    ]
    problems += [
        Problem(where, f"the key `{key}` is missing")
        for key, number in known.items()
        if number.default is None and key not in given
    ]
    checked = ((key, value, known[key]) for key, value in given.items() if key in known)
    problems += [problem for each in checked for problem in _mistakes(*each, where)]
    if problems:
        raise ScenarioError(problems)
    return {key: float(given.get(key, number.default)) for key, number in known.items()}


def _mistakes(key: str, value: Any, number: Hyperparameter, where: str) -> list[Problem]:
    """Say what is wrong with one number."""
    place = f"{where}, {key}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return [Problem(place, f"expected a number, found {found(value)}")]
    if not isfinite(value):
        return [Problem(place, f"must be a finite number, found {found(value)}")]
    if number.least == -inf or number.least <= value < number.below:
        return []
    below = f" and below {number.below:g}" if number.below < inf else ""
    least = f"at least {number.least:g}{below}"
    return [Problem(place, f"must be {least}, found {found(value)}")]
