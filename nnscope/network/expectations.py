"""What the source printed, read from its tables and checked for sense before anything runs."""

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.shapes import infer, sizes
from nnscope.expression.syntax import names
from nnscope.program.expectations import Expectation
from nnscope.program.model import Program
from nnscope.program.resolve import read
from nnscope.scenario.arrays import literal
from nnscope.scenario.errors import wrong
from nnscope.scenario.schema import ExpectTable


def read_expectation(program: Program, table: ExpectTable, number: int) -> Expectation:
    """Check one `[[expect]]`; raises `ScenarioError` for a name or shape that can't be."""
    where = f"[[expect]] {number}"
    try:
        behind = -1 if table.when == "start" else None
        expression = read(program, table.name, behind)
        shape = sizes(infer(expression, program.shapes))
    except ExpressionError as error:
        raise wrong(f"{where}, name", str(error)) from None
    early = [name for name in names(expression) if name not in program.start]
    if table.when == "start" and early:
        raise wrong(f"{where}, when", f"`{early[0]}` is computed by a line; at the start of an "
                    "iteration only data and parameters hold")  # fmt: skip
    if table.value is None and table.shape is None:
        raise wrong(where, "needs a value or a shape")
    if table.iteration >= program.iterations:
        last = program.iterations - 1
        message = f"{table.iteration} is not run: iterations count from 0 to {last}"
        raise wrong(f"{where}, iteration", message)
    value = None if table.value is None else literal(table.value, f"{where}, value")
    if value is not None and value.size != int(np.prod(shape)):
        raise wrong(
            f"{where}, value", f"{table.name} has the shape {shape}, the value has {value.shape}"
        )
    return Expectation(
        table.name, expression, table.iteration, table.when, value, _tolerance(table),
        None if table.shape is None else tuple(table.shape),
    )  # fmt: skip


def _tolerance(table: ExpectTable) -> float:
    if table.tolerance is not None:
        return table.tolerance
    # the tiny excess lets a number that lies on the middle between two digits go either way
    return 0.0 if table.digits is None else 0.5 * 10.0**-table.digits * (1 + 1e-6)
