"""Slips of a whole factor: the derivative left out, twice, or another one."""

from collections.abc import Callable, Iterator

from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.syntax import Binary, Call, Expression, Name, Number, names, with_children
from nnscope.insight.diagnose.slips.context import Context, same
from nnscope.insight.diagnose.slips.derivatives import (
    Bend,
    at_wrong_values,
    bends,
    errors,
    form,
    never_acting,
    of_others,
    on_error,
    right_form,
    softmaxes,
)
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.trees import factors_in, joined, operands_of, places, times

_BOOK = "Nielsen, Neural Networks and Deep Learning, chapter 2, equation BP2"
_NOTES = "CS231n, Backpropagation, Intuitions"


def without_factor(line: Expression, context: Context) -> Iterator[Expression]:
    """Leave a derivative out where one is multiplied in."""
    for part, put in places(line):
        pair = operands_of(part, "*")
        for this, other in _both(pair):
            if _is_derivative(context, this):
                yield put(other)
    for part, put in factors_in(line):
        if _is_derivative(context, part):
            yield _without_one(put(Number(1)))


def _without_one(line: Expression) -> Expression:
    """Leave out the factor 1 that was put in a factor's place."""
    pair = operands_of(line, "*")
    if pair and pair[1] == Number(1):
        return pair[0]
    return with_children(line, _without_one)


def with_factor(line: Expression, context: Context) -> Iterator[Expression]:
    """Multiply a derivative in wherever it fits: at the line's own layer first."""
    for bend in _own_first(context):
        factor = right_form(context, bend)
        shape = context.shape(factor)
        for part, put in places(line):
            if not isinstance(part, Number) and context.shape(part) == shape:
                yield put(times(part, factor))


def twice(line: Expression, context: Context) -> Iterator[Expression]:
    """Multiply a derivative in once more, also where the loss has cancelled it already."""
    for bend in _own_first(context):
        if context.of in (bend.before, ""):
            yield times(line, right_form(context, bend))


def not_twice(line: Expression, context: Context) -> Iterator[Expression]:
    """Leave out a derivative that is there."""
    yield from without_factor(line, context)


def _both(
    pair: tuple[Expression, Expression] | None,
) -> Iterator[tuple[Expression, Expression]]:
    if pair:
        yield pair
        yield pair[::-1]


def _own_first(context: Context) -> list[Bend]:
    return sorted(bends(context), key=lambda bend: bend.before != context.of)


def _is_derivative(context: Context, part: Expression) -> bool:
    """Tell whether a part is the derivative of one of the activations."""
    value = context.value(part)
    return any(same(value, context.value(right_form(context, bend))) for bend in bends(context))


Forms = Callable[[Context, Bend], Iterator[Expression]]


def _planting(forms: Forms) -> Callable[[Expression, Context], Iterator[Expression]]:
    """Put wrong forms in place of each right derivative in a line."""

    def plant(line: Expression, context: Context) -> Iterator[Expression]:
        for bend in bends(context):
            right = context.value(right_form(context, bend))
            for part, put in places(line):
                if not isinstance(part, Name | Number) and same(context.value(part), right):
                    yield from map(put, forms(context, bend))

    return plant


def _mending(forms: Forms) -> Callable[[Expression, Context], Iterator[Expression]]:
    """Put the right derivative in place of each part of a line that has a wrong form's values."""

    def mend(line: Expression, context: Context) -> Iterator[Expression]:
        everywhere = [*places(line), *factors_in(line)]
        parts = [(part, put, context.value(part)) for part, put in everywhere
                 if names(part) and not isinstance(part, Name)]  # fmt: skip
        for bend in _own_first(context):
            right = right_form(context, bend)
            for wrong in forms(context, bend):
                value = context.value(wrong)
                for _, put, own in parts:
                    if same(own, value):
                        yield put(right)

    return mend


def _entry(name: str, forms: Forms, title: str, why: str, effect: str) -> Slip:
    return Slip(name, Kind.DIRECTION, title, why, effect, _BOOK, _planting(forms), _mending(forms))


def _error_bent(line: Expression, context: Context) -> Iterator[Expression]:
    """Take the derivative at the error, in place of the derivative or of the error itself."""
    yield from _planting(on_error)(line, context)
    for bend, error in _errors(context):
        value = context.value(error)
        for part, put in places(line):
            if names(part) and same(context.value(part), value):
                yield put(form(bend.row, error, error))


def _error_unbent(line: Expression, context: Context) -> Iterator[Expression]:
    """Put the right derivative, the error, or their product, where one is taken at the error."""
    yield from _mending(on_error)(line, context)
    for bend, error in _errors(context):
        value = context.value(form(bend.row, error, error))
        for part, put in places(line):
            if names(part) and same(context.value(part), value):
                yield put(error)
                yield put(times(error, right_form(context, bend)))


def _errors(context: Context) -> Iterator[tuple[Bend, Expression]]:
    for bend in _own_first(context):
        yield from ((bend, error) for error in errors(context, bend))


def _joined_as_sum(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        for this, other in _both(operands_of(part, "*")):
            if _is_derivative(context, this):
                yield put(joined(part, "+", other, this))


def _joined_as_product(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        for this, other in _both(operands_of(part, "+")):
            yield put(joined(part, "*", other, this))


def _diagonal_only(line: Expression, context: Context) -> Iterator[Expression]:
    """Take the diagonal of a softmax's Jacobian for the whole."""
    for gradient, bend, _ in _through_softmax(context):
        if {gradient.id} <= {*names(line)}:
            yield times(gradient, right_form(context, bend))


def _whole_jacobian(line: Expression, context: Context) -> Iterator[Expression]:
    """Put the whole of a softmax's Jacobian where its diagonal alone is multiplied in."""
    value = context.value(line)
    for gradient, bend, axis in _through_softmax(context):
        if same(value, context.value(times(gradient, right_form(context, bend)))):
            after = context.name(bend.after)
            options = (("axis", axis), ("keepdims", True))
            mean = Call("np.sum", (times(gradient, after),), options)
            yield times(after, Binary("-", gradient, mean))


def _through_softmax(context: Context) -> Iterator[tuple[Name, Bend, int]]:
    """Yield the gradient by the output of each softmax that the line differentiates."""
    for before, after, axis in softmaxes(context):
        if context.of == before:
            for target, role in context.roles.items():
                name = context.name(target)
                if role.of == after and isinstance(name, Name):
                    yield name, Bend(FUNCTIONS["softmax"], before, after), axis


FACTORS = (
    Slip(
        "softmax-diagonal", Kind.DIRECTION,
        "softmax is differentiated as if each output had its own score alone",
        "for every other activation the derivative is taken cell by cell, and a (1 - a) is what "
        "stands on the diagonal of softmax's Jacobian too",
        "raising one score lowers all other outputs, and that is left out: it may converge, slowly",
        "Bridle 1990; Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3",
        _diagonal_only, _whole_jacobian,
    ),
    Slip(
        "derivative-left-out", Kind.DIRECTION,
        "the derivative of the activation is left out",
        "the gradient has come through the weights, and the activation has no parameters, so it is "
        "easy to forget that the slope has to pass it too",
        "units that are saturated get as large a step as those that can still change; it may "
        "converge all the same, more slowly or to another place",
        _BOOK, without_factor, with_factor,
    ),
    Slip(
        "derivative-twice", Kind.DIRECTION,
        "the derivative of the activation is in it once too often",
        "the formula for the output layer is simplified already: the derivative has cancelled "
        "against the loss, and the general rule then puts it in again",
        "steps become small where the output is sure and wrong, so learning slows down just there",
        "Nielsen, chapter 3, The cross-entropy cost function", twice, not_twice,
    ),
    _entry(
        "derivative-at-wrong-value", at_wrong_values,
        "the derivative is taken at the wrong value",
        "books write it in terms of what comes out (1 - A ** 2), code often keeps what went in; a "
        "function that applies the activation itself is then given what has been through it",
        "near zero the two are almost the same, so training starts well and goes astray later",
    ),
    _entry(
        "derivative-of-another-activation", of_others,
        "the derivative is that of another activation",
        "the line was copied from a network with another activation",
        "each step is bent cell by cell; it may converge, more slowly",
    ),
    Slip(
        "derivative-on-the-error", Kind.DIRECTION,
        "the derivative is taken of the error, not of the activation",
        "the error is the array at hand in that line, and has the same shape",
        "the factor may be negative, and the step then climbs",
        _BOOK, _error_bent, _error_unbent,
    ),
    _entry(
        "mask-never-acts", never_acting,
        "the mask is 1 everywhere, so it never acts",
        "the mask is asked of what the activation gave, which is never below zero, with >= for >",
        "units that are switched off are trained as if they were on",
    ),
    Slip(
        "plus-for-times", Kind.DIRECTION,
        "the derivative is added, where it has to be multiplied in",
        "the chain rule is remembered as putting its parts together",
        "the step no longer goes down the slope, and training stalls",
        _NOTES, _joined_as_sum, _joined_as_product,
    ),
)  # fmt: skip
