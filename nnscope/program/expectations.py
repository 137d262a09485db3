"""What the source printed, checked for sense before anything runs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Shape, infer, sizes
from nnscope.expression.syntax import Expression, Name, names
from nnscope.scenario.arrays import literal
from nnscope.scenario.errors import wrong
from nnscope.scenario.schema import ExpectTable


@dataclass(frozen=True, eq=False, slots=True)
class Expectation:
    """One printed number, matrix or shape.

    `value` agrees where every cell is within `tolerance`: half a unit of the last printed digit, so
    that rounding gives the printed number. `shape` may be all that was printed.
    """

    text: str
    expression: Expression
    iteration: int
    when: Literal["start", "end"]
    value: NDArray[np.float64] | None
    tolerance: float
    shape: tuple[int, ...] | None

    @property
    def name(self) -> str:
        """The name that is expected, or nothing for an expression of several."""
        return self.expression.id if isinstance(self.expression, Name) else ""

    @property
    def count(self) -> int:
        """How many printed numbers this is; a shape counts as one."""
        return (self.value.size if self.value is not None else 0) + (self.shape is not None)

    def agreeing(self, found: Value) -> int:
        """Count the printed numbers that `found` agrees with."""
        number = 0
        array = np.asarray(found, dtype=np.float64)
        if self.value is not None and array.size == self.value.size:
            printed = self.value.reshape(array.shape)
            with np.errstate(invalid="ignore"):
                same = (np.abs(array - printed) <= self.tolerance) | (array == printed)
            number += int(np.sum(same | (np.isnan(array) & np.isnan(printed))))
        return number + (self.shape is not None and self.shape == array.shape)


def read_expectation(
    table: ExpectTable,
    number: int,
    shapes: Mapping[str, Shape],
    iterations: int,
    at_start: Collection[str],
) -> Expectation:
    """Check one `[[expect]]`; raises `ScenarioError` for a name or shape that can't be."""
    where = f"[[expect]] {number}"
    try:
        expression = parse(table.name)
        shape = sizes(infer(expression, shapes))
    except ExpressionError as error:
        raise wrong(f"{where}, name", str(error)) from None
    early = [name for name in names(expression) if name not in at_start]
    if table.when == "start" and early:
        raise wrong(f"{where}, when", f"`{early[0]}` is computed by a line; at the start of an "
                    "iteration only data and parameters hold")  # fmt: skip
    if table.value is None and table.shape is None:
        raise wrong(where, "needs a value or a shape")
    if table.iteration >= iterations:
        message = f"{table.iteration} is not run: iterations count from 0 to {iterations - 1}"
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
