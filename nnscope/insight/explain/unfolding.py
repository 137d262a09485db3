"""From a cell down to the names it read: a step for each operation, row, column, term and name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.expression.shapes import infer, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Call, Expression, Name, Number, Transpose, children, names
from nnscope.expression.table import row_of
from nnscope.insight.explain.arithmetic import arithmetic, operation, totalled
from nnscope.insight.explain.cell import Explanation, explain
from nnscope.insight.explain.cells import Cell, along
from nnscope.insight.explain.origin import origin
from nnscope.insight.explain.steps import DIGITS, Step
from nnscope.insight.explain.terms import Series, bracketed
from nnscope.insight.numbers import short
from nnscope.program.model import Program


@dataclass(frozen=True, eq=False, slots=True)
class Unfolding:
    """Unfolds the arithmetic of line `index` of an iteration, which read `values`.

    A sum of more than `most` terms shows its first and its largest ones, or with `largest` only
    these, and what the rest adds.
    """

    program: Program
    values: Mapping[str, Value]
    iteration: int
    index: int
    most: int = 8
    largest: bool = False

    def steps(self, explanation: Explanation, depth: int) -> Iterator[Step]:
        """Yield the steps of a cell and of all below it."""
        explanation = explanation.meant
        text, value = explanation.text, explanation.value
        match explanation.expression:
            case Number():
                return  # it stands in the arithmetic above
            case Name() | Transpose() as leaf:
                note = _joined(self._origins(leaf), _served(explanation))
                yield Step(depth, text, value=value, note=note)
            case _ if explanation.row is not None:
                yield Step(depth, text, _work(explanation), value, _told(explanation))
                yield from self._operands(explanation, depth + 1)
                yield from self._terms(Series(explanation), depth + 1)
            case expression:
                note = _joined(_meaning(expression), _served(explanation))
                yield Step(depth, text, operation(explanation, DIGITS), value, note)
                for part in explanation.parts:
                    yield from self.steps(part, depth + 1)

    def _operands(self, explanation: Explanation, depth: int) -> Iterator[Step]:
        """Name the row, and the column that it is multiplied by."""
        expression, cell = explanation.expression, explanation.cell
        first = children(expression)[0]
        rank = len(infer(first, self.program.shapes))
        if explanation.column is not None:
            second = children(expression)[1]
            across: tuple[int | slice, ...] = (cell[0], slice(None)) if rank == 2 else ()
            yield Step(depth, f"row {_part(first, across)}", note=self._origins(first))
            two = len(infer(second, self.program.shapes)) == 2
            down: tuple[int | slice, ...] = (slice(None), cell[-1]) if two else ()
            yield Step(depth, f"column {_part(second, down)}", note=self._origins(second))
            return
        axis = expression.option("axis") if isinstance(expression, Call) else None
        taken = () if axis is None else along(cell, axis % rank, rank)
        yield Step(depth, f"over {_part(first, taken)}", note=self._origins(first))

    def _terms(self, series: Series, depth: int) -> Iterator[Step]:
        """List the terms, or of a long sum the ones that matter and what the rest adds."""
        count = len(series)
        if self.largest or count <= self.most:
            shown = (series.largest if self.largest else series.first)(self.most)
        else:
            shown = series.first(self.most // 2)
            extra = [place for place in series.largest(self.most) if place not in shown]
            shown = shown + extra[: self.most - len(shown)]
        for number, place in enumerate(shown):
            is_first_large = not self.largest and number == self.most // 2 and count > self.most
            note = "the largest of the others" if is_first_large else ""
            where, work = self._term(series, place)
            yield Step(depth, f"[{', '.join(map(str, where))}]", work,
                       float(series.values[place]), note)  # fmt: skip
        left = count - len(shown)
        if left and series.is_sum:
            yield Step(depth, f"{left} more", "", series.rest(shown), "what they add together")
        elif left:
            yield Step(depth, f"{left} more")

    def _term(self, series: Series, place: int) -> tuple[Cell, str]:
        """Give the place of a term, over a whole matrix its row and column, and its arithmetic."""
        explanation = series.explanation
        call, text = explanation.expression, series.term(place, DIGITS).text
        if not isinstance(call, Call) or explanation.column is not None:
            return (place,), text
        operand, axis = call.arguments[0], call.option("axis")
        shape = sizes(infer(operand, self.program.shapes))
        if axis is None:
            cell = tuple(int(at) for at in np.unravel_index(place, shape)) if shape else ()
        else:
            index = along(explanation.cell, axis % len(shape), len(shape))
            cell = tuple(place if isinstance(at, slice) else at for at in index)
        plain = text == bracketed(float(series.values[place]), DIGITS)
        if plain:  # the term is the cell itself: say how that came about, unless it has a name
            inner = explain(operand, cell, self.values)
            has_name = inner.meant.row is None and not inner.meant.parts
            text = "" if has_name else arithmetic(inner, digits=DIGITS)
        return (cell if axis is None else (place,)), text

    def _origins(self, expression: Expression) -> str:
        found = [origin(self.program, name, self.iteration, self.index)
                 for name in names(expression)]  # fmt: skip
        single = len(found) == 1
        return "; ".join(each.words if single else f"{each.name}: {each.words}" for each in found)


def _work(explanation: Explanation) -> str:
    """Write what is done with a sum, if anything: a division by the count, a root."""
    series = Series(explanation)
    if not series.is_sum:
        return ""
    total = short(float(series.values.sum()), DIGITS)
    work = totalled(explanation, total, DIGITS)
    return "" if work == total else work


def _told(explanation: Explanation) -> str:
    """Say what a row goes into: `the sum of 3 products, a row times a column`."""
    count = len(explanation.terms)
    if explanation.column is not None:
        return f"the sum of {count} product{'s' * (count != 1)}, a row times a column"
    call = explanation.expression
    meaning = row_of(call).meaning if isinstance(call, Call) else ""
    numbers = f"{meaning}, of {count} number{'s' * (count != 1)}"
    return _joined(numbers, _served(explanation))


def _meaning(expression: Expression) -> str:
    """Say what a function does, where its formula does not say it already."""
    if not isinstance(expression, Call) or row_of(expression).formula:
        return ""
    return row_of(expression).meaning


def _served(explanation: Explanation) -> str:
    """Say that one cell is used along a whole axis of the result: it is broadcast."""
    if not explanation.broadcast:
        return ""
    axes = " and ".join(str(axis) for axis in explanation.broadcast)
    return f"one cell for all of axis {axes} (broadcast)"


def _part(expression: Expression, index: Cell | tuple[int | slice, ...]) -> str:
    """Write a row or a column of an operand: `A1.T[:, 1]`."""
    text = source(expression)
    if not index:
        return text
    items = ", ".join(":" if isinstance(item, slice) else str(item) for item in index)
    plain = isinstance(expression, Name | Transpose | Call)
    return f"{text}[{items}]" if plain else f"({text})[{items}]"


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))
