"""From a cell down to the names it read: a step for each operation, row, column, term and name."""

from collections.abc import Iterator

from msgspec import Struct

from nnscope.expression.syntax import Call, Expression, Name, Number, Transpose, children, names
from nnscope.expression.table import row_of
from nnscope.insight.explain.arithmetic import arithmetic, operation
from nnscope.insight.explain.cell import Explanation, explain_in, written
from nnscope.insight.explain.cells import index_at
from nnscope.insight.explain.origin import origin
from nnscope.insight.explain.steps import DIGITS, Step
from nnscope.insight.explain.terms import Terms
from nnscope.insight.numbers import short
from nnscope.program.model import Program


class Unfolding(Struct, frozen=True, eq=False):
    """Unfolds the arithmetic of line `index` of an iteration of a program with all its forms.

    A sum of more than `most` terms shows its first and its largest ones, or with `largest` only
    these, and what the rest adds.
    """

    program: Program
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
            case _ if explanation.terms is not None:
                yield from self._sum(explanation, explanation.terms, depth)
            case expression:
                note = _joined(_meaning(expression), _served(explanation))
                yield Step(depth, text, operation(explanation, DIGITS), value, note)
                for part in explanation.parts:
                    yield from self.steps(part, depth + 1)

    def _sum(self, explanation: Explanation, terms: Terms, depth: int) -> Iterator[Step]:
        """List a product or a reduction: its operands, its terms and what the rest adds."""
        note = _joined(_told(terms), _served(explanation))
        yield Step(depth, explanation.text, _work(terms), explanation.value, note)
        heads = ("over",) if terms.column is None else ("row", "column")
        operands = zip(heads, children(terms.node), terms.coordinates, strict=True)
        for head, operand, taken in operands:
            index = index_at(taken, terms.cell)
            is_part = any(isinstance(at, int) for at in index)
            text = f"{head} {written(operand, index if is_part else ())}"
            yield Step(depth + 1, text, note=self._origins(operand))
        yield from self._terms(terms, depth + 1)

    def _terms(self, terms: Terms, depth: int) -> Iterator[Step]:
        """List the terms, or of a long sum the ones that matter and what the rest adds."""
        head, large = self._shown(terms)
        for place in (*head, *large):
            where = ", ".join(map(str, terms.indices(place)))
            note = "the largest of the others" if large and place == large[0] else ""
            work = _work_of_term(terms, place)
            yield Step(depth, f"[{where}]", work, float(terms.values[place]), note)
        left = len(terms) - len(head) - len(large)
        if left and terms.is_sum:
            rest = terms.rest([*head, *large])
            yield Step(depth, f"{left} more", "", rest, "the sum of these")
        elif left:
            yield Step(depth, f"{left} more")

    def _shown(self, terms: Terms) -> tuple[list[int], list[int]]:
        """Choose the terms to list: those at the head, and of a long sum the largest others.

        A single one that would be left out is listed as well: it takes no more room.
        """
        if len(terms) <= self.most + 1:
            return (terms.largest if self.largest else terms.first)(len(terms)), []
        if self.largest:
            return terms.largest(self.most), []
        head = terms.first(self.most // 2)
        others = [at for at in terms.largest(self.most) if at not in head]
        if terms.is_sum:
            others = [at for at in others if terms.values[at] != 0]
        return head, others[: self.most - len(head)]

    def _origins(self, expression: Expression) -> str:
        read, form = names(expression), self.program.during(self.iteration)
        found = [origin(self.program, name, self.iteration, self.index) for name in read]
        if len(found) == 1:
            return found[0].words
        return "; ".join(f"{form.spelled(each.name)}: {each.words}" for each in found)


def _work_of_term(terms: Terms, place: int) -> str:
    """Write the arithmetic of a term; nothing for a cell of a value, which was not computed."""
    if not terms.are_cells:
        return terms.text(place, DIGITS)
    (cell,) = terms.cells(place)
    inner = explain_in(terms.environment, children(terms.node)[0], cell)
    return "" if inner.meant.is_given else arithmetic(inner, digits=DIGITS)


def _work(terms: Terms) -> str:
    """Write what is done with a sum, if anything: a division by the count, a root."""
    if not terms.is_sum:
        return ""
    total = short(terms.rest([]), DIGITS)
    work = terms.finished(total, DIGITS)
    return "" if work == total else work


def _told(terms: Terms) -> str:
    """Say what the terms go into: `the sum of 3 products, a row times a column`."""
    count = len(terms)
    if terms.column is not None:
        return f"the sum of {count} product{'s' * (count != 1)}, a row times a column"
    return f"{row_of(terms.node).meaning}, of {count} number{'s' * (count != 1)}"


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
    return f"this one cell is used all along axis {axes} (broadcast)"


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))
