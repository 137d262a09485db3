"""Whose array it is that a learner hands in: names are matched generously.

`dw1`, `grad_W1`, `W1_grad`, `grads["W1"]` and `{"grads": {"W1": ...}}` are all the gradient of W1.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.program.model import Phase, Program

_GRADIENTS = ("grads", "grad", "gradients", "gradient", "d", "derivatives")
_BEFORE = r"(?:grads?|gradients?|d|g|der)_?"
_BEHIND = r"_?(?:grads?|gradients?|der)"
_MOST_CELLS = 2 * 10**7


def flattened(arrays: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield what nested dictionaries hold, each with its keys joined by dots."""
    for key, value in arrays.items():
        path = (*before, str(key))
        if isinstance(value, Mapping):
            yield from flattened(value, path)
        else:
            yield ".".join(path), value


def as_array(name: str, value: Any) -> NDArray[np.float64]:
    """Hold what was handed in as numbers; raises `ExpressionError` for what is none."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        raise ExpressionError(f"`{name}` is no array: its rows have different lengths") from None
    if array.dtype.kind not in "biuf":
        kind = "Python objects" if array.dtype.kind == "O" else f"{array.dtype} values"
        raise ExpressionError(f"`{name}` holds {kind[:40]}, not real numbers")
    if array.size == 0:
        raise ExpressionError(f"`{name}` is empty: it has the shape {array.shape}")
    if array.size > _MOST_CELLS:
        raise ExpressionError(f"`{name}` has {array.size:,} cells; the most is {_MOST_CELLS:,}")
    return array.astype(np.float64)


def target_of(program: Program, name: str) -> str:
    """Give the variable that a handed-in name means; empty for an unknown name.

    The name of a parameter means what it becomes.
    """
    known = {_plain(line.spelled): line.target for line in reversed(program.lines)}
    known |= {_plain(program.spelled(name)): end for name, end in program.carried.items()}
    gradients = {_plain(program.spelled(line.gradient_of)): line.target
                 for line in program.lines if line.gradient_of}  # fmt: skip
    *outer, last = re.split(r"\.|\[['\"]?", name.rstrip("]'\""))
    is_gradient = any(part.lower() in _GRADIENTS for part in outer)
    plain = _plain(last)
    if is_gradient and plain in gradients:
        return gradients[plain]
    if plain in known:
        return known[plain]
    for pattern in (f"{_BEFORE}(.+)", f"(.+?){_BEHIND}"):
        found = re.fullmatch(pattern, last.lower().strip("_"))
        if found and _plain(found[1]) in gradients:
            return gradients[_plain(found[1])]
    return ""


def _plain(name: str) -> str:
    """Write a name without case and underscores."""
    return name.lower().replace("_", "")


def wanted(program: Program) -> list[str]:
    """List the variables that can be compared, in the order of the program."""
    phases = (Phase.FORWARD, Phase.LOSS, Phase.BACKWARD, Phase.UPDATE)
    return [line.target for line in program.lines if line.phase in phases]
