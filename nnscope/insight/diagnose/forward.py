"""The forward lines with the values inside them that a backward line may differentiate by.

Many scripts write a whole layer in one line, `l1 = 1 / (1 + np.exp(-np.dot(X, syn0)))`, and yet
take the gradient by the weighted sum inside it. Here each such sum is a line of its own.
"""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct, field

from nnscope.expression.operation import Kind
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    Expression,
    Name,
    Number,
    children,
    names,
    with_children,
)
from nnscope.expression.table import is_called, row_of
from nnscope.program.model import Phase, Program

_MARK = "_sum_"
_TINY = 1e-4


class Forward(Struct, frozen=True, eq=False):
    """The lines that lead to the cost, in order: a target and its expression.

    `inner` has the expression of every value that has no line in the source, by its id.
    """

    program: Program
    lines: tuple[tuple[str, Expression], ...]
    inner: Mapping[str, Expression] = field(default_factory=dict)

    def spelled(self, of: str) -> str:
        """Write a value as the reader does; one without a name as its expression."""
        return source(self.inner[of]) if of in self.inner else self.program.spelled(of)


def forward_of(program: Program) -> Forward:
    """Take the lines that lead to the cost, each weighted sum inside one as a line before it."""
    judging = (Phase.FORWARD, Phase.LOSS)
    found, inner = list[tuple[str, Expression]](), dict[str, Expression]()
    for line in program.lines:
        if line.phase in judging:
            whole = without_guards(program, line.expression)
            parted = _Parting(len(inner)) if line.target != program.cost else None
            expression = parted.rest(whole) if parted else whole
            if parted:
                found += parted.lines
                inner |= parted.inner
            found.append((line.target, expression))
    return Forward(program, tuple(found), inner)


def without_guards(program: Program, expression: Expression) -> Expression:
    """Leave out the tiny numbers that are added inside a logarithm, lest it meet a 0.

    The gradient that everyone writes does not have them.
    """
    if is_called(expression, np.log):
        return with_children(expression, lambda inner: _unguarded(program, inner))
    return with_children(expression, lambda child: without_guards(program, child))


def _unguarded(program: Program, inner: Expression) -> Expression:
    for place, operand in enumerate(children(inner)):
        if _is_addition(inner) and _is_tiny(program, operand):
            return children(inner)[1 - place]
    return inner


def _is_addition(part: Expression) -> bool:
    return not isinstance(part, Name | Number) and row_of(part).name in ("+", "np.add")


def _is_tiny(program: Program, operand: Expression) -> bool:
    match operand:
        case Number(value):
            return 0 < value < _TINY
        case Name(name) if name in program.start and not program.shapes[name]:
            return 0 < float(np.asarray(program.start[name])) < _TINY
    return False


class _Parting:
    """Takes the weighted sums out of one expression."""

    def __init__(self, count: int) -> None:
        self.lines: list[tuple[str, Expression]] = []
        self.inner: dict[str, Expression] = {}
        self._count = count

    def rest(self, whole: Expression) -> Expression:
        """Give the expression with a name for each sum that is inside it; the whole stays."""
        if is_sum(whole):
            return whole
        return with_children(whole, self._part)

    def _part(self, part: Expression) -> Expression:
        if not is_sum(part):
            return with_children(part, self._part)
        known = [id_ for id_, each in self.inner.items() if each == part]
        id_ = known[0] if known else f"{_MARK}{self._count + len(self.inner)}"
        if not known:
            self.lines.append((id_, part))
            self.inner[id_] = part
        return Name(id_, source(part))


def is_sum(part: Expression) -> bool:
    """Tell whether an expression is a product of matrices, or one with something added."""
    if isinstance(part, Name | Number) or not names(part):
        return False
    row = row_of(part)
    if row.kind is Kind.PRODUCT:
        return True
    return _is_addition(part) and any(is_sum(each) for each in children(part))
