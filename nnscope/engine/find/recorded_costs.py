"""Finding where the cost had some value: known costs are recorded, so nothing has to run."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnscope.engine.find.stops import Stop
from nnscope.engine.keep.costs import Buffer
from nnscope.expression.evaluate import evaluate
from nnscope.expression.syntax import Binary, Expression, Name, Number, Unary, names, walk
from nnscope.expression.table import row_of
from nnscope.program.model import Program


def reads_only_costs(program: Program, stops: Sequence[Stop]) -> bool:
    """Tell whether there are stops, and all of them read the cost alone, cell by cell.

    Then every iteration must have one, and the lines behind which they are tested.
    """
    forms = program.forms
    return (
        bool(stops)
        and all(form.cost == program.cost for form in forms)
        and all(_reads_only_costs(program, stop) for stop in stops)
        and all(stop.place_in(form) >= 0 for stop in stops for form in forms)
    )


def _reads_only_costs(program: Program, stop: Stop) -> bool:
    return (
        stop.expression is not None
        and stop.change is None
        and set(names(stop.expression)) == {program.cost}
        and all(map(_is_by_cells, walk(stop.expression)))
    )


def held_on_costs(program: Program, stop: Stop, costs: Buffer) -> NDArray[np.int64]:
    """List the places at which a stop that reads the cost alone holds, in order.

    `costs` has the shape (iterations,); the result has a cell for each place in it.
    """
    if stop.expression is None:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(evaluate(stop.expression, {program.cost: costs}))


def _is_by_cells(node: Expression) -> bool:
    """Tell whether a part gives each cell of many costs the bits that it gives one alone.

    Powers and functions don't: NumPy computes them in another way for many cells.
    """
    if isinstance(node, Binary | Unary):
        return row_of(node).is_by_cells
    return isinstance(node, Number | Name)
