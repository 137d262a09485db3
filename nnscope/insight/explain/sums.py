"""The sums in a cell's arithmetic: what is added up term by term before the rest is computed.

A sum here is a product of a row and a column, or a reduction: also a largest value is found term by
term. A mean, a norm and a softmax are first written out by the sums that they consist of.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.expression.operation import Kind, Truth
from nnscope.expression.rules import applied, rule
from nnscope.expression.syntax import (
    Binary,
    Expression,
    Name,
    Number,
    Transpose,
    children,
    substitute,
    with_children,
)
from nnscope.expression.table import row_of
from nnscope.insight.explain.cell import Explanation, computed, explain
from nnscope.insight.explain.cells import Box, Cell, box_at, box_of
from nnscope.insight.explain.environment import Environment
from nnscope.insight.explain.reads import Reads, collected
from nnscope.insight.explain.terms import Summed, Terms

_LEFT, _RIGHT, _TOTAL, _MORE = map(Name, ("left", "right", "Σ", "more"))


@lru_cache(maxsize=256)
def by_sums(expression: Expression) -> Expression:
    """Write means, norms and softmaxes that are not inside a sum by the sums they consist of."""
    if isinstance(expression, Number | Name):
        return expression
    row = row_of(expression)
    if row.by_sums:
        return by_sums(applied(row.by_sums, expression, children(expression)))
    is_sum = row.kind in (Kind.PRODUCT, Kind.REDUCTION)
    return expression if is_sum else with_children(expression, by_sums)


def totalled(explanation: Explanation) -> Explanation:
    """Compute a cell again from its sums, each of them added up one term after the other."""
    if explanation.terms is not None:
        total = np.float64(explanation.terms.running())
        return Explanation(_TOTAL, explanation.cell, total, broadcast=explanation.broadcast)
    if not explanation.parts:
        return explanation
    parts = tuple(map(totalled, explanation.parts))
    return replace(explanation, parts=parts, exact=computed(explanation.expression, parts))


def given_reads(explanation: Explanation) -> Reads:
    """Collect the cells of values that the arithmetic of a cell reads outside its sums."""
    leaves = (each for each in explanation.walk() if isinstance(each.expression, Name | Transpose))
    return collected((each.expression, box_of(each.cell)) for each in leaves if each.is_given)


@dataclass(frozen=True, eq=False, slots=True)
class Sum:
    """One of the outermost sums in the arithmetic of a cell, with the values that it reads.

    `cell` is the cell of the operation, `node`, that is summed.
    """

    environment: Environment
    node: Summed
    cell: Cell
    terms: Terms

    def term(self, number: int) -> tuple[Expression, Cell, dict[str, Value]]:
        """Give one term as an expression, with its cell and the values that it reads."""
        operands = children(self.node)
        cells = self.environment.term_cells(self.node, self.cell, number)
        if self.terms.column is None:
            return operands[0], cells[0], dict(self.environment.values)
        pairs = zip((_LEFT, _RIGHT), operands, cells, strict=True)
        numbers = {name.id: self.environment.array(each)[at] for name, each, at in pairs}
        return Binary("*", _LEFT, _RIGHT), (), numbers

    def added(self, start: int, stop: int) -> Explanation:
        """Explain what the terms from `start` to before `stop` do to what came of those before."""
        term, cell, numbers = self.term(start)
        reduction = self.terms.reduction
        if stop > start + 1 or reduction.truth is Truth.MADE:
            more = np.float64(self.terms.running(start, stop))
            term, cell, numbers = _MORE, (), {_MORE.id: more}
        if start:
            numbers[_TOTAL.id] = np.float64(self.terms.running(0, start))
            term = substitute(rule(reduction.so_far), {"a": _TOTAL, "b": term})
        return explain(term, cell, numbers)

    def reads(self, number: int) -> Reads:
        """Tell what one term reads, and for a product the row and the column that it is in."""
        return collected(self._blocks(number))

    def _blocks(self, number: int) -> Iterator[tuple[Expression, Box]]:
        shapes = self.environment.shapes
        cells = self.environment.term_cells(self.node, self.cell, number)
        coordinates = shapes.coordinates(self.node)
        for operand, taken, at in zip(children(self.node), coordinates, cells, strict=True):
            yield from shapes.behind(operand, box_of(at))
            if self.terms.column is not None:
                line = box_at(taken, box_of(self.cell), shapes.of(operand))
                yield from shapes.behind(operand, line)


def sums_of(environment: Environment, explanation: Explanation) -> tuple[Sum, ...]:
    """List the outermost sums in the arithmetic of a cell, in the order of its text."""
    return tuple(
        Sum(environment, each.terms.node, each.cell, each.terms)
        for each in explanation.walk()
        if each.terms is not None
    )
