"""What the engine hands out: events, one a line, and frames, one a look at the screen."""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value
from nnscope.program.model import Line, Program


class Event(Struct, eq=False):
    """One line has run, and this is its value."""

    iteration: int
    index: int
    line: Line
    value: Value

    def __repr__(self) -> str:
        made = f"{self.line.spelled}, shape {np.shape(self.value)}"
        return f"<Event iteration {self.iteration}, line {self.index + 1}: {made}>"


class Frame(Struct, frozen=True, eq=False):
    """All that the screen needs to know of one moment; nothing in it changes any more.

    `time` counts the lines that have run since the start, so it names the moment. `index` is the
    line that ran last, -1 at the very start. `values` has every variable by its id: what the
    iteration started from, what its lines have made, and of those that have not run yet what they
    made in the iteration before. `costs` has the cost of every iteration up to the farthest that
    was reached. `samples` has a row for each iteration that was sampled: its number, and the values
    of what the timeline samples. `first_bad` is the iteration that made the first nan or inf, as
    far as that is known, `memory` and `cap` are the bytes that the history holds and may hold.
    `program` is the form that the iteration has, `whole` the program with all forms.
    """

    program: Program
    time: int
    iteration: int
    index: int
    values: Mapping[str, Value]
    costs: NDArray[np.float64]
    memory: int
    samples: NDArray[np.float64]
    cap: int = 0
    first_bad: int | None = None
    of: Program | None = None

    @property
    def whole(self) -> Program:
        """The program with all its forms."""
        return self.of or self.program

    def __repr__(self) -> str:
        return f"<Frame of {self.program.name}, iteration {self.iteration}, line {self.index + 1}>"

    @property
    def line(self) -> Line | None:
        """The line that ran last, None at the very start."""
        return self.program.lines[self.index] if self.index >= 0 else None

    def is_stale(self, variable: str) -> bool:
        """Tell whether a variable still holds the value of the iteration before."""
        is_later = self.program.line_of.get(variable, -1) > self.index
        return is_later and variable in self.values

    @property
    def latest(self) -> Mapping[str, str]:
        """The variable that each name of the reader means at this moment, by its id."""
        found: dict[str, str] = {}
        for variable in self.program.start:
            found[self.program.spelled(variable)] = variable
        for index, line in enumerate(self.program.lines):
            if line.target in self.values and (index <= self.index or line.spelled not in found):
                found[line.spelled] = line.target
        return found

    @property
    def by_name(self) -> Mapping[str, Value]:
        """The value of each name of the reader at this moment."""
        return {name: self.values[variable] for name, variable in self.latest.items()}

    @property
    def cost(self) -> float | None:
        """The cost of this iteration, where its line has run or the iteration was run before.

        None where its lines compute none.
        """
        if not self.program.cost:
            return None
        known = self.costs[self.iteration] if self.iteration < len(self.costs) else None
        return None if known is None else float(known)
