"""A program: the lines that one iteration runs, and the values that it starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from nnscope.expression.constants import numpy_source
from nnscope.expression.evaluate import Value
from nnscope.expression.mathematics import Typesetter
from nnscope.expression.shapes import Shape
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.program.batches import Batches
from nnscope.program.expectations import Expectation
from nnscope.scenario.model import Scenario


class Phase(Enum):
    """The four parts of an iteration, in the order in which they run."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Link:
    """One factor of the chain rule: ∂`above`/∂`below`, which a backward line multiplies in.

    `local` is the local derivative as an expression over the program's values. `rule` says in
    words how it is applied where that is not a product cell by cell.
    """

    above: str
    below: str
    local: Expression
    rule: str = ""


EDITED = "it was edited in the debugger"
"""The reason of an override that the user of the debugger has written."""


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment: a target and the expression that it gets.

    `layer` counts from 1, and is 0 for the loss. A backward line has `gradient_of`, the name that
    it differentiates the cost by, and the `links` that it multiplies in, outermost first. `because`
    is the reason of an override, `note` the algebra that made the line shorter than its factors.
    """

    target: str
    expression: Expression
    phase: Phase
    layer: int = 0
    gradient_of: str = ""
    links: tuple[Link, ...] = ()
    because: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The line as NumPy."""
        return f"{self.target} = {source(self.expression)}"

    @property
    def statement(self) -> str:
        """The line as it runs: its text, with what is no number of NumPy's made one."""
        return f"{self.target} = {numpy_source(self.expression)}"

    @property
    def is_edited(self) -> bool:
        """Whether the user of the debugger has written it."""
        return self.because == EDITED


@dataclass(frozen=True, eq=False)
class Program:
    """The lines of one iteration with everything they read.

    `constants` never change (data, m, hyperparameters); `parameters` are the starting values of
    what the update lines carry from one iteration to the next. `shapes` has every name. `cost` is
    the name of the cost, empty in a forward-only program. `meanings` says what each name is,
    `expectations` what the source printed. With `batches` the data are cut: `constants` then has
    the first batch, and each iteration is given its own. `smaller` is the same program as the last
    batch of an epoch has it, with fewer examples; None where all batches are equally large.
    """

    scenario: Scenario
    lines: tuple[Line, ...]
    constants: Mapping[str, Value]
    parameters: Mapping[str, Value]
    shapes: Mapping[str, Shape]
    cost: str
    symbols: Mapping[str, str]
    meanings: Mapping[str, str]
    expectations: tuple[Expectation, ...]
    batches: Batches | None = None
    smaller: "Program | None" = None

    @property
    def iterations(self) -> int:
        """How many iterations a whole run has."""
        return self.scenario.iterations

    @cached_property
    def line_of(self) -> Mapping[str, int]:
        """The index of the line that assigns a name; each name is assigned once an iteration."""
        return {line.target: index for index, line in enumerate(self.lines)}

    @cached_property
    def carried(self) -> tuple[str, ...]:
        """The names that an iteration changes for the next, in the order of their updates."""
        return tuple(line.target for line in self.lines if line.phase is Phase.UPDATE)

    @cached_property
    def typesetter(self) -> Typesetter:
        """Writes this program's expressions as mathematics."""
        return Typesetter(lambda name: self.symbols.get(name, name), self.shapes)

    def batch(self, iteration: int) -> Mapping[str, Value]:
        """Give the examples that an iteration is about; empty where every one uses all of them."""
        return self.batches.at(iteration) if self.batches else {}

    def during(self, iteration: int) -> "Program":
        """Give the program as an iteration has it: with the shapes and the m of its batch."""
        if self.smaller is None or self.batches is None:
            return self
        is_last = self.batches.place(iteration)[1] == self.batches.count - 1
        return self.smaller if is_last else self

    @property
    def forms(self) -> tuple["Program", ...]:
        """The program, and where there is one, its smaller form."""
        return (self, self.smaller) if self.smaller else (self,)

    def mathematics(self, line: Line) -> str:
        """Write a line as mathematics."""
        symbol = self.symbols.get(line.target, line.target)
        arrow = "←" if line.phase is Phase.UPDATE else "="
        return f"{symbol} {arrow} {self.typesetter.typeset(line.expression)}"
