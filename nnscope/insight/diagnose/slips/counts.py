"""Slips of scale: a factor that is lost, there twice, or that of something else."""

from collections.abc import Iterator

from nnscope.expression.syntax import Binary, Expression, Number, Unary
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.trees import joined, operands_of, places

_COURSE = "deeplearning.ai, Neural Networks and Deep Learning, week 3: gradient descent"


def divided(line: Expression, context: Context) -> Iterator[Expression]:
    """Divide by the number of examples."""
    for count in context.examples:
        yield Binary("/", line, count)


def undivided(line: Expression, context: Context) -> Iterator[Expression]:
    """Leave out one division by the number of examples, or one factor that is one over it."""
    counts = [float(count) for count in context.example_counts]
    for part, put in places(line):
        quotient, product = operands_of(part, "/"), operands_of(part, "*")
        if quotient and context.number(quotient[1]) in counts:
            yield put(quotient[0])
            if context.number(quotient[0]) == 1:
                yield put(Number(1))
        for this, other in (product, product[::-1]) if product else ():
            number = context.number(this)
            if number and any(abs(number * count - 1) < 1e-12 for count in counts):
                yield put(other)


def multiplied(line: Expression, context: Context) -> Iterator[Expression]:
    """Take a division by the number of examples back."""
    yield from undivided(line, context)
    yield from (Binary("*", line, count) for count in context.examples)


def other_count(line: Expression, context: Context) -> Iterator[Expression]:
    """Put another count in place of the number of examples."""
    counts = [float(count) for count in context.example_counts]
    for part, put in places(line):
        pair = operands_of(part, "/")
        if pair and context.number(pair[1]) in counts:
            for size in context.sizes:
                if size not in (*counts, 1):
                    yield put(joined(part, "/", pair[0], Number(size)))


def right_count(line: Expression, context: Context) -> Iterator[Expression]:
    """Put the number of examples in place of any other number that is divided by."""
    for part, put in places(line):
        pair = operands_of(part, "/")
        if pair and context.number(pair[1]) is not None:
            for count in context.examples:
                yield put(joined(part, "/", pair[0], count))


def by_two(line: Expression, context: Context) -> Iterator[Expression]:
    """Put a factor 2 in, or leave one out."""
    for part, put in places(line):
        for sign in ("*", "/"):
            pair = operands_of(part, sign)
            if pair and context.number(pair[1]) == 2:
                yield put(pair[0])
            if pair and sign == "*" and context.number(pair[0]) == 2:
                yield put(pair[1])
    yield Binary("*", Number(2), line)
    yield Binary("/", line, Number(2))


def _by_number(line: Expression, context: Context) -> Iterator[Expression]:
    """Leave out a number that the line is multiplied or divided by."""
    for part, put in places(line):
        product, quotient = operands_of(part, "*"), operands_of(part, "/")
        if quotient and context.number(quotient[1]) is not None:
            yield put(quotient[0])
            if context.number(quotient[0]) not in (None, 1.0):
                yield put(joined(part, "/", Number(1), quotient[1]))
        for this, other in (product, product[::-1]) if product else ():
            if context.number(this) is not None:
                yield put(other)


def _with_number(line: Expression, _context: Context) -> Iterator[Expression]:
    yield Binary("*", line, Number(4))
    yield Binary("*", line, Number(3))


def negated(line: Expression, _context: Context) -> Iterator[Expression]:
    """Turn the sign, of the whole or of one difference."""
    for part, put in places(line):
        pair = operands_of(part, "-")
        if pair:
            yield put(joined(part, "-", *pair[::-1]))
        if isinstance(part, Unary) and part.operator == "-":
            yield put(part.operand)
    yield Unary("-", line)


def _with_rate(line: Expression, context: Context) -> Iterator[Expression]:
    if context.rate is not None:
        yield Binary("*", context.rate, line)


def _without_rate(line: Expression, context: Context) -> Iterator[Expression]:
    if context.rate is not None:
        for part, put in places(line):
            pair = operands_of(part, "*")
            for this, other in (pair, pair[::-1]) if pair else ():
                if this == context.rate:
                    yield put(other)
        yield Binary("/", line, context.rate)


COUNTS = (
    Slip(
        "count-lost", Kind.SCALE,
        "the division by the number of examples is missing",
        "the cost is a mean, but its 1/m does not stand in the formula for a single example",
        "every step is m times as long: it works with a small learning rate, and depends on the "
        "size of the batch",
        _COURSE, undivided, divided,
    ),
    Slip(
        "count-twice", Kind.SCALE,
        "the division by the number of examples is done twice",
        "the 1/m was put into dZ, and the formula for dW has it again",
        "these parameters move m times slower than the others",
        _COURSE, divided, multiplied,
    ),
    Slip(
        "other-count", Kind.SCALE,
        "the number that is divided by is not the number of examples",
        "len(X) and shape[0] count examples in one notation and features in the other; or m was "
        "set for other data",
        "all steps are too long or too short by one factor",
        _COURSE, other_count, right_count,
    ),
    Slip(
        "factor-two", Kind.SCALE,
        "a factor 2 is missing, or is there without need",
        "half the square and the whole square are both in use, and so are their derivatives",
        "all steps are half as long or twice as long; the direction is right",
        "Nielsen, chapter 1, equation 6: the quadratic cost and its 2", by_two, by_two,
    ),
    Slip(
        "number-too-many", Kind.SCALE,
        "a number is multiplied in that does not belong there",
        "it was left from a trial, or from another formula",
        "these parameters move by a wrong multiple of their slope",
        _COURSE, _with_number, _by_number,
    ),
    Slip(
        "sign", Kind.SCALE,
        "the sign is the wrong way round",
        "the error is written as what is wanted less what came out, and the step is subtracted",
        "the cost rises: it is the way up",
        _COURSE, negated, negated,
    ),
    Slip(
        "rate-in-gradient", Kind.SCALE,
        "the learning rate is in the gradient as well as in the update",
        "in some texts the step is defined as the rate times the gradient, in others not",
        "these parameters move by the square of the learning rate",
        _COURSE, _with_rate, _without_rate,
    ),
)  # fmt: skip
