"""Which rule of optimization an update follows, told from its values alone.

Every entry of the table of optimizers is tried on a parameter before and after, its gradient and
what the program carries of the same shape; and every entry with one of the slips that are made with
it: a correction left out, a wrong number of the step, a step uphill.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.parse import parse
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name, names
from nnscope.insight.check.miswritten import MISWRITTEN
from nnscope.insight.check.verdicts import Array
from nnscope.insight.numbers import short
from nnscope.program.optimizers import DECAY, OPTIMIZERS, Optimizer

_SHAKE = 2.0**-48  # of arrays; how far rounding may take an update from another way to write it
_SLIGHT = 2.0**-51  # of single numbers: 1 - beta makes a thousand times as much of it
_ROUNDING = 2.0**-49

Carried = tuple[str, Array, Array]
"""What is carried, of the parameter's shape: its name, and its value before and after."""


class Move(Struct, frozen=True, eq=False):
    """One update: a parameter before and after, all arrays of one shape.

    `numbers` are the single numbers that the update may have read, by name; `step` is the number
    of the step from 1, `counters` are what a program may have taken for it.
    """

    before: Array
    after: Array
    gradient: Array
    carried: tuple[Carried, ...]
    numbers: Mapping[str, float]
    step: float
    counters: tuple[float, ...]

    def of_cells(self, cells: Array) -> "Move":
        """Give the same for some cells alone, by their flat places."""
        cut = [np.ravel(each)[cells] for each in (self.before, self.after, self.gradient)]
        carried = tuple(
            (name, np.ravel(old)[cells], np.ravel(new)[cells]) for name, old, new in self.carried
        )
        return replace(self, before=cut[0], after=cut[1], gradient=cut[2], carried=carried)


class Fit(Struct, frozen=True, eq=False):
    """A rule that gives the values of an update; `is_slip` says that it is one with a slip."""

    title: str
    optimizer: Optimizer
    is_slip: bool


class _Candidate(Struct, frozen=True, eq=False):
    optimizer: Optimizer
    lines: tuple[tuple[str, Expression], ...]
    slip: str = ""  # `{v}` stands for what is carried as v


def fitting_rules(move: Move, uphill: bool = False) -> list[Fit]:
    """List the rules that an update follows, of those only the ones that explain the most.

    That is the most of what is carried; among equals a right rule goes before one with a slip.
    With `uphill` steps against the descent count as slips, and where nothing else fits also a line
    that is written wrongly. Nothing is listed where the parameter
    does not move.
    """
    if not np.any(move.after != move.before):
        return []
    right = [each.optimizer for each in _right(move) if _fits(each, move) is not None]
    fits = [Fit(each.full_title, each, False) for each in right]
    most = max((len(each.state) for each in right), default=-1)
    if most < len(move.carried):  # a slip may explain more of what is carried
        fits += [fit for fit in _slips(move, uphill) if len(fit.optimizer.state) > most]
    if not fits and uphill:
        fits = [_slipped(each, each.slip) for each in _miswritten(move)
                if _fits(each, move) is not None]  # fmt: skip
    most = max((len(fit.optimizer.state) for fit in fits), default=0)
    return [fit for fit in fits if len(fit.optimizer.state) == most]


def _slips(move: Move, uphill: bool) -> Iterator[Fit]:
    for candidate in _uncorrected(move):
        found = _fits(candidate, move)
        if found is not None:
            yield _slipped(candidate, candidate.slip.format(**found))
    for counter in dict.fromkeys((*move.counters, move.step - 1, move.step + 1)):
        moved = replace(move, step=counter)
        for candidate in _right(move) if counter != move.step else ():
            if _reads_t(candidate.optimizer) and _fits(candidate, moved) is not None:
                told = f"with t = {short(counter)} in place of {short(move.step)}"
                yield _slipped(candidate, told)
    climbing = replace(move, gradient=-move.gradient)
    for candidate in _right(move) if uphill else ():
        if _fits(candidate, climbing) is not None:
            yield _slipped(candidate, "with the wrong sign, uphill")


def _miswritten(move: Move) -> Iterator[_Candidate]:
    """List the entries with a state, each with one line written wrongly.

    Only those are tried that explain all that is carried.
    """
    for each in _right(move):
        if len(each.optimizer.state) != len(move.carried) or not move.carried:
            continue
        for place, (target, expression) in enumerate(each.lines):
            for entry in MISWRITTEN:
                for wrong in entry.forms(expression):
                    lines = list(each.lines)
                    lines[place] = target, wrong
                    told = f"with `{target} = {source(wrong)}`, {entry.words},"
                    yield replace(each, lines=tuple(lines), slip=told)


def _slipped(candidate: _Candidate, slip: str) -> Fit:
    return Fit(f"{candidate.optimizer.title} {slip}", candidate.optimizer, True)


def _right(move: Move) -> tuple[_Candidate, ...]:
    return _candidates("weight_decay" in move.numbers)


@lru_cache(maxsize=2)
def _candidates(decays: bool) -> tuple[_Candidate, ...]:
    """List every entry of the table as it stands, and with weight decay before it."""
    plain = tuple(_Candidate(each, tuple(map(_line, each.lines))) for each in OPTIMIZERS)
    decay = _line(DECAY)
    return (*plain, *(replace(each, lines=(decay, *each.lines)) for each in plain if decays))


def _uncorrected(move: Move) -> Iterator[_Candidate]:
    """List the entries with a correction left out, or all of them."""
    for each in _right(move):
        corrected = {
            target: letter
            for target, expression in each.lines
            if "t" in names(expression) and target not in (*each.optimizer.state, "P")
            for letter in names(expression)
            if letter in each.optimizer.state
        }
        for left_out in [*({target} for target in corrected), {*corrected}]:
            lines = tuple(
                (target, Name(corrected[target]) if target in left_out else expression)
                for target, expression in each.lines
            )
            whose = " and ".join(
                f"{{{corrected[target]}}}" for target in corrected if target in left_out
            )
            if left_out:
                yield replace(each, lines=lines, slip=f"without the correction of {whose}")


@lru_cache(maxsize=256)
def _line(text: str) -> tuple[str, Expression]:
    target, _, expression = text.partition(" = ")
    return target, parse(expression)


def _reads_t(optimizer: Optimizer) -> bool:
    return any("t" in names(_line(text)[1]) for text in optimizer.lines)


def _fits(candidate: _Candidate, move: Move) -> dict[str, str] | None:
    """Find what a rule's letters stand for where it gives the values; None where it does not.

    It is searched for with some of the cells, and has to hold for all.
    """
    cells = np.unique(np.linspace(0, move.before.size - 1, 64).astype(int))
    for found in _Search(candidate, move.of_cells(cells)).solutions():
        if move.before.size == len(cells):
            return found.carried
        numbers = {**move.numbers, **found.numbers}
        carried = tuple(each for each in move.carried if each[0] in found.carried.values())
        whole = _Search(candidate, replace(move, numbers=numbers, carried=carried))
        if next(whole.solutions(), None):
            return found.carried
    return None


class _Bound(Struct, frozen=True, eq=False):
    """What letters stand for: carried values by name, numbers, and the values of both."""

    carried: Mapping[str, str]
    numbers: Mapping[str, float]
    values: Mapping[str, Value]
    after: Mapping[str, Array]


class _Search:
    """Puts values of a program for the letters of a rule, line by line."""

    def __init__(self, candidate: _Candidate, move: Move) -> None:
        self._candidate, self._move = candidate, move
        self._state = candidate.optimizer.state
        self._last = max(at for at, line in enumerate(candidate.lines) if line[0] == "P")
        random = np.random.default_rng(0)
        self._signs = [random.choice([-1.0, 1.0], move.before.shape) for _ in range(8)]

    def solutions(self) -> Iterator["_Solution"]:
        """Yield each way in which the rule gives the values."""
        move = self._move
        values: dict[str, Value] = {"P": move.before, "dP": move.gradient}
        values["t"] = np.float64(move.step)
        yield from self._from(0, _Bound({}, {}, values, {}))

    def _from(self, at: int, bound: _Bound) -> Iterator["_Solution"]:
        if at == len(self._candidate.lines):
            yield _Solution(dict(bound.carried), dict(bound.numbers))
            return
        target, expression = self._candidate.lines[at]
        letters = [name for name in names(expression) if name not in bound.values]
        for chosen in self._chosen(letters, bound):
            value, room = self._value(expression, chosen.values)
            wanted = self._wanted(at, target, chosen)
            if wanted is None:
                yield from self._from(at + 1, _with(chosen, target, value))
            elif np.all((np.abs(value - wanted) <= room) | (value == wanted)):
                yield from self._from(at + 1, _with(chosen, target, wanted))

    def _wanted(self, at: int, target: str, bound: _Bound) -> Array | None:
        """Give what the program has for the target of a line; None where that is not known."""
        if target == "P":
            return self._move.after if at == self._last else None
        return bound.after.get(target)

    def _chosen(self, letters: Sequence[str], bound: _Bound) -> Iterator[_Bound]:
        """Yield every choice of values for letters that have none yet."""
        choices = [self._choices(letter, bound) for letter in letters]
        for chosen in product(*choices):
            pairs = dict(zip(letters, chosen, strict=True))
            carried = {key: each for key, each in pairs.items() if isinstance(each, tuple)}
            numbers = {key: each for key, each in pairs.items() if not isinstance(each, tuple)}
            yield _Bound(
                {**bound.carried, **{key: each[0] for key, each in carried.items()}},
                {**bound.numbers, **numbers},
                {
                    **bound.values,
                    **{key: each[1] for key, each in carried.items()},
                    **{key: np.float64(each) for key, each in numbers.items()},
                },
                {**bound.after, **{key: each[2] for key, each in carried.items()}},
            )

    def _choices(self, letter: str, bound: _Bound) -> Sequence[Carried | float]:
        if letter in self._state:
            taken = bound.carried.values()
            return [each for each in self._move.carried if each[0] not in taken]
        known = self._move.numbers
        return [known[letter]] if letter in known else [*dict.fromkeys(known.values())]

    def _value(self, expression: Expression, values: Mapping[str, Value]) -> tuple[Array, Array]:
        """Compute an expression, and how far rounding may take it."""
        value = np.asarray(evaluate(expression, values), dtype=np.float64)
        room = _ROUNDING * np.abs(value)
        for first in (0, 4):
            shaken: dict[str, Value] = {}
            for place, (name, each) in enumerate(values.items()):
                size = _SHAKE if np.ndim(each) else _SLIGHT
                signs = self._signs[(first + place) % 8]
                shaken[name] = np.asarray(each) * (
                    1 + size * (signs if np.ndim(each) else signs.flat[0])
                )
            shaken["t"] = values["t"]
            room = np.maximum(room, np.abs(np.asarray(evaluate(expression, shaken)) - value))
        return value, room


class _Solution(Struct, frozen=True, eq=False):
    carried: dict[str, str]
    numbers: dict[str, float]


def _with(bound: _Bound, target: str, value: Array) -> _Bound:
    return replace(bound, values={**bound.values, target: value})
