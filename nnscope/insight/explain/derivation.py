"""How a number came about, as indented lines: from the whole cell down to the names it read."""

import numpy as np
from msgspec import Struct

from nnscope.engine.frame import Frame
from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import evaluate
from nnscope.expression.number_types import SINGLE, number_type
from nnscope.insight.explain.cell import Explanation, explain
from nnscope.insight.explain.origin import origin
from nnscope.insight.explain.query import Query, check_iteration, read_query
from nnscope.insight.explain.rounding_bound import rounding_bound
from nnscope.insight.explain.steps import Step, render
from nnscope.insight.explain.unfolding import Unfolding
from nnscope.insight.numbers import full, short
from nnscope.program.model import Program
from nnscope.tables import html_table

_ORDER = (
    "That is normal: NumPy adds the terms in its own order, or rounds only once for a product and "
    "a sum, and the last digits depend on that."
)
_ROUNDED = "That is normal: NumPy rounds the last digit of an array and of one cell differently."


class Derivation(Struct, frozen=True, eq=False):
    """The arithmetic of one cell at the end of an iteration.

    `line` is the index of the line that computed it, None for an expression of the reader's own and
    for what no line computes. `stored` is the value that the program holds. `explanation` is None
    where there is no arithmetic: for data and for parameters that are never changed.
    """

    text: str
    iteration: int
    line: int | None
    stored: float
    explanation: Explanation | None
    steps: tuple[Step, ...]

    def __repr__(self) -> str:
        return (
            f"<Derivation {self.text} = {short(self.stored)} in iteration {self.iteration}: "
            f"{len(self.steps)} steps; print it to see them>"
        )

    def _repr_html_(self) -> str:
        rows = (("\u2003" * step.depth + step.text, step.work, step.number, step.note)
                for step in self.steps)  # fmt: skip
        return html_table(("cell", "arithmetic", "value", "what it is"), rows)

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, str]:
        """Give a notebook the table, and what shows no HTML the whole text."""
        return {"text/plain": str(self), "text/html": self._repr_html_()}

    @property
    def difference(self) -> float:
        """How far the stored value is from the arithmetic; 0 if they agree bit for bit."""
        if self.explanation is None or _same(self.stored, self.explanation.value):
            return 0.0
        return abs(self.stored - self.explanation.value)

    @property
    def agreement(self) -> str:
        """Say whether the arithmetic gives the stored value; empty where there is none.

        The order in which a product of matrices is summed up, and so its last digits, is the
        business of the BLAS library and of the processor.
        """
        if self.explanation is None:
            return ""
        if _same(self.stored, self.explanation.value):
            return "This arithmetic gives the stored value bit for bit."
        is_single = number_type(self.explanation.exact) == SINGLE
        away = (
            f"This arithmetic gives {full(self.explanation.value, is_single)}, "
            f"{self.difference:.1e} away from the stored value"
        )
        bound = rounding_bound(self.explanation)
        if not self.difference <= bound:
            return f"{away}, which is more than rounding explains ({bound:.1e} at most)."
        return f"{away}. {_ORDER if _has_sum(self.explanation) else _ROUNDED}"

    def __str__(self) -> str:
        lines = render(self.steps)
        return "\n".join([*lines, *([self.agreement] if self.agreement else [])])


def derive(
    program: Program, text: str, iteration: int = 0, most: int = 8, largest: bool = False
) -> Derivation:
    """Explain one cell, as it is at the end of an iteration.

    `text` is a name with an integer for each axis, or any expression that comes down to a single
    cell. A long sum shows `most` terms. Raises `ExpressionError` for text that is no such cell, an
    unknown name, an index or an iteration outside, and for what NumPy refuses to compute.
    """
    check_iteration(program, iteration)
    form, timeline = program.during(iteration), Timeline(program)
    query = read_query(form, text)
    index = form.line_of.get(query.name, len(form.lines) - 1)
    timeline.seek(timeline.clock.moment_of(index, iteration))
    return derived(timeline.frame(), query, most, largest)


def derived(frame: Frame, query: Query, most: int = 8, largest: bool = False) -> Derivation:
    """Explain a cell at the moment of a frame.

    For the cell of a name that a line computes, this must be the moment after that line.
    """
    program, iteration = frame.program, frame.iteration
    line = program.line_of.get(query.name)
    at = len(program.lines) if line is None else line
    expression = query.expression if line is None else program.lines[line].expression
    number = np.asarray(evaluate(query.expression, frame.values))[query.cell]
    stored, is_single = float(number), number.dtype == SINGLE
    note = _made(frame, query)
    head = Step(0, query.text, value=stored, note=note, exact=True, single=is_single)
    if query.name and line is None:
        return Derivation(query.text, iteration, None, stored, None, (head,))
    explanation = explain(expression, query.cell, frame.values)
    below = Unfolding(frame.whole, iteration, at, most, largest).steps(explanation, 1)
    return Derivation(query.text, iteration, line, stored, explanation, (head, *below))


def _made(frame: Frame, query: Query) -> str:
    """Say what made a cell, and in which iteration."""
    program, iteration = frame.program, frame.iteration
    line = program.line_of.get(query.name)
    if line is not None:
        return f"line {line + 1} of iteration {iteration}: {program.lines[line].text}"
    if query.name:
        return origin(frame.whole, query.name, iteration, len(program.lines)).words
    return f"at the end of iteration {iteration}"


def _has_sum(explanation: Explanation) -> bool:
    """Tell whether terms are summed anywhere in the arithmetic of a cell."""
    return any(part.terms is not None for part in explanation.walk())


def _same(first: float, second: float) -> bool:
    return np.array_equal(first, second, equal_nan=True)
