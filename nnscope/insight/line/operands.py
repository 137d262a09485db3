"""What a line reads and what it makes, as matrices to lay side by side."""

from functools import cached_property

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from nnscope.engine.frame import Frame
from nnscope.expression.evaluate import evaluate
from nnscope.expression.number_types import told_type
from nnscope.expression.shapes import Axis, Shape, infer, sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name, names
from nnscope.insight.line.equation import equation, labelled
from nnscope.insight.numbers import CellFormat
from nnscope.program.model import Line, Program


class Operand(Struct, frozen=True, eq=False, dict=True):
    """An array on the screen: an operand of the current line, or its result.

    `text` is how one writes it in NumPy, `label` what it is called on the screen. `before` is what
    stands before it in the line: an operator, brackets, numbers, or before the result `=`. `is_new`
    marks the result of a line that reads the old value under the same name. `cell_width` is the
    least room for a cell, in characters. `type` names the type of its numbers where that is not
    float64. One that `hides_shape` is covered: it is shown as a single number, whatever it is.
    """

    text: str
    label: str
    expression: Expression
    value: NDArray[np.float64]
    shape: Shape
    before: str = ""
    is_new: bool = False
    cell_width: int = 1
    type: str = ""
    hides_shape: bool = False

    @cached_property
    def formats(self) -> dict[tuple[object, ...], CellFormat]:
        """Ways of writing its cells that were tried, so that none is looked for twice."""
        return {}

    @property
    def heading(self) -> str:
        """The name with its axes, named where they have a name, and its type if not float64.

        Such as `W1 (n1=4, n0=2)`, `X (3, 2) float32`.
        """
        return self._headed(
            [f"{axis.name}={axis.size}" if axis.name else str(axis.size) for axis in self.shape]
        )

    @property
    def short_heading(self) -> str:
        """The name with its sizes: `W1 (4, 2)`."""
        return self._headed([str(axis.size) for axis in self.shape])

    def _headed(self, axes: list[str]) -> str:
        if self.hides_shape:
            return f"{self.label} (?)"
        inside = ", ".join(axes) + ("," if len(axes) == 1 else "")
        behind = f" {self.type}" if self.type else ""
        return f"{'new ' if self.is_new else ''}{self.label} ({inside}){behind}"

    @property
    def name(self) -> str:
        """The variable behind it: that of W2 for W2.T."""
        (name,) = names(self.expression)
        return name

    def covered(self, hides_shape: bool) -> "Operand":
        """Give it without its numbers: each cell is 0; without its shape it is a single one."""
        shape = () if hides_shape else self.shape
        value = np.zeros(sizes(shape))
        return replace(self, value=value, shape=shape, hides_shape=hides_shape)


def operands(frame: Frame, mathematics: bool = False) -> tuple[Operand, ...]:
    """List the operands of the line that ran last, each once, and then its result.

    At the start, when nothing has run, these are the data and the starting parameters.
    """
    program, line = frame.program, frame.line
    if line is None:
        first = (program.variables[name].name for name in shown_first(program))
        return tuple(_operand(frame, name, mathematics) for name in first)
    told = equation(program, line.expression, mathematics)
    found = [
        _operand(frame, operand, mathematics, before)
        for operand, before in zip(told.operands, told.between, strict=False)
    ]
    made = frame.values[line.target]
    value = np.asarray(made, dtype=np.float64)
    variable = program.variables[line.target]
    is_new = any(isinstance(leaf, Name) and leaf.spelled == line.spelled for leaf in told.operands)
    label = program.symbol(line.target) if mathematics else line.spelled
    sign = f"{told.between[-1]} =".strip()
    shape = resized(program.shapes[line.target], value)
    result = Operand(line.spelled, label, variable.name, value, shape, sign, is_new,
                     type=told_type(made))  # fmt: skip
    return (*found, result)


def outline(program: Program, line: Line, mathematics: bool = False) -> tuple[Operand, ...]:
    """List the operands of any line and its result, before it has run: all cells are alike.

    They are `TYPICAL`, so that one can tell how much room the line will take.
    """
    told = equation(program, line.expression, mathematics)
    shapes = [infer(operand, program.shapes) for operand in told.operands]
    found = [
        Operand("", labelled(program, leaf, mathematics), leaf, _filled(shape), shape, before)
        for leaf, shape, before in zip(told.operands, shapes, told.between, strict=False)
    ]
    label = program.symbol(line.target) if mathematics else line.spelled
    shape, sign = program.shapes[line.target], f"{told.between[-1]} =".strip()
    name = program.variables[line.target].name
    return (*found, Operand(line.spelled, label, name, _filled(shape), shape, sign))


TYPICAL = -0.1234
"""A number that takes as much room as most."""


def _filled(shape: Shape) -> NDArray[np.float64]:
    return np.broadcast_to(TYPICAL, sizes(shape))


def shown_first(program: Program) -> tuple[str, ...]:
    """List the data and the starting parameters, or where none are declared, all arrays.

    What a loop over examples reads is that of its first pass: a thousand more are alike.
    """
    declared = (*program.notes.data, *program.notes.parameters)
    later = _read_later(program)
    read = [name for name in program.start if name not in later]
    arrays = tuple(name for name in read if np.ndim(program.start[name]))
    return declared or arrays or tuple(read)


def _read_later(program: Program) -> frozenset[str]:
    """List what only later passes of loops over examples read."""
    now, later = set[str](), set[str]()
    for line in program.lines:
        is_first = all(each.number == 1 for each in line.passes)
        (now if is_first else later).update(names(line.expression))
    return frozenset(later - now)


def _operand(frame: Frame, leaf: Expression, mathematics: bool, before: str = "") -> Operand:
    found = evaluate(leaf, frame.values)
    value = np.asarray(found, dtype=np.float64)
    shape = resized(infer(leaf, frame.program.shapes), value)
    label = labelled(frame.program, leaf, mathematics)
    return Operand(source(leaf), label, leaf, value, shape, before, type=told_type(found))


def resized(shape: Shape, value: NDArray[np.float64]) -> Shape:
    """Give the axes their sizes of this moment: the last batch of an epoch may be smaller."""
    return tuple(Axis(size, axis.name) for axis, size in zip(shape, value.shape, strict=True))
