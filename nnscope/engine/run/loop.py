"""What a run loop is: a function that runs many iterations, with tests on the way."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from msgspec import Struct

from nnscope.engine.changes import Change
from nnscope.engine.run.flat_state import Flat
from nnscope.expression.syntax import Expression, names
from nnscope.program.model import Program

PARAMETERS = "_first, _last, _state, _costs, _due, _keep, _notes"
"""What a loop is called with. Its own names begin with _, which no name of a program does."""

Keep = Callable[[int, Flat], int]
"""Keeps the state that an iteration starts from; gives the next iteration whose state is wanted."""


def last_line(program: Program, expression: Expression) -> int:
    """Find the first line behind which all variables of an expression have been made."""
    return max((program.line_of.get(name, 0) for name in names(expression)), default=0)


class Condition(Struct, frozen=True):
    """What ends a run: an expression that is tested in every iteration that has its variables.

    That is behind the line that makes the last of them, or behind the one that makes the variable
    `line`. With `change` it is not its truth that counts, but what has become of it since the
    iteration before.
    """

    expression: Expression
    change: Change | None = None
    line: str = ""

    def place_in(self, form: Program) -> int:
        """Find the line of a form behind which it is tested, by its index; -1 if it is not."""
        return place_in(form, self.expression, self.line)


class Probe(Struct, frozen=True):
    """A number that is written down behind the last line that it needs; it ends no run."""

    expression: Expression

    def place_in(self, form: Program) -> int:
        """Find the line of a form behind which it is known, by its index; -1 if it never is."""
        return place_in(form, self.expression)


Test = Condition | Probe
"""What is put behind a line of a loop, beside what the program computes."""


def place_in(form: Program, expression: Expression, line: str = "") -> int:
    """Find the line of a form behind which an expression can be computed, by its index.

    `line` names a later one by what it makes. Gives -1 where the form does not have it, or not all
    variables of the expression by then.
    """
    if not {*names(expression)} <= form.variables.keys():
        return -1
    least = last_line(form, expression)
    index = form.line_of.get(line, -1) if line else least
    return index if index >= least else -1


def changes(tests: Sequence[Test]) -> dict[str, Change]:
    """Give the changes that tests wait for, by the names that a loop has for them."""
    return {
        f"_change{number}": test.change
        for number, test in enumerate(tests)
        if isinstance(test, Condition) and test.change is not None
    }


class Notes:
    """What a search remembers from call to call: the values of the iteration before.

    With `collect` conditions do not end the run; `held` lists each iteration in which one held, and
    its number. `probed` takes what each probe finds, by its number and the iteration.
    """

    def __init__(self, collect: bool = False) -> None:
        self.collect = collect
        self.held: list[tuple[int, int]] = []
        self.before: dict[int, tuple[int, Any]] = {}  # in which iteration, and what it was
        self.probed: dict[int, Any] = defaultdict(dict)

    def changed(self, number: int, now: Any, change: Change, iteration: int) -> bool:
        """Tell whether a value has changed since the iteration before, and remember it.

        One that the iteration before did not have is as one of the first iteration.
        """
        at, then = self.before.get(number, (-1, None))
        self.before[number] = iteration, now
        return change.holds(then, now) if 0 <= at == iteration - 1 else change.holds_first(now)


class RunLoop(Protocol):
    """Runs iterations `first` up to `last` from a flat state.

    Writes each cost into `costs`, and calls `keep` for the states that are due. Gives the iteration
    that it reached, the number of the condition that held there (-1: none), and the state that this
    iteration starts from; where a condition holds, the one of the iteration in which it does. That
    state may be the loop's own array: good for going on, to be copied for keeping.
    """

    def __call__(
        self, first: int, last: int, state: Flat, costs: Flat, due: int, keep: Keep, notes: Notes
    ) -> tuple[int, int, Flat]:
        """Run."""
        ...
