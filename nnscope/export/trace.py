"""Events as JSON and as text: the debugger for scripts, and for people who can't use the screen."""

import json
import math
from typing import Any

import numpy as np

from nnscope.engine.frame import Event
from nnscope.expression.evaluate import Value
from nnscope.expression.number_types import told_type
from nnscope.expression.source import source


def as_json(event: Event) -> str:
    """Write an event as one JSON object, with full precision; non-finite numbers are strings.

    Numbers of another type than float64 have that in `dtype`.
    """
    line, kind = event.line, told_type(event.value)
    return json.dumps({
        "iteration": event.iteration,
        "line": event.index + 1,
        "phase": line.phase.value,
        "layer": line.layer or None,
        "name": line.spelled,
        "expression": source(line.expression),
        "shape": list(np.shape(event.value)),
        "value": plain(event.value),
        **({"dtype": kind} if kind else {}),
    }, allow_nan=False)  # fmt: skip


def as_text(event: Event) -> str:
    """Write an event for reading: the line, its shape, and the value with NumPy's own rounding."""
    line, shape = event.line, np.shape(event.value)
    head = f"{event.iteration:>6} {event.index + 1:>3}  {line.phase.value:<8}  {line.text}"
    value = np.array2string(np.asarray(event.value), precision=8, threshold=60, max_line_width=100)
    first = f"{head}   {shape} {told_type(event.value)}".rstrip()
    return "\n".join([first, *(f"{'':12}{row}" for row in value.splitlines())])


def plain(value: Value) -> Any:
    """Turn a value into nested lists and numbers that JSON has."""
    return _finite(np.asarray(value, dtype=np.float64).tolist())


def _finite(part: Any) -> Any:
    if isinstance(part, list):
        return [_finite(each) for each in part]
    if math.isfinite(part):
        return part
    return "nan" if math.isnan(part) else "inf" if part > 0 else "-inf"
