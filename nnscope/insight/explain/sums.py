"""The sums inside an expression: what has to be added up term by term before the rest is computed.

A sum here is a product of rows and columns, or a reduction: also a largest value is found term by
term. A mean, a norm and a softmax are first written out by the sums that they consist of.
"""

from dataclasses import dataclass
from functools import lru_cache

from nnscope.expression.operation import Kind, Operation
from nnscope.expression.rules import applied
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Name,
    Number,
    Option,
    children,
    with_children,
)
from nnscope.expression.table import SUM, row_of


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum inside an expression, and the name that stands for it in the rest."""

    name: Name
    node: Binary | Call

    @property
    def factors(self) -> tuple[Expression, Expression] | None:
        """What is multiplied, rows by columns; None for a reduction."""
        if row_of(self.node).kind is not Kind.PRODUCT:
            return None
        left, right = children(self.node)
        return left, right

    @property
    def count(self) -> Name:
        """The name of the number of its terms, which a mean divides by."""
        return Name(f"{self.name.id}count")

    @property
    def reduction(self) -> Operation:
        """The row of the reduction that it is; of products, the sum."""
        return SUM if self.factors else row_of(self.node)

    @property
    def argument(self) -> Expression:
        """What is reduced; of a product, what stands left."""
        return children(self.node)[0]

    @property
    def axis(self) -> Option:
        """The axis of a reduction as it is written, None for everything."""
        return self.node.option("axis") if isinstance(self.node, Call) else None


@lru_cache(maxsize=256)
def split(expression: Expression) -> tuple[Expression, tuple[Sum, ...]]:
    """Take the outermost sums out of an expression: what is left, and the sums in its order."""
    found: list[Sum] = []
    return _without_sums(expression, found), tuple(found)


def _without_sums(expression: Expression, found: list[Sum]) -> Expression:
    if isinstance(expression, Number | Name):
        return expression
    row = row_of(expression)
    if row.by_sums:
        whole = applied(row.by_sums, expression, children(expression))
        return _without_sums(whole, found)
    if row.kind is Kind.COUNT:  # a mean is a sum, taken out just before, over its count
        return found[-1].count
    if isinstance(expression, Binary | Call) and row.kind in (Kind.PRODUCT, Kind.REDUCTION):
        return _named(expression, found)
    return with_children(expression, lambda operand: _without_sums(operand, found))


def _named(node: Binary | Call, found: list[Sum]) -> Name:
    found.append(Sum(Name(f"Σ{len(found) + 1}"), node))
    return found[-1].name
