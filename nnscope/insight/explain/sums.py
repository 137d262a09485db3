"""The sums in a cell's arithmetic: what is added up term by term before the rest is computed.

A sum here is a product of a row and a column, or a reduction: also a largest value is found term by
term. A mean, a norm and a softmax are first written out by the sums that they consist of.
"""

from collections.abc import Iterator
from functools import lru_cache

from msgspec.structs import replace

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
from nnscope.insight.explain.cells import Box, Cell, box_of
from nnscope.insight.explain.reads import Reads, collected
from nnscope.insight.explain.terms import Terms

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
    if explanation.terms is not None and explanation.terms.are_joined:
        total = explanation.terms.number()
        return Explanation(_TOTAL, explanation.cell, total, broadcast=explanation.broadcast)
    if not explanation.parts:
        return explanation
    parts = tuple(map(totalled, explanation.parts))
    return replace(explanation, parts=parts, exact=computed(explanation.expression, parts))


def given_reads(explanation: Explanation) -> Reads:
    """Collect the cells of values that the arithmetic of a cell reads outside its sums."""
    return collected(_given_blocks(explanation))


def _given_blocks(explanation: Explanation) -> Iterator[tuple[Expression, Box]]:
    for each in explanation.walk():
        if each.terms is not None and not each.terms.are_joined:
            shapes = each.terms.environment.shapes
            yield from shapes.behind(each.expression, box_of(each.cell))
        elif each.is_given and isinstance(each.expression, Name | Transpose):
            yield each.expression, box_of(each.cell)


def sums_of(explanation: Explanation) -> tuple[Terms, ...]:
    """List the outermost sums in the arithmetic of a cell by their terms, in its order.

    The place of a largest value is no sum: it is not found term by term.
    """
    found = (each.terms for each in explanation.walk())
    return tuple(terms for terms in found if terms is not None and terms.are_joined)


def term(terms: Terms, place: int) -> tuple[Expression, Cell, dict[str, Value]]:
    """Give one term as an expression, with its cell and the values that it reads."""
    operands, cells = children(terms.node), terms.cells(place)
    if terms.column is None:
        return operands[0], cells[0], dict(terms.environment.values)
    numbers = {_LEFT.id: terms.row[place], _RIGHT.id: terms.column[place]}
    return Binary("*", _LEFT, _RIGHT), (), numbers


def added(terms: Terms, start: int, stop: int) -> Explanation:
    """Explain what the terms from `start` to before `stop` do to what came of those before."""
    expression, cell, numbers = term(terms, start)
    if stop > start + 1 or terms.reduction.truth is Truth.MADE:
        expression, cell, numbers = _MORE, (), {_MORE.id: terms.number(start, stop)}
    if start:
        numbers[_TOTAL.id] = terms.number(0, start)
        so_far = rule(terms.reduction.so_far)
        expression = substitute(so_far, {"a": _TOTAL, "b": expression})
    return explain(expression, cell, numbers)
