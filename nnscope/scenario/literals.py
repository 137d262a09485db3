"""Arrays that are written out in the file: a number, a list, a list of rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.scenario.errors import counted, found, wrong
from nnscope.scenario.random import Sizes


def literal(entry: Any, where: str) -> NDArray[np.float64]:
    """Read a number or nested lists of numbers; raises `ScenarioError` for anything else."""
    shape = _rectangle(entry, where)
    return np.array(entry, dtype=np.float64).reshape(shape)


def _rectangle(entry: Any, where: str, depth: int = 2) -> Sizes:
    if isinstance(entry, list):
        if depth == 0:
            raise wrong(where, "a matrix has rows and columns, no deeper lists")
        if not entry:
            raise wrong(where, "an empty list is not an array")
        shapes = [
            _rectangle(part, f"{where}[{index}]", depth - 1) for index, part in enumerate(entry)
        ]
        for index, shape in enumerate(shapes):
            if shape != shapes[0]:
                message = f"{_length(shape)}, but the first row has {_length(shapes[0])}"
                raise wrong(f"{where}[{index}]", f"{message}: rows must be equally long")
        return (len(entry), *shapes[0])
    if isinstance(entry, bool) or not isinstance(entry, int | float):
        raise wrong(where, f"expected a number, a matrix or a table, found {found(entry)}")
    return ()


def _length(shape: Sizes) -> str:
    return counted(shape[0], "number") if shape else "a single number"
