"""What a wrong line may come from where no mended slip makes it right: ranked, and called possible.

The evidence is how much of the difference a mending takes away, at every point that is looked at.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.syntax import Expression
from nnscope.insight.diagnose.finding import Cause, Possible
from nnscope.insight.diagnose.judging import Judging
from nnscope.insight.diagnose.points import Point
from nnscope.insight.diagnose.slips.entries import GRADIENT_SLIPS
from nnscope.insight.diagnose.steps import Step

_LEAST, _MOST, _TRIED = 0.8, 3, 60


def possible_causes(judging: Judging, step: Step) -> tuple[Possible, ...]:
    """List at most three slips whose mending takes most of the difference away, the best first."""
    context = judging.context(step.of, judging.telling(step))
    found = list[Possible]()
    for slip in GRADIENT_SLIPS:
        forms = islice(slip.mend(step.line.expression, context), _TRIED)
        shares = [(share, form) for form in forms
                  if (share := _explained(judging, step, form)) >= _LEAST]  # fmt: skip
        if shares:
            share, form = max(shares, key=lambda each: each[0])
            found.append(Possible(Cause(slip, step.line, form, False), share))
    found.sort(key=lambda each: -each.share)
    return tuple(_once(found))[:_MOST]


def _once(found: Sequence[Possible]) -> Iterator[Possible]:
    """Leave out what is mended as a likelier one is."""
    seen = list[Expression]()
    for each in found:
        if each.cause.right not in seen:
            seen.append(each.cause.right)
            yield each


def _explained(judging: Judging, step: Step, mended: Expression) -> float:
    """Give the share of the difference that a mended line takes away, where that is least."""
    shares = [_at(judging, step, mended, point) for point in judging.points]
    return min(shares, default=0.0)


def _at(judging: Judging, step: Step, mended: Expression, point: Point) -> float:
    wanted = judging.expected.at(point, step.of, step.given)
    try:
        value = np.asarray(evaluate(mended, point.values), dtype=float)
    except ExpressionError:
        return 0.0
    own = np.asarray(point.values[step.target], dtype=float)
    if wanted is None or value.shape != wanted.shape or own.shape != wanted.shape:
        return 0.0
    factor = step.given[0][1].factor if step.given else 1.0
    before, after = (float(np.linalg.norm(each - factor * wanted)) for each in (own, value))
    return 1 - after / before if before and np.isfinite(after) else 0.0
