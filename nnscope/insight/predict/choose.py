"""What to ask of a line: what it teaches first, and later what is behind that."""

from collections.abc import Container, Iterator
from math import prod

import numpy as np

from nnscope.engine.frame import Frame
from nnscope.expression.operation import Kind
from nnscope.expression.shapes import infer
from nnscope.expression.syntax import Name, Number, children, walk
from nnscope.expression.table import row_of
from nnscope.insight.explain.cells import Cell, box_of
from nnscope.insight.explain.environment import Environment
from nnscope.insight.explain.reads import Reads
from nnscope.insight.predict.answers import ROUNDING
from nnscope.insight.predict.question import Asked, Question
from nnscope.program.model import Line, Phase, Program

MOST_CELLS = 16
"""So many numbers a person takes together for a value, and not more."""

_NOTICEABLE = 1e-6
_SAME_AXES = (Kind.ELEMENTWISE, Kind.ALONG_AXIS)
Known = Container[tuple[str, Asked]]
"""Of which line what has been answered right: the target, and what was asked."""


def question(frame: Frame, known: Known = ()) -> Question:
    """Choose what to ask of the line that ran last; there must be one.

    It is the first of what the line teaches that is not known yet; all known, it goes round from
    iteration to iteration.
    """
    assert frame.line is not None
    cell = _cell(frame)
    found = _reads(frame, cell)
    asked = [*_teaches(frame, cell, found)]
    target = frame.line.target
    new = [each for each in asked if (target, each) not in known]
    chosen = new[0] if new else asked[frame.iteration % len(asked)]
    return (
        Question(frame, chosen) if chosen is Asked.SHAPE else Question(frame, chosen, cell, found)
    )


def _reads(frame: Frame, cell: Cell) -> Reads:
    """Give the blocks of the operands that a cell is made from; none where there is no cell."""
    assert frame.line is not None
    expression = frame.line.expression
    if not np.asarray(frame.values[frame.line.target]).size:
        return {}
    environment = Environment.of(expression, frame.values)
    return environment.shapes.reads(expression, box_of(cell))


def _teaches(frame: Frame, cell: Cell, found: Reads) -> Iterator[Asked]:
    """Yield what may be asked: the shape as long as none has been seen, then what a cell says."""
    line, program = frame.line, frame.program
    assert line is not None
    if not np.asarray(frame.values[line.target]).size:
        yield Asked.SHAPE
        return
    if frame.iteration == 0 and changes_axes(program, line):
        yield Asked.SHAPE
    if not np.isfinite(np.asarray(frame.values[line.target])[cell]):
        yield Asked.VALUE
        return
    count = sum(prod(map(len, box)) for boxes in found.values() for box in boxes)
    if line.phase in (Phase.BACKWARD, Phase.UPDATE) or count > MOST_CELLS:
        yield Asked.SIGN
    if count <= MOST_CELLS:
        yield Asked.VALUE


def changes_axes(program: Program, line: Line) -> bool:
    """Tell whether a result has other axes than what it is made from, or stretches one of them."""
    for node in walk(line.expression):
        if isinstance(node, Name | Number):
            continue
        shapes = [shape for each in children(node) if (shape := infer(each, program.shapes))]
        made = infer(node, program.shapes)
        if shapes and (row_of(node).kind not in _SAME_AXES or any(made != each for each in shapes)):
            return True
    return False


def _cell(frame: Frame) -> Cell:
    """Choose a cell, another one at every moment: one that is not finite, or else no rounding."""
    assert frame.line is not None
    value = np.asarray(frame.values[frame.line.target], dtype=np.float64)
    sizes = np.abs(value)
    candidates = np.argwhere(~np.isfinite(value))
    if not len(candidates):
        largest = sizes.max(initial=0.0)
        clear = (sizes == 0) | (sizes >= max(_NOTICEABLE * largest, ROUNDING))
        candidates = np.argwhere(clear)
    if not len(candidates):
        return (0,) * value.ndim
    return tuple(int(at) for at in candidates[frame.time % len(candidates)])
