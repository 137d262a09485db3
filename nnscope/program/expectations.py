"""What the source printed, and how much of it agrees with what was found."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value
from nnscope.expression.number_types import SINGLE
from nnscope.expression.syntax import Expression, Name


class Expectation(Struct, frozen=True, eq=False):
    """One printed number, matrix or shape.

    It holds at the start or the end of an `iteration`; where `when` is "after", `iteration` is a
    number of updates, and it is what these leave, or what the next forward pass makes of that.
    `value` agrees where every cell is within `tolerance`: half a unit of the last printed digit, so
    that rounding gives the printed number. One of float32 agrees, too, if it is the printed number
    in 32 bits. `shape` may be all that was printed. `evaluation` names
    the forward pass on other data that it is a value of; empty where it is one of the training.
    """

    text: str
    expression: Expression
    iteration: int
    when: Literal["start", "end", "after"]
    value: NDArray[np.float64] | None
    tolerance: float
    shape: tuple[int, ...] | None
    evaluation: str = ""

    @property
    def name(self) -> str:
        """The variable that is expected, or nothing for an expression, or of other data."""
        if self.evaluation or not isinstance(self.expression, Name):
            return ""
        return self.expression.id

    @property
    def moment(self) -> str:
        """When it holds, in words."""
        start = f"{self.evaluation}, " if self.evaluation else ""
        if self.when != "after":
            return f"{start}iteration {self.iteration}"
        return f"{start}after {self.iteration} update{'' if self.iteration == 1 else 's'}"

    def is_made_by(self, variable: str, iteration: int, carried: Mapping[str, str]) -> bool:
        """Tell whether it is what an iteration makes of a variable.

        `carried` has, for what is carried on, the variable that is its value after an update.
        """
        if self.when == "after" and self.name in carried:
            return (carried[self.name], self.iteration - 1) == (variable, iteration)
        return self.when != "start" and (self.name, self.iteration) == (variable, iteration)

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
            with np.errstate(all="ignore"):
                same = (np.abs(array - printed) <= self.tolerance) | (array == printed)
                if np.asarray(found).dtype == SINGLE:  # NumPy prints as many digits as tell it
                    same |= np.asarray(found) == printed.astype(SINGLE)
            number += int(np.sum(same | (np.isnan(array) & np.isnan(printed))))
        return number + (self.shape is not None and self.shape == array.shape)
