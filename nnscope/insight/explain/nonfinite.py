"""The first nan or inf of a line, and the operands that it was made from."""

import numpy as np

from nnscope.engine.frame import Frame
from nnscope.insight.explain.arithmetic import arithmetic
from nnscope.insight.explain.cell import explain, written
from nnscope.insight.explain.cells import Cell
from nnscope.insight.numbers import short


def first_nonfinite_cell(frame: Frame) -> Cell | None:
    """Find the first cell of the current line's value that is nan or inf; None for none."""
    value = frame.values[frame.line.target] if frame.line else 0.0
    bad = np.argwhere(~np.isfinite(np.asarray(value, dtype=np.float64)))
    return tuple(int(at) for at in bad[0]) if len(bad) else None


def nonfinite_words(frame: Frame, cell: Cell) -> str:
    """Say how the arithmetic of the current line's cell reads that is nan or inf first."""
    line = frame.line
    if line is None:
        return ""
    value = np.asarray(frame.values[line.target], dtype=np.float64)
    name = written(frame.program.variables[line.target].name, cell)
    text = arithmetic(explain(line.expression, cell, frame.values))
    bad = int((~np.isfinite(value)).sum())
    count = f" ({bad} of {value.size} cells)" if value.size > 1 else ""
    found = f"{name} = {short(float(value[cell]))}{count}, from {text}"
    return f"The first number that is not finite: {found}. Run (r) or continue (c) to go on."
