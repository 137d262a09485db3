"""One cell of an expression, explained: its value, and the cells that it was computed from.

It works on any expression, because it knows the language and not the line: a cell of a sum is two
cells, a cell of a product of matrices is a row and a column, and so on down to the names.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.constants import of_python
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.operation import Kind
from nnscope.expression.rules import applied
from nnscope.expression.source import source
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Name,
    Number,
    Operated,
    Transpose,
    Unary,
    children,
    names,
    with_children,
    with_operands,
)
from nnscope.expression.table import row_of
from nnscope.insight.explain.cells import Cell, cell_at, is_inside, stretched
from nnscope.insight.explain.environment import Environment
from nnscope.insight.explain.terms import Terms

WITH_TERMS = (Kind.PRODUCT, Kind.REDUCTION, Kind.ALONG_AXIS)
"""The kinds of operations whose cells are computed from many cells at once."""

MOVED = (Kind.TRANSPOSE, Kind.INDEX, Kind.RESHAPED, Kind.JOINED)
"""The kinds of operations each of whose cells is a cell of an operand."""


class Explanation(Struct, frozen=True, eq=False):
    """One cell of an expression: its value, and the cells that it was computed from.

    `exact` is the number as NumPy has it, with its type. `parts` are the cells of the operands, in
    order. A product of matrices, a reduction and a softmax have no parts but `terms`. `broadcast`
    are the axes of the result along which this one cell is used for every cell.
    """

    expression: Expression
    cell: Cell
    exact: Value
    parts: tuple["Explanation", ...] = ()
    terms: Terms | None = None
    broadcast: tuple[int, ...] = ()

    @property
    def value(self) -> float:
        """The value of the cell; 1 for true and 0 for false."""
        return float(self.exact)

    @property
    def meant(self) -> "Explanation":
        """The cell that a cell of an index, a transpose and the like is; any other is itself."""
        found = self
        while found.parts and is_moved(found.expression):
            (inner,) = found.parts
            found = replace(inner, broadcast=found.broadcast)
        return found

    @property
    def is_given(self) -> bool:
        """Whether nothing was computed: it is a number, or a cell of a value."""
        return self.terms is None and not self.parts

    @property
    def text(self) -> str:
        """The cell as one would write it: `dW2[0, 1]`."""
        return written(self.expression, self.cell)

    def walk(self) -> Iterator["Explanation"]:
        """Yield the cell and all the parts below it, from the top, left to right."""
        yield self
        for part in self.parts:
            yield from part.walk()


def is_moved(expression: Expression) -> bool:
    """Tell whether an operation computes nothing: its cells are those of its operands."""
    return not isinstance(expression, Name | Number) and row_of(expression).kind in MOVED


def written(expression: Expression, cell: Cell | tuple[int | slice, ...]) -> str:
    """Write a cell of an expression, or a row or a column: `(A2 - Y)[0, 1]`, `A1.T[:, 1]`."""
    if not cell:
        return source(expression)
    items = ", ".join(":" if isinstance(item, slice) else str(item) for item in cell)
    loose = isinstance(expression, Binary | Unary)
    return f"({source(expression)})[{items}]" if loose else f"{source(expression)}[{items}]"


def explain(expression: Expression, cell: Cell, values: Mapping[str, Value]) -> Explanation:
    """Explain the cell of an expression at an index that has one number for each of its axes.

    The shapes must fit and the cell be inside; `nnscope.expression.shapes` tells beforehand. Raises
    `ExpressionError` for what NumPy refuses to compute.
    """
    return explain_in(Environment.of(expression, values), expression, cell)


def explain_in(environment: Environment, expression: Expression, cell: Cell) -> Explanation:
    """Explain a cell as `explain` does, with values whose shapes and arrays may be known."""
    match expression:
        case Number(value):
            return Explanation(expression, (), value)
        case Name() | Transpose(Name()):
            return Explanation(expression, cell, environment.cell(expression, cell))
    row = row_of(expression)
    kind = row.kind
    if kind is Kind.COUNT:
        return Explanation(expression, cell, environment.array(expression)[cell])
    if row.by_sums and not row.formula:
        meant = applied(row.by_sums, expression, children(expression))
        return explain_in(environment, _counted(environment, meant), cell)
    if kind in WITH_TERMS:
        assert isinstance(expression, Binary | Call)
        terms = Terms(expression, cell, environment)
        return Explanation(expression, cell, terms.exact, (), terms)
    parts = tuple(_parts(environment, expression, cell))
    return Explanation(expression, cell, computed(expression, parts), parts)


def _counted(environment: Environment, expression: Expression) -> Expression:
    """Put the number for how many cells there are: no reader can write that count."""
    if isinstance(expression, Call) and row_of(expression).kind is Kind.COUNT:
        return Number(int(environment.array(expression)))
    return with_children(expression, lambda child: _counted(environment, child))


def _parts(environment: Environment, whole: Operated, cell: Cell) -> list[Explanation]:
    shapes, parts = environment.shapes, []
    for operand, taken in zip(children(whole), shapes.coordinates(whole), strict=True):
        place = cell_at(taken, cell)
        if is_inside(place, shapes.of(operand)):  # of joined arrays only one has it
            part = explain_in(environment, operand, place)
            if row_of(whole).kind is Kind.ELEMENTWISE:
                part = replace(part, broadcast=stretched(shapes.of(operand), shapes.of(whole)))
            parts.append(part)
    return parts


def computed(whole: Expression, parts: Sequence[Explanation]) -> Value:
    """Compute one cell from its parts with the very function that computes the whole."""
    if is_moved(whole):
        return parts[0].exact
    numbers: dict[str, Value] = {}
    for place, part in enumerate(parts):
        # an array stays one, of one cell: NumPy has other code for single numbers
        one = np.asarray(part.exact).reshape(1) if part.cell else part.exact
        numbers[f"part{place}"] = one
    found = evaluate(_of_parts(whole), numbers)
    return found if type(found) is float else np.asarray(found).reshape(-1)[0]


@lru_cache(maxsize=1024)
def _of_parts(whole: Expression) -> Expression:
    """Put a name for each operand of an operation, but for numbers that stand in its text."""
    operands = [
        operand if _is_written(operand) else Name(f"part{place}")
        for place, operand in enumerate(children(whole))
    ]
    return with_operands(whole, operands)


def _is_written(operand: Expression) -> bool:
    """Tell whether an operand is a number of Python's that stands in the text: `2`, `1 / 2`."""
    return of_python(operand) and not names(operand)
