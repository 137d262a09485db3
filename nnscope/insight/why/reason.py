"""A step of a derivation, and the words that all of them are made of."""

import numpy as np
from msgspec import Struct

from nnscope.engine.frame import Frame
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.shapes import Shape, infer, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, names
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import explain, written
from nnscope.insight.explain.cells import Cell
from nnscope.insight.line.axes import axis_meaning
from nnscope.insight.numbers import short
from nnscope.program.model import Line, Program


class Reason(Struct, frozen=True):
    """One step: what it is about in a word or two, and its sentences, a paragraph each."""

    head: str
    text: tuple[str, ...]


class Asked(Struct, frozen=True, eq=False):
    """A line that ran last, whose cell is looked at."""

    frame: Frame
    line: Line
    cell: Cell

    @property
    def program(self) -> Program:
        """The program of the line."""
        return self.frame.program

    def name(self, id_: str) -> str:
        """Write a variable as the reader does."""
        return source(self.program.variables[id_].name)

    def place(self, id_: str, cell: Cell | None = None) -> str:
        """Write a cell of a variable: `W1[0, 1]`."""
        return written(self.program.variables[id_].name, self.cell if cell is None else cell)

    def row(self, id_: str) -> str:
        """Say where a variable is made: `line 3`."""
        return f"line {self.program.line_of[id_] + 1}"

    def line_name(self, target: str) -> str:
        """Name a gradient with its line: `dZ1 (line 9)`."""
        return f"{self.name(target)} ({self.row(target)})"

    def cell_in(self, id_: str) -> Cell:
        """Give the selected cell in a variable, or its first one where it has no such cell."""
        shape = sizes(self.program.shapes[id_])
        is_alike = len(shape) == len(self.cell)
        if is_alike and all(at < size for at, size in zip(self.cell, shape, strict=True)):
            return self.cell
        return (0,) * len(shape)

    def is_known(self, *expressions: Expression) -> bool:
        """Tell whether all that some expressions read has been computed by now."""
        return all(name in self.frame.values for each in expressions for name in names(each))

    def made_by(self, id_: str) -> Line:
        """Give the line that makes a variable."""
        return self.program.lines[self.program.line_of[id_]]

    def shape(self, expression: Expression) -> Shape:
        """Give the shape of an expression over the program's names."""
        return infer(expression, self.program.shapes)

    def fraction(self, above: str, below: str) -> str:
        """Write a local derivative: `∂Z1/∂W1`."""
        return f"∂{self.name(above)}/∂{self.name(below)}"


def worked(asked: Asked, expression: Expression, cell: Cell, most: int = 4) -> str:
    """Write the arithmetic of a cell with its result: `1 − 0.5 ^ 2 = 0.75`; just that if it is all.

    Of an operation that only rules of the table have, it is the number alone.
    """
    value = float(np.asarray(evaluate(expression, asked.frame.values))[cell])
    number = short(value, 6)
    try:
        work = arithmetic(explain(expression, cell, asked.frame.values), most=most)
    except ExpressionError:
        return number
    return number if work == short(value) else f"{work} = {number}"


def axes(shape: Shape) -> str:
    """Write a shape with the letters of its axes: `(n1=4, m=3)`."""
    words = [f"{axis.name}={axis.size}" if axis.name else str(axis.size) for axis in shape]
    return f"({', '.join(words)}{',' if len(words) == 1 else ''})"


def plain(shape: Shape) -> str:
    """Write a shape in numbers: `(4, 3)`."""
    return str(sizes(shape))


def along(shape: Shape, axis: int) -> str:
    """Name an axis by what it counts: `the m examples (axis 1)`, or `axis 1`."""
    name = shape[axis].name
    return f"the {shape[axis].size} {axis_meaning(name)} (axis {axis})" if name else f"axis {axis}"
