"""The gradient check: what the backward lines say, against the slope of the program's own cost.

`iteration_of(frame)` or `iteration_at(program, iteration)` gives the numbers; then there are
`check_cell`, `check_gradient` and `check_all`. Reverse mode over the forward lines gives the slope
by every cell at once, and is itself certified along a random direction by another way
(`perturbation.certified`). The centred difference is told with it, because students write it.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from nnscope.engine.keep.history import Interrupted, KeepGoing, always
from nnscope.expression.errors import ExpressionError, UnknownNameError
from nnscope.expression.suggest import did_you_mean
from nnscope.insight.check.comparison import CellCheck, GradientCheck, Truths
from nnscope.insight.check.constant_factor import factors_of, find_ratio
from nnscope.insight.check.iteration import Iteration
from nnscope.insight.check.late_division import Postponed, postponed
from nnscope.insight.check.perturbation import (
    CENTRED_STEP,
    Direction,
    difference_along,
    one_cell,
    random_direction,
)
from nnscope.insight.check.rounding import is_rounding
from nnscope.insight.check.verdicts import (
    CUSTOMARY,
    EXACT_BOUND,
    Array,
    Verdict,
    customary,
    relative_errors,
)
from nnscope.program.model import Evidence, Line, Program

_FITS = 1e-6
_MOST_KINKED = 64
_BETWEEN = 1e-4


def gradient_line(program: Program, name: str) -> Line:
    """Find the line of a gradient by its own name or that of what it differentiates by.

    Raises `UnknownNameError` where the program has no such gradient.
    """
    lines = [line for line in program.lines if line.gradient_of]
    for line in lines if program.cost else []:
        of = program.spelled(line.gradient_of)
        if name in (line.target, line.gradient_of, line.spelled, of):
            return line
    if not lines:
        raise UnknownNameError("this program only runs forwards: it has no gradient to check")
    if not program.cost:
        raise UnknownNameError("this program has no cost, so there is no slope to compare with")
    known = [line.spelled for line in lines]
    raise UnknownNameError(f"`{name}` is not a gradient{did_you_mean(name, known)}")


def check_cell(iteration: Iteration, name: str, cell: tuple[int, ...]) -> CellCheck:
    """Check one cell of a gradient, `dW1` or by its `W1`.

    Raises `UnknownNameError` for what is no gradient, and `ExpressionError` for a gradient that is
    not shaped as what it belongs to, or a cost that is not one number.
    """
    line = gradient_line(iteration.program, name)
    return _Compared(iteration, line).cell(cell)


def check_gradient(
    iteration: Iteration, name: str, sample: int | None = None, keep_going: KeepGoing = always
) -> GradientCheck:
    """Check a whole gradient, or a random `sample` of its cells, the same ones every time.

    Raises as `check_cell` does, and `Interrupted` when `keep_going` says so.
    """
    if not keep_going(0):
        raise Interrupted
    line = gradient_line(iteration.program, name)
    return _Compared(iteration, line, sample).whole()


def check_all(
    iteration: Iteration,
    keep_going: KeepGoing = always,
    sample: int | None = None,
    names: Sequence[str] | None = None,
) -> Iterator[GradientCheck]:
    """Check gradients one after the other: those of all parameters, or the `names`, in their order.

    `keep_going` is asked with the number of cells done, of `cells_of` in all.
    """
    done = 0
    for name in parameter_gradients(iteration.program) if names is None else names:
        check = check_gradient(iteration, name, sample, _after(done, keep_going))
        done += int(check.checked.sum())
        yield check


def _after(done: int, keep_going: KeepGoing) -> KeepGoing:
    return lambda count: keep_going(done + count)


def parameter_gradients(program: Program) -> tuple[str, ...]:
    """List the gradients of the parameters, in the order of the program."""
    return tuple(line.target for line in program.lines if line.gradient_of in program.parameters)


def cells_of(iteration: Iteration, names: Sequence[str], sample: int | None = None) -> int:
    """Count the cells that checking these gradients takes."""
    sizes = [np.size(iteration.values[name]) for name in names]
    return sum(size if sample is None else min(size, sample) for size in sizes)


class _Compared:
    """One gradient beside the slopes of the cost."""

    def __init__(self, iteration: Iteration, line: Line, sample: int | None = None) -> None:
        self._iteration, self._line = iteration, line
        self._analytic = iteration.gradient(line)
        slope = iteration.slope(line.gradient_of)
        self._late = _late(iteration, line, self._analytic, slope)
        self._factor = self._late.value if self._late else 1.0
        self._expected = self._factor * slope
        self._errors = relative_errors(self._analytic, self._expected)
        self._checked = _sampled(self._analytic.shape, sample)
        suspects = self._checked & ~(self._errors <= EXACT_BOUND) & np.isfinite(self._expected)
        self._excused = np.zeros(suspects.shape, bool)
        if suspects.any():
            self._excused = suspects & is_rounding(iteration, line, self._factor)
        suspects = suspects & ~self._excused
        self._kinks = self._at_kinks(suspects)
        self._wrong = suspects & ~self._kinks

    def _at_kinks(self, suspects: Truths) -> Truths:
        """Tell of which cells the gradient lies between the slopes of the two sides of a kink.

        Each look takes two passes; beyond some cells the others count as those that were looked at.
        """
        found = np.zeros(suspects.shape, bool)
        places = [tuple(int(at) for at in place) for place in np.argwhere(suspects)]
        for place in places[:_MOST_KINKED]:
            found[place] = self._is_between(place)
        are_all = int(found.sum()) == min(len(places), _MOST_KINKED)
        return suspects if are_all else found

    def _is_between(self, cell: tuple[int, ...]) -> bool:
        direction = one_cell(self._iteration, self._line.gradient_of, cell)
        rise, fall, is_kinked = difference_along(self._iteration, direction)
        sides = self._factor * np.array([rise, fall])
        room = _BETWEEN * np.max(np.abs(sides)) + self._factor * self._noise(rise, fall)
        value = float(self._analytic[cell])
        return bool(is_kinked and np.min(sides) - room <= value <= np.max(sides) + room)

    def _noise(self, rise: float, fall: float) -> float:
        """Give how far off a centred slope may be without a meaning.

        That is the rounding of the cost, and what the slope changes by over a small part of a step.
        """
        cost = abs(self._iteration.cost) + 1  # 1: what goes into a logarithm
        rounding = 4 * np.finfo(float).eps * cost / CENTRED_STEP
        return float(rounding + CUSTOMARY["fair"] * abs(rise - fall))

    @property
    def _verdict(self) -> Verdict:
        if not np.isfinite(self._iteration.cost):
            return Verdict.UNTOLD
        if self._wrong.any():
            return Verdict.WRONG
        if not np.isfinite(self._expected[self._checked]).all():
            return Verdict.UNTOLD
        return Verdict.KINK if self._kinks.any() else Verdict.RIGHT

    def cell(self, cell: tuple[int, ...]) -> CellCheck:
        """Look at one cell, also by a centred difference."""
        shape = self._analytic.shape
        if len(cell) != len(shape) or any(at >= size for at, size in zip(cell, shape, strict=True)):
            told = f"{self._line.spelled} has the shape {shape}: select one of its cells"
            raise ExpressionError(told)
        direction = one_cell(self._iteration, self._line.gradient_of, cell)
        analytic, expected = float(self._analytic[cell]), float(self._expected[cell])
        centred, verdict, error, is_kinked = self._centred(direction, analytic)
        own = Verdict.WRONG if self._wrong[cell] else (
            Verdict.KINK if self._kinks[cell] else Verdict.RIGHT)  # fmt: skip
        if not np.isfinite(self._iteration.cost):
            own = Verdict.UNTOLD
        return CellCheck(
            self._line.spelled, self._spelled_of, cell, analytic, expected, centred,
            float(self._errors[cell]), error, own, verdict, is_kinked, self._late,
        )  # fmt: skip

    def _centred(self, direction: Direction, analytic: float) -> tuple[float, Verdict, float, bool]:
        """Give a centred difference, what is said of it, its error, and if it crosses a kink."""
        rise, fall, is_kinked = difference_along(self._iteration, direction)
        centred = self._factor * (rise + fall) / 2
        error = float(relative_errors(np.asarray(analytic), np.asarray(centred)))
        verdict = customary(error)
        if is_kinked:
            verdict = Verdict.KINK
        elif abs(analytic - centred) <= self._factor * self._noise(rise, fall):
            verdict = min(verdict, Verdict.RIGHT, key=_BEST.index)
        return centred, verdict, error, is_kinked

    @property
    def _spelled_of(self) -> str:
        return self._iteration.program.spelled(self._line.gradient_of)

    def whole(self) -> GradientCheck:
        """Put everything together that there is to say of the gradient."""
        name = self._line.gradient_of
        direction = random_direction(self._iteration, (name,))
        along = float(np.sum(self._analytic * direction[name]))
        _, centred_verdict, centred_error, _ = self._centred(direction, along)
        verdict, ratio = self._verdict, None
        if verdict is Verdict.WRONG:
            noise = 1e-9 * float(np.nanmax(np.abs(self._expected)))
            found, wanted = (each[self._checked] for each in (self._analytic, self._expected))
            written = factors_of(self._line.expression)
            ratio = find_ratio(self._iteration.program, found, wanted, noise, written)
        return GradientCheck(
            self._line.spelled, self._line.target, self._spelled_of, self._analytic,
            self._expected,
            np.where(self._checked, self._errors, np.nan), self._checked, self._wrong,
            self._kinks, self._excused, verdict, centred_verdict, centred_error,
            self.cell(self._worst()), ratio, self._late,
            np.shape(self._iteration.values[self._line.target]),
        )  # fmt: skip

    def _worst(self) -> tuple[int, ...]:
        """Find the cell that is farthest off, a wrong one where there is one."""
        ranks = np.where(np.isnan(self._errors), np.where(self._wrong, np.inf, -1.0), self._errors)
        ranks = np.where(self._excused, -0.5, ranks + 1e3 * self._wrong)
        ranks = np.where(self._checked, ranks, -2.0)
        return tuple(int(at) for at in np.unravel_index(int(np.argmax(ranks)), ranks.shape))


_BEST = (Verdict.RIGHT, Verdict.FAIR, Verdict.DOUBTFUL, Verdict.KINK, Verdict.WRONG, Verdict.UNTOLD)


def _sampled(shape: tuple[int, ...], sample: int | None) -> Truths:
    """Mark the cells that are looked at."""
    size = int(np.prod(shape))
    if sample is None or sample >= size:
        return np.ones(shape, bool)
    marked = np.zeros(size, bool)
    marked[np.random.default_rng(0).choice(size, sample, replace=False)] = True
    return marked.reshape(shape)


def _late(iteration: Iteration, line: Line, analytic: Array, slope: Array) -> Postponed | None:
    """Tell by its numbers whether a gradient in between is still to be divided."""
    if line.gradient_of in iteration.program.parameters:
        return None
    late = postponed(iteration.program)
    if late is None and line.evidence is Evidence.MEASURED:
        ratio = find_ratio(iteration.program, analytic, slope)
        late = Postponed("", ratio.value) if ratio is not None else None
    if late is None or abs(late.value - 1) < _FITS:
        return None
    with np.errstate(all="ignore"):
        at_once, later = (np.mean(relative_errors(analytic, factor * slope) < _FITS)
                          for factor in (1.0, late.value))  # fmt: skip
    return None if at_once > later else late
