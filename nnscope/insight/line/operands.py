"""What a line reads and what it makes, as matrices to lay side by side."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnscope.engine.frame import Frame
from nnscope.expression.evaluate import evaluate
from nnscope.expression.shapes import Axis, Shape, infer
from nnscope.expression.source import source
from nnscope.expression.syntax import Binary, Expression, Name, Transpose, children, names
from nnscope.program.model import Program


@dataclass(frozen=True, eq=False, slots=True)
class Operand:
    """An array on the screen: an operand of the current line, or its result.

    `before` is what stands between it and its left neighbour: an operator, `=` or `→` or nothing.
    `is_new` marks the result of a line that reads the old value under the same name. `cell_width`
    is the least room for a cell, in characters.
    """

    text: str
    expression: Expression
    value: NDArray[np.float64]
    shape: Shape
    before: str = ""
    is_new: bool = False
    cell_width: int = 1

    @property
    def heading(self) -> str:
        """The name with its axes, named where they have a name: `W1 (n1=4, n0=2)`."""
        axes = [f"{axis.name}={axis.size}" if axis.name else str(axis.size) for axis in self.shape]
        inside = ", ".join(axes) + ("," if len(axes) == 1 else "")
        return f"{'new ' if self.is_new else ''}{self.text} ({inside})"

    @property
    def name(self) -> str:
        """The variable behind it: that of W2 for W2.T."""
        (name,) = names(self.expression)
        return name


def operands(frame: Frame) -> tuple[Operand, ...]:
    """List the operands of the line that ran last, each once, and then its result.

    At the start, when nothing has run, these are the data and the starting parameters.
    """
    program, line = frame.program, frame.line
    if line is None:
        return tuple(_operand(frame, program.variables[name].name) for name in shown_first(program))
    leaves = dict.fromkeys(_leaves(line.expression))
    joined = _operators(line.expression)
    found = [
        _operand(frame, leaf, joined[place] if place < len(joined) else "")
        for place, leaf in enumerate(leaves)
    ]
    value = np.asarray(frame.values[line.target], dtype=np.float64)
    variable = program.variables[line.target]
    is_new = any(isinstance(leaf, Name) and leaf.spelled == line.spelled for leaf in leaves)
    shape = resized(program.shapes[line.target], value)
    sign = "=" if joined else "→"  # without its operators an equation would be a false one
    result = Operand(line.spelled, variable.name, value, shape, sign, is_new)
    return (*found, result)


def shown_first(program: Program) -> tuple[str, ...]:
    """List the data and the starting parameters, or where none are declared, all arrays."""
    declared = (*program.notes.data, *program.notes.parameters)
    arrays = tuple(name for name, value in program.start.items() if np.ndim(value))
    return declared or arrays or tuple(program.start)


def _operand(frame: Frame, leaf: Expression, before: str = "") -> Operand:
    value = np.asarray(evaluate(leaf, frame.values), dtype=np.float64)
    shape = resized(infer(leaf, frame.program.shapes), value)
    return Operand(source(leaf), leaf, value, shape, before)


def resized(shape: Shape, value: NDArray[np.float64]) -> Shape:
    """Give the axes their sizes of this moment: the last batch of an epoch may be smaller."""
    return tuple(Axis(size, axis.name) for axis, size in zip(shape, value.shape, strict=True))


def _leaves(expression: Expression) -> Iterator[Expression]:
    """Yield the names of an expression, with the .T that stands behind them."""
    match expression:
        case Name() | Transpose(Name()):
            yield expression
        case _:
            for child in children(expression):
                yield from _leaves(child)


def _operators(expression: Expression) -> list[str]:
    """Give the operators between the leaves of a plain chain such as `W @ X + b`; else nothing."""
    whole, operators = expression, list[str]()
    while isinstance(expression, Binary) and isinstance(expression.right, Name | Transpose):
        operators.insert(0, expression.operator)
        expression = expression.left
    simple = isinstance(expression, Name | Transpose)
    leaves = list(_leaves(whole))
    return ["", *operators] if simple and len(set(leaves)) == len(leaves) else []
