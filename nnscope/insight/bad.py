"""The first nan or inf of a line, and the operands that it was made from."""

import numpy as np

from nnscope.engine.frame import Frame
from nnscope.expression.cells import Cell
from nnscope.expression.explain import explain
from nnscope.insight.arithmetic import arithmetic
from nnscope.insight.numbers import short


def first_bad_cell(frame: Frame) -> Cell | None:
    """Find the first cell of the current line's value that is nan or inf; None for none."""
    value = frame.values[frame.line.target] if frame.line else 0.0
    bad = np.argwhere(~np.isfinite(np.asarray(value, dtype=np.float64)))
    return tuple(int(at) for at in bad[0]) if len(bad) else None


def first_bad_words(frame: Frame, cell: Cell) -> str:
    """Say of the current line's cell that is nan or inf first how its arithmetic reads."""
    line = frame.line
    if line is None:
        return ""
    value = np.asarray(frame.values[line.target], dtype=np.float64)
    where = f"[{', '.join(map(str, cell))}]" if cell else ""
    text = arithmetic(explain(line.expression, cell, frame.values))
    bad = int((~np.isfinite(value)).sum())
    count = f" ({bad} of {value.size} cells)" if value.size > 1 else ""
    found = short(float(value[cell]))
    return (f"The first number that is not finite: {line.spelled}{where} = {found}{count}, "
            f"from {text}. Run or continue to go on.")  # fmt: skip
