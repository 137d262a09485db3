"""Slips of a sum: along the wrong axis, along none, along all, a mean for a sum."""

from collections.abc import Iterator

from nnscope.expression.syntax import Call, Expression, Name, Number
from nnscope.expression.table import row_of
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.trees import operands_of, places

_NOTES = "NumPy reference, numpy.sum: axis and keepdims"
_OPTIONS = tuple(
    tuple(option for option in ((("axis", axis),) if axis is not None else ())
          + ((("keepdims", True),) if keep else ()))
    for axis in (None, 0, 1) for keep in (False, True)
)  # fmt: skip


def _other_axes(line: Expression, _context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        if isinstance(part, Call) and part.function in ("np.sum", "np.mean"):
            for options in _OPTIONS:
                if options != part.options:
                    yield put(Call(part.function, part.arguments, options))


def _without_sum(line: Expression, _context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        if isinstance(part, Call) and part.function in ("np.sum", "np.mean"):
            yield put(part.arguments[0])


def _with_sum(line: Expression, context: Context) -> Iterator[Expression]:
    wanted = context.values[context.of] if context.of else None
    for part, put in places(line):
        if isinstance(part, Number) or wanted is None:
            continue
        is_gradient = isinstance(part, Name) and part.id in context.roles
        if is_gradient or operands_of(part, "*"):
            for options in _OPTIONS:
                yield put(Call("np.sum", (part,), options))


def as_mean(line: Expression, _context: Context) -> Iterator[Expression]:
    """Take a mean for a sum."""
    yield from _replaced(line, "np.sum", "np.mean")


def as_sum(line: Expression, _context: Context) -> Iterator[Expression]:
    """Take a sum for a mean."""
    yield from _replaced(line, "np.mean", "np.sum")


def _replaced(line: Expression, old: str, new: str) -> Iterator[Expression]:
    for part, put in places(line):
        if isinstance(part, Call) and row_of(part).name == old:
            yield put(Call(new, part.arguments, part.options))


SUMS = (
    Slip(
        "sum-along-wrong-axis", Kind.DIRECTION,
        "the sum is taken along the wrong axis, or along all of them",
        "the bias is stretched over the examples in silence, so it is not seen that its gradient "
        "has to be summed back over just these",
        "the biases of a layer all get the same step, and stay equal for ever",
        _NOTES, _other_axes, _other_axes,
    ),
    Slip(
        "sum-left-out", Kind.DIRECTION,
        "the sum over the examples is missing",
        "the bias is stretched over the examples in silence, and its gradient looks like dZ",
        "the bias takes the shape of the batch, and holds a number for every example",
        _NOTES, _without_sum, _with_sum,
    ),
    Slip(
        "mean-for-sum", Kind.SCALE,
        "a mean is taken where a sum is meant",
        "the mean over the examples is what the cost is, and the division by m is then done twice",
        "the bias moves m times slower than the weights",
        _NOTES, as_mean, as_sum,
    ),
)  # fmt: skip
