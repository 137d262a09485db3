"""Why the line that ran last is as it is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import numpy as np

from nnscope.engine.frame import Frame
from nnscope.expression.errors import ExpressionError
from nnscope.insight.explain.cells import Cell
from nnscope.insight.why.backward import backward
from nnscope.insight.why.forward import forward
from nnscope.insight.why.reason import Asked, Reason
from nnscope.insight.why.update import update
from nnscope.program.model import Phase

_BY_PHASE: Mapping[Phase, Callable[[Asked], Iterator[Reason]]] = {
    Phase.FORWARD: forward,
    Phase.LOSS: forward,
    Phase.BACKWARD: backward,
    Phase.UPDATE: update,
}


def why(frame: Frame, cell: Cell | None = None) -> tuple[Reason, ...]:
    """Derive the line that ran last, step by step; empty where none has run.

    `cell` is the cell of its result that the numbers are for, the first one if there is none.
    """
    line = frame.line
    if line is None:
        return ()
    first = (0,) * np.ndim(frame.values[line.target])
    asked = Asked(frame, line, first if cell is None else cell)
    explain = _BY_PHASE[line.phase]
    if line.phase is Phase.BACKWARD and not line.gradient_of:
        explain = forward
    found: list[Reason] = []
    with suppress(ExpressionError):  # of what has no value, or no formula, the rest is left out
        for reason in explain(asked):
            found.append(reason)
    return tuple(found)
