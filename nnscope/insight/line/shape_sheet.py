"""The dimension sheet: every array with its shape in letters and in numbers, and how lines fit.

To write it before any code is what courses recommend against most mistakes in backpropagation.
"""

from contextlib import suppress

from msgspec import Struct

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.number_types import has_single, told_type
from nnscope.expression.shapes import sizes, symbols
from nnscope.insight.line.axes import axis_meaning
from nnscope.insight.line.shape_fit import LEGEND, fit
from nnscope.program.model import Line, Phase, Program


class AxisRow(Struct, frozen=True):
    """A letter of the sheet: `n1 = 4`, units of layer 1."""

    name: str
    size: int
    meaning: str


class ArrayRow(Struct, frozen=True):
    """An array: its shape in letters, `(n1, n0)`, in numbers, and what it is.

    `symbol` is its name in mathematics, `type` the type of its numbers in the first iteration,
    where that is not float64.
    """

    name: str
    symbol: str
    letters: str
    sizes: tuple[int, ...]
    meaning: str
    type: str = ""


class LineRow(Struct, frozen=True):
    """A line, counted from 0, with how its shapes fit: `(n1, [n0]) @ ([n0], m) -> (n1, m)`."""

    index: int
    phase: Phase
    text: str
    fit: str


class Dimensions(Struct, frozen=True):
    """The whole sheet. `legend` explains each mark that a fit may have."""

    axes: tuple[AxisRow, ...]
    arrays: tuple[ArrayRow, ...]
    lines: tuple[LineRow, ...]
    legend: tuple[tuple[str, str], ...] = LEGEND


def dimensions(program: Program) -> Dimensions:
    """Make the sheet of a program: data, constants and parameters first, then line by line."""
    # what a parameter becomes has the name and the shape that it had
    types = _types(program)
    shown = (name for name in program.shapes if name not in program.before)
    arrays = tuple(_array(program, name, types.get(name, "")) for name in shown)
    lines = tuple(line_row(program, index) for index in range(len(program.lines)))
    return Dimensions(_axes(program), arrays, lines)


def line_row(program: Program, index: int) -> LineRow:
    """Tell how the shapes of one line fit."""
    line: Line = program.lines[index]
    result = symbols(program.shapes[line.target])
    text = f"{fit(line.expression, program.shapes)} -> {result}"
    return LineRow(index, line.phase, line.text, text)


def render(sheet: Dimensions) -> list[str]:
    """Write the sheet as text, in columns."""
    axes = [[f"{axis.name} = {axis.size}", axis.meaning] for axis in sheet.axes]
    arrays = [[row.name, row.letters, f"{row.sizes} {row.type}".rstrip(), row.meaning]
              for row in sheet.arrays]  # fmt: skip
    lines: list[str] = []
    width = max((len(row.text) for row in sheet.lines if len(row.text) <= 48), default=0)
    above = None
    for row in sheet.lines:
        lines += [f"  {row.phase.value}"] if row.phase is not above else []
        above = row.phase
        lines.append(f"  {row.index + 1:>3}  {row.text:<{width}}   {row.fit}")
    parts = [("Axes", _columns(axes)), ("Arrays", _columns(arrays)), ("Lines", lines),
             ("Marks", _columns([list(mark) for mark in sheet.legend]))]  # fmt: skip
    return "\n\n".join("\n".join([head, *rows]) for head, rows in parts if rows).splitlines()


def _array(program: Program, name: str, type_: str) -> ArrayRow:
    shape = program.shapes[name]
    return ArrayRow(program.spelled(name), program.symbol(name), symbols(shape), sizes(shape),
                    program.meanings.get(name, ""), type_)  # fmt: skip


def _types(program: Program) -> dict[str, str]:
    """Name the types that are not float64; a program of float32 is run once to see them."""
    values = dict(program.start)
    if has_single(values):
        with suppress(ExpressionError):  # what can't be computed is told where it is run
            for line in program.lines:
                values[line.target] = evaluate(line.expression, values)
    return {name: told_type(value) for name, value in values.items()}


def _axes(program: Program) -> tuple[AxisRow, ...]:
    found = {
        axis.name: axis.size for shape in program.shapes.values() for axis in shape if axis.name
    }
    order = sorted(found, key=lambda name: (name == "m", len(name), name))
    return tuple(AxisRow(name, found[name], f"number of {axis_meaning(name)}") for name in order)


def _columns(rows: list[list[str]]) -> list[str]:
    """Pad cells so that the columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "   ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
            .rstrip() for row in rows]  # fmt: skip
