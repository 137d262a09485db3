"""A program in all the bits that formulas have: its numbers in float64, without its roundings."""

import numpy as np
from msgspec.structs import replace

from nnscope.expression.number_types import has_single, widened
from nnscope.expression.syntax import Expression, children, walk, with_children
from nnscope.expression.table import is_called
from nnscope.program.model import Program


def exact(program: Program) -> Program:
    """Give a program that computes in float64 what another computes in float32.

    It starts from the same numbers. What is measured of its formulas has more digits than 32 bits
    have. A program that has only float64 is given back itself.
    """
    rounding = [any(map(_rounds, walk(line.expression))) for line in program.lines]
    if not (any(rounding) or has_single(program.start)):
        return program
    lines = tuple(replace(line, expression=_unrounded(line.expression)) if rounds else line
                  for line, rounds in zip(program.lines, rounding, strict=True))  # fmt: skip
    return replace(program, lines=lines, start=widened(program.start))


def _rounds(node: Expression) -> bool:
    return is_called(node, np.float32)


def _unrounded(expression: Expression) -> Expression:
    if _rounds(expression):
        return _unrounded(children(expression)[0])
    return with_children(expression, _unrounded)
