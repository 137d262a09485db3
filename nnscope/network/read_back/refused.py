"""What can't be read back as a scenario, told by its line."""

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.program.model import Program
from nnscope.scenario.errors import ScenarioError, wrong

TOLERANCE = 1e-12
"""How far two numbers may be apart, in parts of the largest: by rounding in another order."""


def refused(program: Program, target: str, why: str) -> ScenarioError:
    """Say which line is not one of a layer's, of a loss or of a rule, and why; empty for none."""
    index = program.line_of.get(target)
    line = "" if index is None else f"line {index + 1}, `{program.lines[index].text}`, "
    return wrong("", f"{program.name} can't be written as a scenario of layers: {line}{why}")


def is_near(a: Value, b: Value, tolerance: float = TOLERANCE) -> bool:
    """Tell whether two arrays are the same but for rounding."""
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.shape != second.shape or not np.isfinite(first).all():
        return False
    largest = max(float(np.max(np.abs(first), initial=0.0)), np.finfo(np.float64).tiny)
    return bool((np.abs(first - second) <= tolerance * largest).all())
