"""What a rewriting of a line may look at: the values around it, and what each of them is."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.syntax import Expression, Name, Number, names
from nnscope.insight.diagnose.expected import Role
from nnscope.insight.diagnose.forward import Forward
from nnscope.program.model import Phase, Program
from nnscope.program.rates import learning_rate

_SAME = 1e-10


class Context(Struct, frozen=True, eq=False, dict=True):
    """The surroundings of one line.

    `values` are those of one iteration, `roles` tell whose gradients variables are, `of` is what
    the line differentiates by, empty for an update or the cost.
    """

    forward: Forward
    values: Mapping[str, Value]
    roles: Mapping[str, Role]
    of: str = ""

    @property
    def program(self) -> Program:
        """The program that the line belongs to."""
        return self.forward.program

    def value(self, expression: Expression) -> NDArray[Any] | None:
        """Compute an expression; None where it can't be."""
        try:
            return np.asarray(evaluate(expression, self.values))
        except ExpressionError:
            return None

    def shape(self, expression: Expression) -> tuple[int, ...] | None:
        """Give the shape of an expression; None where it has no value."""
        if isinstance(expression, Name):
            return np.shape(self.values[expression.id]) if expression.id in self.values else None
        found = self.value(expression)
        return None if found is None else found.shape

    def is_same(self, first: Expression, second: Expression) -> bool:
        """Tell whether two expressions have the same values to rounding."""
        return same(self.value(first), self.value(second))

    def name(self, variable: str) -> Expression:
        """Write a value: by its name, or as the sum inside a line that it is."""
        if variable in self.forward.inner:
            return self.forward.inner[variable]
        return self.program.variables[variable].name

    @cached_property
    def forward_names(self) -> tuple[str, ...]:
        """The values of the forward pass, and the data and parameters that it reads."""
        read = dict.fromkeys(name for _, expression in self.forward.lines
                             for name in (*names(expression),))  # fmt: skip
        made = dict.fromkeys(target for target, _ in self.forward.lines)
        found = [*read, *(target for target in made if target not in read)]
        return tuple(name for name in found
                     if name in self.program.variables and name != self.program.cost)  # fmt: skip

    @cached_property
    def arrays(self) -> tuple[str, ...]:
        """Those of the forward values that have axes."""
        return tuple(name for name in self.forward_names if np.ndim(self.values[name]))

    @cached_property
    def data(self) -> tuple[str, ...]:
        """What the forward pass reads and neither makes nor trains."""
        made = {target for target, _ in self.forward.lines}
        return tuple(name for name in self.arrays
                     if name not in made and name not in self.program.carried)  # fmt: skip

    @property
    def updated(self) -> Mapping[str, str]:
        """The next value of each parameter."""
        return self.program.carried

    def numbers(self) -> Iterator[str]:
        """Yield the constants without axes: counts and rates."""
        for name in self.program.start:
            is_known = name in self.values and name not in self.program.carried
            if is_known and not np.ndim(self.values[name]):
                yield name

    def number(self, expression: Expression) -> float | None:
        """Give the value of a constant that is one number; None for all else."""
        if any(name not in self.program.start or name in self.program.carried
               for name in names(expression)):  # fmt: skip
            return None
        value = self.value(expression)
        return float(value) if value is not None and value.ndim == 0 else None

    @cached_property
    def examples(self) -> tuple[Expression, ...]:
        """Write the number of examples: by the constants that have it, or as a number."""
        found: list[Expression] = []
        for count in self.example_counts:
            own = [self.name(name) for name in self.numbers()
                   if float(np.asarray(self.values[name])) == count]  # fmt: skip
            found += own[:1] or [Number(count)]
        return tuple(found)

    @cached_property
    def example_counts(self) -> tuple[int, ...]:
        """Count the examples: the length of the axis that all data have and no parameter has."""
        counted = self.program.notes.counts.get("m")
        if counted and counted[0] in self.values:
            array, axis = np.asarray(self.values[counted[0]]), counted[1]
            return (array.size if axis is None else array.shape[axis],)
        cost = dict(self.forward.lines).get(self.program.cost)
        judged = [name for name in names(cost) if name in self.arrays] if cost else []
        counts = [size for name in judged for size in np.shape(self.values[name])]
        shapes = [np.shape(self.values[name]) for name in self.data]
        shared = [size for size in counts if sum(size in each for each in shapes) > 1]
        trained = {size for name in self.program.carried for size in np.shape(self.values[name])}
        own = [size for size in shared if size not in trained] or shared
        return tuple(dict.fromkeys(own))

    @cached_property
    def examples_of(self) -> tuple[str, ...]:
        """List the data that have an axis of examples."""
        counts = {*self.example_counts}
        return tuple(name for name in self.data if counts & {*np.shape(self.values[name])})

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """List the lengths of axes, and the numbers of cells of the data."""
        found = [size for name in self.arrays for size in np.shape(self.values[name])]
        found += [int(np.size(self.values[name])) for name in self.data]
        return tuple(dict.fromkeys(found))

    def written(self, number: float) -> Expression:
        """Write a number by the constant that has it, where there is one."""
        for name in self.numbers():
            if float(np.asarray(self.values[name])) == round(number, 9):
                return self.name(name)
        return Number(round(number) if abs(number - round(number)) < 1e-9 else number)

    @cached_property
    def rate(self) -> Expression | None:
        """The learning rate, where it is one number of the program."""
        found = learning_rate(self.program)
        return self.name(found) if found else None

    @property
    def updates(self) -> frozenset[str]:
        """The variables that lines of the update make."""
        return frozenset(line.target for line in self.program.lines if line.phase is Phase.UPDATE)


def same(first: NDArray[Any] | None, second: NDArray[Any] | None) -> bool:
    """Tell whether two arrays are the same to rounding."""
    if first is None or second is None or first.shape != second.shape:
        return False
    one, other = first.astype(float), second.astype(float)
    room = _SAME * max(float(np.max(np.abs(other), initial=0.0)), 1e-300)
    return bool(np.all(np.abs(one - other) <= room))
