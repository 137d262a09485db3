"""The first nan or inf of a line, and the operands that it was made from."""

import numpy as np

from nnscope.engine.model import Frame
from nnscope.expression.explain import explain
from nnscope.insight.arithmetic import arithmetic
from nnscope.insight.numbers import short


def first_bad_cell(frame: Frame) -> str:
    """Say which cell of the current line is nan or inf first, and how its arithmetic reads."""
    line = frame.line
    if line is None:
        return ""
    value = np.asarray(frame.values[line.target], dtype=np.float64)
    bad = ~np.isfinite(value)
    if not bad.any():
        return ""
    cell = tuple(int(at) for at in np.argwhere(bad)[0])
    where = f"[{', '.join(map(str, cell))}]" if cell else ""
    text = arithmetic(explain(line.expression, cell, frame.inputs))
    count = f" ({int(bad.sum())} of {value.size} cells)" if value.size > 1 else ""
    found = short(float(value[cell]))
    return (f"The first number that is not finite: {line.target}{where} = {found}{count}, "
            f"from {text}. Run or continue to go on.")  # fmt: skip
