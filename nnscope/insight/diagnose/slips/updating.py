"""Slips of an update: its sign, its learning rate, its gradient, or no update at all."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.syntax import Binary, Expression, Name
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.optimizing import OPTIMIZER_SLIPS
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.trees import joined, operands_of, places, times

_CHAPTER = "Goodfellow, Bengio and Courville, Deep Learning, section 4.3"


def _other_sign(line: Expression, _context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        for sign, other in (("-", "+"), ("+", "-")):
            pair = operands_of(part, sign)
            if pair:
                yield put(joined(part, other, *pair))


def _rate_twice(line: Expression, context: Context) -> Iterator[Expression]:
    if context.rate is not None:
        for part, put in places(line):
            if part == context.rate:
                yield put(times(part, part))


def _rate_once(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        for sign in ("*", "**"):
            pair = operands_of(part, sign)
            for this, other in (pair, pair[::-1]) if pair else ():
                if this == context.rate:
                    yield put(other if sign == "*" else this)


def _with_rate(line: Expression, context: Context) -> Iterator[Expression]:
    if context.rate is None:
        return
    for part, put in places(line):
        if _is_gradient(part, context):
            yield put(times(context.rate, part))


def _is_gradient(part: Expression, context: Context) -> bool:
    return context.shape(part) == np.shape(context.values[context.of]) and part != context.name(
        context.of
    )


def _twice(line: Expression, _context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        pair = operands_of(part, "-")
        if pair:
            yield put(joined(part, "-", joined(part, "-", *pair), pair[1]))


def _once(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        pair = operands_of(part, "-")
        inner = operands_of(pair[0], "-") if pair else None
        if pair and inner and context.is_same(inner[1], pair[1]):
            yield put(pair[0])
    yield from _halved(line, context)


def _halved(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        pair = operands_of(part, "*")
        for this, other in (pair, pair[::-1]) if pair else ():
            if context.number(this) == 2 and this != context.rate:
                yield put(other)


def _none(line: Expression, context: Context) -> Iterator[Expression]:
    if line != context.name(context.of):
        yield context.name(context.of)


def _updated(line: Expression, context: Context) -> Iterator[Expression]:
    """Write the plain update for a parameter that stays as it is."""
    if line != context.name(context.of) or context.rate is None:
        return
    for target, role in context.roles.items():
        if role.of == context.of:
            step = times(context.rate, context.name(target))
            yield Binary("-", context.name(context.of), step)


def _other_gradient(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        if isinstance(part, Name) and part.id in context.roles:
            for other in context.roles:
                if other != part.id:
                    yield put(context.name(other))


def _of_other(line: Expression, context: Context) -> Iterator[Expression]:
    """Start from another parameter, or from this one for another."""
    for part, put in places(line):
        if isinstance(part, Name) and part.id in context.program.carried:
            for other in context.program.carried:
                if other != part.id:
                    yield put(context.name(other))


NEVER_UPDATED = Slip(
    "never-updated", Kind.MISSING,
    "the parameter is never updated",
    "its gradient is computed, and the line that uses it was forgotten",
    "it stays as it was drawn, and the other parameters learn to live with it",
    _CHAPTER, _none, _updated,
)  # fmt: skip

COPIED = Slip(
    "update-of-a-copy", Kind.MISSING,
    "the update works on a copy",
    "`P = P - ...` in a function, or in a loop over the parameters, gives a local name a new "
    "array, and .copy() makes one: the parameter itself is not touched",
    "it stays as it was drawn; if all do, the cost is the same to the last digit",
    "Python Language Reference, section 7.2: assignment statements",
)  # fmt: skip

ALIASED = Slip(
    "two-names-for-one-array", Kind.ORDER,
    "two names stand for one array, so what changes one changes the other",
    "`old = W` gives the array a second name; only W.copy() keeps what it was",
    "the difference of the two is always 0: the momentum, or whatever it is for, never acts",
    "NumPy documentation, Copies and views",
)  # fmt: skip

FORGOTTEN = next(slip for slip in OPTIMIZER_SLIPS if slip.name == "state-forgotten")

ACCUMULATED = Slip(
    "gradient-accumulated", Kind.DIRECTION,
    "the gradient is added to that of the last iteration",
    "`+=` sums it over the examples or the layers, and it was not set back to 0 before",
    "each step follows all gradients so far, and swings ever further past the minimum",
    "PyTorch documentation, torch.optim.Optimizer.zero_grad",
)  # fmt: skip

UPDATE_SLIPS = (
    Slip(
        "update-uphill", Kind.SCALE,
        "the step is added, where it has to be subtracted",
        "with an error that is written as what is wanted less what came out a plus is right",
        "the cost rises: it is the way up",
        _CHAPTER, _other_sign, _other_sign,
    ),
    Slip(
        "rate-twice", Kind.SCALE,
        "the learning rate is applied twice",
        "it is in the gradient or the velocity already, and the update has it again",
        "this parameter moves by the square of the learning rate: mostly, hardly at all",
        _CHAPTER, _rate_twice, _rate_once,
    ),
    Slip(
        "rate-left-out", Kind.SCALE,
        "the learning rate is not applied",
        "one of several update lines was written without it",
        "this parameter takes far longer steps than the others, and may never come to rest",
        _CHAPTER, _rate_once, _with_rate,
    ),
    Slip(
        "update-twice", Kind.SCALE,
        "the update is done twice",
        "the line stands in two places, or twice in a loop",
        "this parameter takes steps of double length",
        _CHAPTER, _twice, _once,
    ),
    NEVER_UPDATED,
    Slip(
        "gradient-of-another-parameter", Kind.DIRECTION,
        "the gradient of another parameter is used",
        "the update lines were copied, and one index was not changed",
        "the parameter moves in a direction that has nothing to do with its slope",
        _CHAPTER, _other_gradient, _other_gradient,
    ),
    Slip(
        "from-another-parameter", Kind.DIRECTION,
        "the step is taken from another parameter",
        "the update lines were copied, and one index was not changed",
        "the parameter is overwritten by another one in each iteration",
        _CHAPTER, _of_other, _of_other,
    ),
)  # fmt: skip
