"""A program in all the bits that formulas have: its numbers in float64, without its roundings."""

from dataclasses import replace

import numpy as np

from nnscope.expression.number_types import has_single, widened
from nnscope.expression.syntax import Expression, children, with_children
from nnscope.expression.table import is_called
from nnscope.program.model import Program


def exact(program: Program) -> Program:
    """Give a program that computes in float64 what another computes in float32.

    It starts from the same numbers. What is measured of its formulas has more digits than 32 bits
    have. A program that has only float64 is given back itself.
    """
    lines = [replace(line, expression=unrounded) if unrounded != line.expression else line
             for line in program.lines
             for unrounded in [_unrounded(line.expression)]]  # fmt: skip
    is_rounded = any(new is not old for new, old in zip(lines, program.lines, strict=True))
    if not (is_rounded or has_single(program.start)):
        return program
    return replace(program, lines=tuple(lines), start=widened(program.start))


def _unrounded(expression: Expression) -> Expression:
    if is_called(expression, np.float32):
        return _unrounded(children(expression)[0])
    return with_children(expression, _unrounded)
