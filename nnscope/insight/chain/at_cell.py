"""The factors of a chain with the numbers of one cell: those on its largest path to the cost."""

from collections.abc import Iterable
from math import prod

import numpy as np
from msgspec import Struct

from nnscope.engine.frame import Frame
from nnscope.expression.evaluate import evaluate
from nnscope.expression.operation import Kind
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import Name, Number, names, walk
from nnscope.expression.table import row_of
from nnscope.insight.chain.factors import links
from nnscope.insight.chain.paths import PathSum
from nnscope.insight.explain.cells import Cell
from nnscope.program.links import Link


class PathNumbers(Struct, frozen=True):
    """The number of each factor, from the cost inwards, and what they make together.

    `cell` is written as one would: `dW2[0, 0]`.
    """

    cell: str
    numbers: tuple[float, ...]
    product: float


def path_numbers(frame: Frame, steps: Iterable[PathSum]) -> PathNumbers | None:
    """Give the numbers along the largest path from a cell of a gradient up to the cost.

    `steps` are its sums, from that cell on. None where the number of some factor can't be told.
    """
    found: list[float] = []
    text = ""
    for step in steps:
        text = text or step.text
        numbers = _of_line(frame, step)
        if numbers is None:
            return None
        found[:0] = numbers
    return PathNumbers(text, tuple(found), prod(found)) if found else None


def _of_line(frame: Frame, step: PathSum) -> list[float] | None:
    """Give the numbers of the factors that one line multiplies in; one may be left to find."""
    own = links(frame.program)[frame.program.line_of[step.name]]
    known = [_number(frame, link, step.cell) for link in own]
    if None not in known:
        return [number for number in known if number is not None]
    through = step.paths[0].through if step.paths else None
    if known.count(None) != 1 or through is None:
        return None
    arriving = float(np.asarray(frame.values[through[0]])[through[1]])
    if not arriving:
        return None
    left = step.paths[0].value / arriving  # what a cell of the product multiplies by
    return [left if number is None else number for number in known]


def _number(frame: Frame, link: Link, cell: Cell) -> float | None:
    """Give a local derivative at a cell; None for one of a product of matrices."""
    line = frame.program.lines[frame.program.line_of[link.above]]
    nodes = (node for node in walk(line.expression) if not isinstance(node, Name | Number))
    if any(row_of(node).kind is Kind.PRODUCT for node in nodes) and link.local != Number(1):
        return None
    if not all(name in frame.values for name in names(link.local)):
        return None
    value = np.asarray(evaluate(link.local, frame.values), dtype=np.float64)
    if not value.ndim:
        return float(value)
    is_alike = value.shape == sizes(frame.program.shapes[link.below]) and value.ndim == len(cell)
    return float(value[cell]) if is_alike else None
