"""Slips of the cost: it is not the function whose gradients are computed."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from nnscope.expression.parse import parse
from nnscope.expression.syntax import Binary, Expression, Name, Number, substitute
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.counts import (
    by_two,
    divided,
    multiplied,
    negated,
    other_count,
    right_count,
    undivided,
)
from nnscope.insight.diagnose.slips.derivatives import bends, softmaxes
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.sums import as_mean, as_sum
from nnscope.insight.diagnose.slips.terms import signs_swapped
from nnscope.insight.diagnose.slips.trees import places

_BOOK = "Goodfellow, Bengio and Courville, Deep Learning, section 6.2: cost functions"
_NEAR = 1e-5

_TWO_CLASSES = "-np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))"
_CLASSES = "-np.sum(Y * np.log(A))"
_SQUARES = "np.sum((A - Y) ** 2)"


class Standard(Struct, frozen=True):
    """A cost that is a multiple of one of the usual sums over the cells of output and target."""

    formula: str
    scale: float
    sum: Expression

    @property
    def is_of_squares(self) -> bool:
        """Whether it is the squared error, of which half and whole are both in use."""
        return self.formula == _SQUARES


def pairs(context: Context) -> Iterator[tuple[str, str]]:
    """Yield each output with the target of its shape, the last output first."""
    program, inside = context.program, {bend.before for bend in bends(context)}
    made = [target for target, _ in context.forward.lines if target not in (program.cost, *inside)]
    targets = (*context.data, *context.numbers())
    for output in reversed(made):
        for target in targets:
            if np.shape(context.values[output]) == np.shape(context.values[target]):
                yield output, target


def losses(context: Context) -> Iterator[tuple[str, Expression]]:
    """Yield the usual losses of the program's outputs, each as a sum, with its formula."""
    probabilities = {after for _, after, _ in softmaxes(context)}
    for output, target in pairs(context):
        meant = {"A": context.name(output), "Y": context.name(target)}
        for text in (_CLASSES if output in probabilities else _TWO_CLASSES, _SQUARES):
            yield text, substitute(parse(text), meant)


def standard_of(context: Context, cost: Expression, others: list[Context]) -> Standard | None:
    """Tell which usual loss a cost is a multiple of, by its values; None where it is none."""
    for formula, whole in losses(context):
        ratios = list[float]()
        for each in (context, *others):
            value, sum_ = each.value(cost), each.value(whole)
            if value is None or sum_ is None or not np.isfinite(sum_) or not float(sum_):
                break
            ratios.append(float(value) / float(sum_))
        known = len(ratios) == 1 + len(others)
        if known and np.ptp(ratios) <= _NEAR * abs(ratios[0]):
            return Standard(formula, ratios[0], whole)
    return None


def is_usual(context: Context, standard: Standard) -> bool:
    """Tell whether a cost has one of the usual scales: a sum, a mean, or half of either."""
    counts = [1.0, *map(float, context.example_counts)]
    for output, _ in pairs(context) if standard.formula != _CLASSES else ():
        counts.append(float(np.size(context.values[output])))
    parts = (1.0, 0.5) if standard.is_of_squares else (1.0,)
    scales = [part / count for count in counts for part in parts]
    return any(abs(standard.scale - each) <= _NEAR * each for each in scales)


def _others(line: Expression, context: Context) -> Iterator[Expression]:
    for _, whole in losses(context):
        yield from (Binary("/", whole, count) for count in context.examples)
        yield whole


def _exchanged(line: Expression, context: Context) -> Iterator[Expression]:
    """Put 1 - Y for Y, and A for 1 - A, and the other way round, in one place."""
    for part, put in places(line):
        if isinstance(part, Name) and part.id in context.arrays:
            yield put(Binary("-", Number(1), part))
        if isinstance(part, Binary) and part.operator == "-" and part.left == Number(1):
            yield put(part.right)


def _twice_exchanged(line: Expression, context: Context) -> Iterator[Expression]:
    for once in _exchanged(line, context):
        yield once
        yield from _exchanged(once, context)


COST_SLIPS = (
    Slip(
        "cost-sign-inside", Kind.COST,
        "a sign inside the cost is wrong",
        "the minus before the whole sum and the plus between its terms are easily mixed up",
        "the parameters learn as they should, but the cost that is shown is too small, or negative",
        _BOOK, signs_swapped, signs_swapped,
    ),
    Slip(
        "cost-sign", Kind.COST,
        "the cost has the wrong sign",
        "the minus before the logarithms was forgotten",
        "the parameters learn as they should, but the cost that is shown rises",
        _BOOK, negated, negated,
    ),
    Slip(
        "cost-count-lost", Kind.COST,
        "the cost is a sum, and its gradients are those of a mean",
        "the division by m was put into the gradients and not into the cost",
        "the direction is right; the cost grows with the number of examples",
        _BOOK, undivided, divided,
    ),
    Slip(
        "cost-count-twice", Kind.COST,
        "the cost is divided by the number of examples once more than its gradients",
        "np.mean divides already, and a division by m was left behind it",
        "the direction is right; the cost that is shown is too small",
        _BOOK, divided, multiplied,
    ),
    Slip(
        "cost-other-count", Kind.COST,
        "the cost is divided by something else than the number of examples",
        "len and shape[0] count examples in one notation and features in the other",
        "the direction is right; the cost that is shown is off by a factor",
        _BOOK, other_count, right_count,
    ),
    Slip(
        "cost-mean-for-sum", Kind.COST,
        "the cost is a mean where a sum is meant",
        "np.mean divides already, and a division by m was left behind it",
        "the direction is right; the cost that is shown is too small",
        _BOOK, as_mean, as_sum,
    ),
    Slip(
        "cost-factor-two", Kind.COST,
        "the cost and its gradients differ by a factor 2",
        "half the square and the whole square are both in use",
        "the direction is right; the cost that is shown is off by the factor",
        _BOOK, by_two, by_two,
    ),
    Slip(
        "cost-exchanged", Kind.COST,
        "what belongs to one class is exchanged with the other in the cost",
        "the two terms look alike: Y with log A, 1 - Y with log (1 - A)",
        "the parameters learn as they should, but the cost that is shown rises",
        _BOOK, _exchanged, _twice_exchanged,
    ),
    Slip(
        "cost-of-another-kind", Kind.COST,
        "the gradients are those of another loss",
        "the gradient was copied from a network with another loss",
        "what is descended is not what is shown; both mostly fall together",
        _BOOK, _others, _others,
    ),
)  # fmt: skip
