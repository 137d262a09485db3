"""Slips of a term: one that is missing, one too many, one with the wrong sign."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.jacobian import vector_jacobian
from nnscope.expression.shapes import Axis
from nnscope.expression.syntax import Binary, Call, Expression, Name, Number, Transpose, names
from nnscope.insight.diagnose.slips.context import Context
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.insight.diagnose.slips.trees import is_writable, joined, operands_of, places

_NOTES = "CS231n, Backpropagation, Intuitions: gradients add up at forks"
_DECAY = "Krogh and Hertz 1992, A simple weight decay can improve generalization"


def _without_term(line: Expression, _context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        pair = operands_of(part, "+")
        if pair:
            yield put(pair[0])
            yield put(pair[1])


def _terms(context: Context, of_cost: bool) -> Iterator[Expression]:
    """Yield what each forward line that reads the value adds to its gradient."""
    program = context.program
    targets = {role.of: (name, role.factor) for name, role in context.roles.items()}
    shapes = {name: tuple(map(Axis, np.shape(value))) for name, value in context.values.items()}
    for target, expression in context.forward.lines:
        if context.of not in names(expression) or (target == program.cost) is not of_cost:
            continue
        arriving: Expression = Number(1)
        if not of_cost:
            if target not in targets:
                continue
            name, factor = targets[target]
            arriving = context.name(name)
            if abs(factor - 1) > 1e-9:
                arriving = Binary("/", arriving, context.written(factor))
        try:
            term = vector_jacobian(expression, context.of, arriving, target, shapes)
        except ExpressionError:
            continue
        if is_writable(term):
            yield term


def _with_terms(line: Expression, context: Context) -> Iterator[Expression]:
    for term in _terms(context, of_cost=False):
        yield Binary("+", line, term)


def _with_penalty(line: Expression, context: Context) -> Iterator[Expression]:
    for term in _terms(context, of_cost=True):
        yield Binary("+", line, term)
    for name in context.numbers():
        if context.of in context.program.carried:
            yield Binary("+", line, Binary("*", context.name(name), context.name(context.of)))


def _penalized(line: Expression, context: Context) -> Iterator[Expression]:
    if context.of in context.program.carried:
        yield Binary("+", line, Binary("*", Number(0.1), context.name(context.of)))


def signs_swapped(line: Expression, _context: Context) -> Iterator[Expression]:
    """Put minus for plus, or plus for minus, in one place."""
    for part, put in places(line):
        for sign, other in (("+", "-"), ("-", "+")):
            pair = operands_of(part, sign)
            if pair:
                yield put(joined(part, other, *pair))


def _unsquared(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        pair = operands_of(part, "**")
        if pair and context.number(pair[1]) == 2:
            yield put(pair[0])


def _squared(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        if isinstance(part, Name) and part.id in context.arrays:
            yield put(Binary("**", part, Number(2)))


def _without_input(line: Expression, context: Context) -> Iterator[Expression]:
    """Sum the gradient over the examples, where it has to be multiplied with what came in."""
    if context.of not in context.program.carried:
        return
    for part, put in places(line):
        for axis, this in zip((1, 0), operands_of(part, "@") or (), strict=False):
            if isinstance(this, Name) and this.id in context.roles:
                yield put(Call("np.sum", (this,), (("axis", axis), ("keepdims", True))))


def _with_input(line: Expression, context: Context) -> Iterator[Expression]:
    for part, put in places(line):
        if isinstance(part, Call) and part.function == "np.sum":
            for name in context.arrays:
                value = context.name(name)
                yield put(Binary("@", part.arguments[0], Transpose(value)))
                yield put(Binary("@", Transpose(value), part.arguments[0]))


TERMS = (
    Slip(
        "term-left-out", Kind.DIRECTION,
        "one way to the cost is missing: its term has to be added",
        "`=` stands for `+=`, or a value that is used twice was followed only once",
        "the step follows a part of the slope",
        _NOTES, _without_term, _with_terms,
    ),
    Slip(
        "penalty-left-out", Kind.COST,
        "the cost has a penalty whose gradient is missing here",
        "the penalty was added to the cost alone",
        "the weights are not held down, while the cost that is shown says so",
        _DECAY, _without_term, _with_penalty,
    ),
    Slip(
        "penalty-too-many", Kind.COST,
        "a term is added that the cost does not have",
        "a penalty was added to the gradient alone, or to the biases too",
        "what is descended is another function than the cost that is shown",
        _DECAY, _penalized, _without_term,
    ),
    Slip(
        "sign-inside", Kind.DIRECTION,
        "a sign inside the line is wrong",
        "plus and minus are easily mixed up when a formula is copied",
        "the step has little to do with the slope",
        _NOTES, signs_swapped, signs_swapped,
    ),
    Slip(
        "square-left-out", Kind.DIRECTION,
        "a square is missing",
        "the derivative of tanh, 1 - A ** 2, looks like that of the sigmoid, A * (1 - A)",
        "each step is bent cell by cell; it may converge, more slowly",
        _NOTES, _unsquared, _squared,
    ),
    Slip(
        "input-left-out", Kind.DIRECTION,
        "what came into the layer is not multiplied in",
        "the rule for the bias was copied to the weights",
        "all weights of a unit get the same step, and the inputs play no part",
        _NOTES, _without_input, _with_input,
    ),
)  # fmt: skip
