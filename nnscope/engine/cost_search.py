"""Going back to where the cost had some value: the costs are recorded, so nothing has to run."""

from collections.abc import Sequence

import numpy as np

from nnscope.engine.costs import Buffer
from nnscope.engine.stops import Stop
from nnscope.expression.evaluate import evaluate
from nnscope.expression.functions import FUNCTIONS, Kind
from nnscope.expression.syntax import Binary, Call, Expression, Name, Number, Unary, names, walk
from nnscope.program.model import Program


def reads_only_costs(program: Program, stops: Sequence[Stop]) -> bool:
    """Tell whether there are stops, and all of them read the cost alone, cell by cell."""
    return bool(stops) and all(
        stop.expression is not None
        and stop.change is None
        and set(names(stop.expression)) == {program.cost}
        and all(map(_is_by_cells, walk(stop.expression)))
        for stop in stops
    )


def last_on_costs(
    program: Program, stops: Sequence[Stop], costs: Buffer, time: int
) -> tuple[int, Stop] | None:
    """Find the last moment before `time` at which one of these stops holds, and that stop.

    `costs` has the shape (iterations,), up to the iteration of `time` at least.
    """
    lines, found = len(program.lines), None
    for stop in stops:
        before = costs[: max(0, -(-(time - 1 - stop.index) // lines))]
        if stop.expression is None:
            continue
        places = np.flatnonzero(evaluate(stop.expression, {program.cost: before}))
        if len(places) >= stop.hits:
            at = int(places[-stop.hits]) * lines + stop.index + 1
            found = (at, stop) if found is None or at >= found[0] else found
    return found


def _is_by_cells(node: Expression) -> bool:
    """Tell whether a part of an expression gives as many cells as it is given."""
    match node:
        case Binary(operator, _, _):
            return operator not in ("and", "or", "@")
        case Unary(operator, _):
            return operator != "not"
        case Call(function, _, options):
            return not options and FUNCTIONS[function].kind is Kind.ELEMENTWISE
        case Number() | Name():
            return True
    return False
