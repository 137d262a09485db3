"""The slips that a wrong line may come from: those whose mending makes it right."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
from msgspec import Struct

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.syntax import Expression
from nnscope.insight.diagnose.expected import agreed
from nnscope.insight.diagnose.finding import Cause
from nnscope.insight.diagnose.points import Point
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.slip import Slip
from nnscope.program.model import Line

Run = Callable[[Expression, Mapping[str, Value]], Value]
"""Computes a whole line with another expression in one of the lines that it is put together of."""

Judge = Callable[[Value, Point], float | None]
"""Gives the number between a value and what is wanted at a point; None where there is none."""

Tried = tuple[str, Expression]
"""A line that was mended: its target and what was put there."""

_MOST = 400


class Aim(Struct, frozen=True, eq=False):
    """What a mended line has to give at every point.

    That is one number times what is wanted, or just `ratio` times.
    """

    points: Sequence[Point]
    judge: Judge
    ratio: float | None = None

    def is_met(self, mended: Expression, run: Run) -> bool:
        """Tell whether an expression gives it, at the most telling points first."""
        found = list[float | None]()
        for point in sorted(self.points, key=lambda each: not each.is_made):
            found.append(self._at(point, mended, run))
            if found[-1] is None:
                return False
        known = agreed(found)
        if known is None or np.isnan(known):
            return False
        return self.ratio is None or abs(known - self.ratio) <= 1e-6 * abs(self.ratio)

    def _at(self, point: Point, mended: Expression, run: Run) -> float | None:
        try:
            return self.judge(run(mended, point.values), point)
        except ExpressionError:
            return None


def exact_causes(
    slips: Sequence[Slip], lines: Sequence[tuple[Line, Run]], context: Context, aim: Aim
) -> list[Cause]:
    """List the slips whose mending is right at every point, each with one right line.

    `lines` are those that the slip may stand in, with what computes the whole from a mended one.
    """
    found, seen = list[Cause](), dict[Tried, bool]()
    for slip in slips:
        for line, run in lines:
            mended = _first_right(slip.mend(line.expression, context), line, run, aim, seen)
            if mended is not None:
                found.append(Cause(slip, line, mended, True))
                break
    return plainest(found)


def _first_right(
    forms: Iterator[Expression], line: Line, run: Run, aim: Aim, seen: dict[Tried, bool]
) -> Expression | None:
    for mended in islice(forms, _MOST):
        key = (line.target, mended)
        if key not in seen:
            seen[key] = mended != line.expression and aim.is_met(mended, run)
        if seen[key]:
            return mended
    return None


_BEATS = {
    "mean-for-sum": ("count-twice", "number-too-many", "sum-left-out"),
    "reshape-for-transpose": ("transpose-lost", "transpose-too-many"),
    "derivative-left-out": ("term-left-out",),
    "mask-never-acts": ("derivative-at-wrong-value", "derivative-of-another-activation",
                        "derivative-left-out", "value-before-activation"),
    "derivative-at-wrong-value": ("value-before-activation", "value-of-another-layer",
                                  "derivative-of-another-activation", "square-left-out"),
    "derivative-on-the-error": ("derivative-at-wrong-value", "value-of-another-layer",
                                "sign-inside", "square-left-out"),
    "softmax-diagonal": ("derivative-at-wrong-value", "sum-left-out", "derivative-left-out"),
    "gradient-of-another-layer": ("derivative-left-out",),
    "value-before-activation": ("derivative-left-out",),
    "sum-along-wrong-axis": ("term-left-out",),
    "sign-inside": ("sign",),
    "sign": ("gradient-of-another-layer",),
    "count-lost": ("number-too-many",),
    "count-twice": ("number-too-many", "other-count"),
    "other-count": ("number-too-many", "factor-two", "count-lost"),
    "factor-two": ("number-too-many",),
    "rate-in-gradient": ("number-too-many",),
    "square-left-out": ("derivative-of-another-activation",),
    "cost-mean-for-sum": ("cost-count-twice", "cost-of-another-kind"),
    "cost-sign-inside": ("cost-sign", "cost-of-another-kind", "cost-exchanged"),
    "cost-sign": ("cost-of-another-kind",),
    "cost-count-lost": ("cost-of-another-kind",),
    "cost-count-twice": ("cost-of-another-kind",),
    "cost-other-count": ("cost-of-another-kind", "cost-factor-two", "cost-count-lost"),
    "cost-factor-two": ("cost-of-another-kind",),
    "cost-exchanged": ("cost-of-another-kind",),
}  # fmt: skip
"""A slip that says more than others which the same mending belongs to."""


def plainest(causes: list[Cause]) -> list[Cause]:
    """Leave out what is only a wider name for a slip that was found."""
    beaten = {name for cause in causes for name in _BEATS.get(cause.slip.name, ())}
    return [cause for cause in causes if cause.slip.name not in beaten]


def runs(line: Line, parts: Sequence[Line]) -> Iterator[tuple[Line, Run]]:
    """Yield each line that a slip may stand in, with what computes the whole from a mended one.

    The `parts` are the lines before that the line itself is put together of, in their order.
    """
    yield line, evaluate
    for place, part in enumerate(parts):
        yield part, _through(part, [*parts[place + 1 :], line])


def _through(part: Line, later: Sequence[Line]) -> Run:
    def run(mended: Expression, values: Mapping[str, Value]) -> Value:
        now = {**values, part.target: evaluate(mended, values)}
        for line in later:
            now[line.target] = evaluate(line.expression, now)
        return now[later[-1].target]

    return run
