"""Functions of Python's own: those of its module `math`, and `sum`.

They take one number, or add from the first to the last, and round otherwise than NumPy's by the
same name: a script that uses them is replayed with the very bits only by them. Of an array those of
`math` take every cell.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nnscope.expression.operation import Operation
from nnscope.expression.rows.activations import ACTIVATIONS
from nnscope.expression.rows.elementwise import ELEMENTWISE
from nnscope.expression.rows.reductions import REDUCTIONS

_OF_NUMPY = {row.name: row for row in (*ELEMENTWISE, *ACTIVATIONS)}


def _number(function: Callable[[float], float], x: float) -> float:
    """Compute a number; where Python raises an error, what NumPy gives: inf or nan."""
    try:
        return function(x)
    except OverflowError:
        return math.inf
    except ValueError:
        return -math.inf if x == 0 else math.nan


def _by_cells(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """Make a function of a number one of arrays, cell by cell. Shape as its operand."""

    def by_cells(x: Any) -> Any:
        given = np.asarray(x, dtype=np.float64)
        cells = [_number(function, each) for each in given.ravel().tolist()]
        return np.reshape(np.array(cells, dtype=np.float64), given.shape)[()]

    return by_cells


def _row(function: Callable[[float], float]) -> Operation:
    row = _OF_NUMPY[f"np.{function.__name__}"]
    return row._replace(
        name=f"math.{function.__name__}",
        call=_by_cells(function),
        at_complex=row.at_complex or row.call,
        activation="",
        meaning=f"{row.meaning}, as Python computes it",
    )


def one_by_one(x: Any) -> Any:
    """Add up all cells from the first to the last, as Python does those of a vector; one number."""
    return np.add.accumulate(np.concatenate(([0.0], np.ravel(x))))[-1]


_SUM = next(row for row in REDUCTIONS if row.reduces is np.add)._replace(
    name="builtins.sum",
    call=one_by_one,
    options=(),
    reduces=None,
    vjp=("_spread(g, x, axis=None, keepdims=False)",),
    meaning="the sum, one after the other",
    formula="",
    term="",
    addend=None,
    so_far="",
    by_sums="np.sum(x)",
)

OF_PYTHON: tuple[Operation, ...] = (
    *(_row(function) for function in (math.exp, math.log, math.tanh, math.sin, math.cos)),
    _SUM,
)
