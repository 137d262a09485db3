"""Why a local derivative is what it is: the slopes of the functions of a forward line."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.operation import Operation
from nnscope.expression.shapes import sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Name, Number, names, walk
from nnscope.expression.table import row_of
from nnscope.expression.vjp import derivative
from nnscope.insight.explain.cells import Cell
from nnscope.insight.line.phrase import local_words
from nnscope.insight.numbers import short
from nnscope.insight.why.reason import Asked, Reason, worked
from nnscope.program.links import Link

_STEP = 1e-3  # of the difference that stands beside a slope
_NEAR = 1e-2  # so near it must come to be shown


def slope_reason(asked: Asked, link: Link, cell: Cell) -> Reason:
    """Say why a value changes by so much with the cell of another that it is computed from."""
    above, below = asked.name(link.above), asked.name(link.below)
    line = asked.made_by(link.above)
    local = local_words(link.local, source)
    head = f"{asked.fraction(link.above, link.below)} = {local}"
    told = f"{asked.row(link.above).capitalize()} is {line.text}"
    if asked.program.shapes[link.above]:
        told += f": each cell of {above} comes from the same cell of {below}"
        told += ", so their slopes are multiplied cell by cell (*)"
    text = [f"{told}."]
    text += _rules(asked, link)
    text += _numbers(asked, link, cell)
    return Reason(head, tuple(text))


def _rules(asked: Asked, link: Link) -> Iterator[str]:
    """Yield the slopes of the functions between two values, as the table has them."""
    line = asked.made_by(link.above)
    rows = [row_of(node) for node in walk(line.expression) if not isinstance(node, Name | Number)]
    for row in dict.fromkeys(rows):
        if row.slope:
            yield f"The slope of {row.word}(x) is {_slope(row)}: {row.slope}."
    known = next((row for row in rows if row.slope), None)
    if known is not None and "y" in names(derivative(known)):
        yield (f"It is written with what comes out: {asked.name(link.above)} has {known.word} "
               "already, so nothing is computed twice.")  # fmt: skip


@lru_cache(maxsize=64)
def _slope(row: Operation) -> str:
    """Write the derivative of a function: `1 - y ** 2, where y = tanh(x)`."""
    found = derivative(row)
    where = f", where y = {row.word}(x)" if "y" in names(found) else ""
    return f"{local_words(found, source)}{where}"


def _numbers(asked: Asked, link: Link, cell: Cell) -> Iterator[str]:
    """Work the slope out for a cell, and put the quotient of two small differences beside it."""
    shape = sizes(asked.shape(link.local))
    at = cell[len(cell) - len(shape) :]
    is_by_cells = not shape or shape == sizes(asked.program.shapes[link.below])
    if not is_by_cells or not asked.is_known(link.local, asked.made_by(link.above).expression):
        return
    slope = float(np.asarray(evaluate(link.local, asked.frame.values))[at])
    told = worked(asked, link.local, at)
    yield f"Here, at {asked.place(link.below, cell)}: {told}.{_moved(asked, link, cell, slope)}"


def _moved(asked: Asked, link: Link, cell: Cell, slope: float) -> str:
    """Say by how much a cell of a line changes when what it reads is moved a little."""
    line = asked.made_by(link.above)
    found = []
    for step in (_STEP, -_STEP):
        value = np.array(asked.frame.values[link.below], dtype=np.float64)
        value[cell] += step
        try:
            moved = evaluate(line.expression, {**asked.frame.values, link.below: value})
        except ExpressionError:
            return ""
        result = np.asarray(moved, dtype=np.float64)
        found.append(float(result[cell] if result.shape == value.shape else result.sum()))
    quotient = (found[0] - found[1]) / (2 * _STEP)
    if not abs(quotient - slope) < _NEAR * abs(slope):  # a kink, or a 1/m that comes in elsewhere
        return ""
    what = asked.place(link.above, cell if asked.program.shapes[link.above] else ())
    return (f" To see it: {asked.place(link.below, cell)} moved by ±{_STEP} moves {what} by "
            f"{short(quotient, 6)} times as much.")  # fmt: skip
