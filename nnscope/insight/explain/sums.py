"""The sums inside an expression: what is added up term by term before the rest is computed.

A sum here is a product of rows and columns, or a reduction: also a largest value is found term by
term. A mean, a norm and a softmax are first written out by the sums that they consist of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.expression.operation import Kind, Operation, Truth
from nnscope.expression.rules import applied, rule
from nnscope.expression.shapes import infer
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Transpose,
    children,
    names,
    substitute,
    with_children,
)
from nnscope.expression.table import SUM, row_of
from nnscope.insight.explain.cell import Explanation, explain
from nnscope.insight.explain.cells import Box, Cell, box_at, box_of
from nnscope.insight.explain.environment import Environment, shapes_of
from nnscope.insight.explain.reads import Reads
from nnscope.insight.explain.terms import Summed, Terms

Values = dict[str, Value]
_LEFT, _RIGHT, _SO_FAR, _MORE = map(Name, ("left", "right", "Σ", "more"))


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum inside an expression, and the name that stands for it in the rest."""

    name: Name
    node: Summed

    @property
    def count(self) -> Name:
        """The name of the number of its terms, which a mean divides by."""
        return Name(f"{self.name.id}count")

    @property
    def is_product(self) -> bool:
        """Whether it adds the products of a row and a column."""
        return row_of(self.node).kind is Kind.PRODUCT

    @property
    def reduction(self) -> Operation:
        """The row of the reduction that joins its terms; of a product, the sum."""
        return SUM if self.is_product else row_of(self.node)


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
        found.append(Sum(Name(f"Σ{len(found) + 1}"), expression))
        return found[-1].name
    return with_children(expression, lambda operand: _without_sums(operand, found))


class Sums:
    """The sums of an expression with the values that it reads.

    `rest` is what is left of the expression when each sum has a name, `all` are the sums.
    """

    def __init__(self, expression: Expression, values: Mapping[str, Value]) -> None:
        self.rest, self.all = split(expression)
        read = {name: values[name] for name in names(expression)}
        shapes = shapes_of(read)
        for each in self.all:
            shapes[each.name.id], shapes[each.count.id] = infer(each.node, shapes), ()
        self.environment = Environment(read, shapes)
        read |= {each.count.id: np.float64(self.count(each)) for each in self.all}

    def count(self, sum_: Sum) -> int:
        """Count the terms of a sum."""
        return self.environment.count(sum_.node)

    def terms(self, sum_: Sum, cell: Cell) -> Terms:
        """Give the terms of the sum that a cell of the whole expression is computed from."""
        return self.environment.terms(sum_.node, self._place(sum_, cell))

    def _place(self, sum_: Sum, cell: Cell) -> Cell:
        """Give the cell of a sum that a cell of the whole expression is computed from."""
        boxes = self.environment.shapes.reads(self.rest, box_of(cell))
        if sum_.name in boxes:
            return tuple(along.start for along in boxes[sum_.name][0])
        return tuple(along.start for along in reversed(boxes[Transpose(sum_.name)][0]))

    def term(self, sum_: Sum, cell: Cell, number: int) -> tuple[Expression, Cell, Values]:
        """Give one term as an expression, with its cell and the values that it reads."""
        cells = self._term_cells(sum_, cell, number)
        operands = children(sum_.node)
        if not sum_.is_product:
            return operands[0], cells[0], dict(self.environment.values)
        pairs = zip((_LEFT, _RIGHT), operands, cells, strict=True)
        numbers = {name.id: self.environment.array(each)[at] for name, each, at in pairs}
        return Binary("*", _LEFT, _RIGHT), (), numbers

    def _term_cells(self, sum_: Sum, cell: Cell, number: int) -> tuple[Cell, ...]:
        return self.environment.term_cells(sum_.node, self._place(sum_, cell), number)

    def added(self, sum_: Sum, cell: Cell, start: int, stop: int) -> Explanation:
        """Explain what the terms from `start` to before `stop` do to what came of those before."""
        terms = self.terms(sum_, cell)
        term, at, numbers = self.term(sum_, cell, start)
        if stop > start + 1 or sum_.reduction.truth is Truth.MADE:
            more = np.float64(terms.running(start, stop))
            term, at, numbers = _MORE, (), {_MORE.id: more}
        if start:
            numbers[_SO_FAR.id] = np.float64(terms.running(0, start))
            term = substitute(rule(sum_.reduction.so_far), {"a": _SO_FAR, "b": term})
        return explain(term, at, numbers)

    def reads(self, sum_: Sum, cell: Cell, number: int) -> Reads:
        """Tell what one term reads, and for a product the row and the column that it is in."""
        shapes, found = self.environment.shapes, dict[Expression, tuple[Box, ...]]()
        place = box_of(self._place(sum_, cell))
        cells = self._term_cells(sum_, cell, number)
        operands = zip(children(sum_.node), shapes.coordinates(sum_.node), cells, strict=True)
        for operand, taken, at in operands:
            whole = [box_at(taken, place, shapes.of(operand))] if sum_.is_product else []
            for box in (box_of(at), *whole):
                for name, read in shapes.reads(operand, box).items():
                    found[name] = tuple(dict.fromkeys((*found.get(name, ()), *read)))
        return found

    @property
    def is_plain(self) -> bool:
        """Whether nothing is left to compute when the sums are known, but at most to look up."""
        rest = self.rest
        while isinstance(rest, Transpose | Index):
            rest = rest.operand
        return isinstance(rest, Name)

    def closing(self, cell: Cell) -> Explanation:
        """Explain what is left of a cell of the whole expression when its sums are known."""
        values = dict(self.environment.values)
        for each in self.all:
            total = np.float64(self.terms(each, cell).running())
            values[each.name.id] = np.broadcast_to(total, self.environment.shapes.of(each.name))
        return explain(self.rest, cell, values)

    def closing_reads(self, cell: Cell) -> Reads:
        """Tell what is read when the sums are known, without these."""
        own = {letter.id for each in self.all for letter in (each.name, each.count)}
        reads = self.environment.shapes.reads(self.rest, box_of(cell))
        return {operand: boxes for operand, boxes in reads.items() if names(operand)[0] not in own}
