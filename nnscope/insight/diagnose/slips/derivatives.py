"""The derivatives of a network's activations: the right ones, and those that are taken for them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.operation import Kind, Operation
from nnscope.expression.rows.activations import ACTIVATIONS
from nnscope.expression.rules import rule
from nnscope.expression.syntax import Binary, Expression, Number, names, substitute
from nnscope.expression.vjp import derivative
from nnscope.insight.diagnose.slips.context import Context, same

Array = NDArray[Any]


class Bend(Struct, frozen=True, eq=False):
    """An activation of the forward pass: what goes in, what comes out, and which it is."""

    row: Operation
    before: str
    after: str


def bends(context: Context) -> list[Bend]:
    """Find the activations of the forward pass by their values, however they are written."""
    return list(_bends(context))


def _bends(context: Context) -> Iterator[Bend]:
    for target, expression in context.forward.lines:
        if target == context.program.cost:
            continue
        read = [name for name in names(expression) if name in context.values]
        for row in _rows():
            for name in read:
                if _is_bend(context, row, name, target):
                    yield Bend(row, name, target)
    yield from (Bend(FUNCTIONS["softmax"], *pair[:2]) for pair in softmaxes(context))


def softmaxes(context: Context) -> Iterator[tuple[str, str, int]]:
    """Yield each softmax of the forward pass: what goes in, what comes out, along which axis.

    It may be computed in several lines.
    """
    for target, _ in context.forward.lines:
        after = np.asarray(context.values[target])
        if target == context.program.cost or after.ndim != 2 or after.dtype.kind != "f":
            continue
        for axis in (0, 1):
            if after.shape[axis] > 1 and np.allclose(np.sum(after, axis=axis), 1, atol=1e-9):
                before = _before_softmax(context, after, axis)
                if before:
                    yield before, target, axis


def _before_softmax(context: Context, after: Array, axis: int) -> str:
    row = FUNCTIONS["softmax"]
    for target, _ in context.forward.lines:
        before = np.asarray(context.values[target])
        if before.shape == after.shape and same(row.call(before, axis=axis), after):
            return target
    return ""


@lru_cache
def _rows() -> tuple[Operation, ...]:
    own = [row for row in ACTIVATIONS if row.operands == 1 and row.kind is Kind.ELEMENTWISE]
    return (*own, FUNCTIONS["np.tanh"])


def _is_bend(context: Context, row: Operation, before: str, after: str) -> bool:
    x, y = np.asarray(context.values[before]), np.asarray(context.values[after])
    if x.shape != y.shape or x.dtype.kind != "f" or np.array_equal(x, y):
        return False
    with np.errstate(all="ignore"):
        return same(np.asarray(row.call(x)), y)


def right_form(context: Context, bend: Bend) -> Expression:
    """Give the derivative of an activation, as it is mostly written."""
    return form(bend.row, context.name(bend.before), context.name(bend.after))


def form(row: Operation, before: Expression, after: Expression) -> Expression:
    """Give the derivative of an activation with these for what goes in and what comes out."""
    return substitute(written_derivative(row), {"x": before, "y": after})


def written_derivative(row: Operation) -> Expression:
    """Give the derivative of an activation in the letters of the table; of softmax its diagonal."""
    return rule(row.diagonal) if row.diagonal else derivative(row)


def at_wrong_values(context: Context, bend: Bend) -> Iterator[Expression]:
    """Yield the derivative taken at values that it is not to be taken at.

    What comes out is put in for what goes in and the other way round: 1 - Z ** 2, s(A) (1 - s(A)).
    """
    before, after = context.name(bend.before), context.name(bend.after)
    written = written_derivative(bend.row)
    if "y" in names(written) and not bend.row.diagonal:
        yield form(bend.row, before, before)
        again = substitute(rule(_called(bend.row)), {"x": after})
        yield substitute(written, {"y": again})
    shape = context.shape(after)
    for name in (*context.roles, *context.arrays):
        if name not in (bend.before, bend.after) and np.shape(context.values[name]) == shape:
            other = context.name(name)
            yield form(bend.row, other, other)


def _called(row: Operation) -> str:
    return f"{row.name}(x)"


def of_others(context: Context, bend: Bend) -> Iterator[Expression]:
    """Yield the derivatives of other activations at the same layer."""
    before, after = context.name(bend.before), context.name(bend.after)
    for row in _rows():
        if row is not bend.row:
            yield form(row, before, after)


def on_error(context: Context, bend: Bend) -> Iterator[Expression]:
    """Yield the derivative with the error in place of the activation: (A - Y) (1 - (A - Y))."""
    yield from (form(bend.row, error, error) for error in errors(context, bend))


def errors(context: Context, bend: Bend) -> Iterator[Expression]:
    """Yield the error of what comes out of an activation: less what is wanted, and reversed."""
    after = context.name(bend.after)
    for name in context.data:
        if np.shape(context.values[name]) == context.shape(after):
            yield Binary("-", after, context.name(name))
            yield Binary("-", context.name(name), after)


def never_acting(context: Context, bend: Bend) -> Iterator[Expression]:
    """Yield masks that are 1 everywhere: of a ReLU's own output, which is never below 0."""
    if np.min(np.asarray(context.values[bend.after]), initial=0.0) >= 0:
        yield Binary(">=", context.name(bend.after), Number(0))
