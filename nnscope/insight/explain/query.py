"""From text to the cell that it names: `dW2[0, 1]`, `J`, `(A2 - Y)[0, 1]`, `np.sum(dW2)`."""

from msgspec import Struct

from nnscope.expression.errors import ExpressionError, ShapeError
from nnscope.expression.shapes import Shape, infer, sizes, symbols
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Index, Name, Transpose
from nnscope.insight.explain.cell import written
from nnscope.insight.explain.cells import Cell, cell_at
from nnscope.insight.explain.reads import Shapes
from nnscope.program.model import Program
from nnscope.program.resolve import read


class Query(Struct, frozen=True):
    """A cell of an expression; `cell` has one number, from 0 up, for each axis of it."""

    expression: Expression
    cell: Cell

    @property
    def text(self) -> str:
        """The cell as one would write it: `dW2[0, 1]`."""
        return written(self.expression, self.cell)

    @property
    def name(self) -> str:
        """The variable whose cell it is; empty for the cell of anything else."""
        return self.expression.id if isinstance(self.expression, Name) else ""


def read_query(program: Program, text: str) -> Query:
    """Read the text of one cell, and check it against the shapes of a program.

    Raises `ExpressionError` for what is not an expression, for a name that the program does not
    have, and for an index that is outside or does not come down to a single cell.
    """
    expression = read(program, text)
    shape = infer(expression, program.shapes)
    if shape:
        raise _not_one_cell(expression, shape)
    shapes, cell = Shapes(program.shapes), Cell()
    while isinstance(expression, Index | Transpose):
        (taken,) = shapes.coordinates(expression)
        expression, cell = expression.operand, cell_at(taken, cell)
    return Query(expression, cell)


def _not_one_cell(expression: Expression, shape: Shape) -> ShapeError:
    """Say the shape of what has many cells, and how one of them is written."""
    example = "no cell at all"
    if all(sizes(shape)):
        last = tuple(size - 1 for size in sizes(shape))
        example = f"its last cell is {written(expression, last)}"
    named = f" = {symbols(shape)}" if any(axis.name for axis in shape) else ""
    return ShapeError(
        f"`{source(expression)}` has the shape {sizes(shape)}{named}, "
        f"and only a single cell can be explained: {example}"
    )


def check_iteration(program: Program, iteration: int) -> None:
    """Raise `ExpressionError` for an iteration that the program does not run."""
    if not 0 <= iteration < program.iterations:
        last = program.iterations - 1
        known = f"they count from 0 to {last}" if last else "there is only iteration 0"
        raise ExpressionError(f"iteration {iteration} is not run: {known}")
