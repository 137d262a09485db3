"""What a run loop is: a function that runs many iterations, with tests on the way."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from msgspec import Struct

from nnscope.engine.changes import Change
from nnscope.engine.run.flat_state import Flat
from nnscope.expression.syntax import Expression

PARAMETERS = "_first, _last, _state, _costs, _due, _keep, _notes"
"""What a loop is called with. Its own names begin with _, which no name of a program does."""

Keep = Callable[[int, Flat], int]
"""Keeps the state that an iteration starts from; gives the next iteration whose state is wanted."""


class Condition(Struct, frozen=True):
    """What ends a run: an expression that is tested behind line `index` of every iteration.

    With `change` it is not its truth that counts, but what has become of it since the iteration
    before.
    """

    index: int
    expression: Expression
    change: Change | None = None


class Probe(Struct, frozen=True):
    """A number that is written down behind line `index` of every iteration; it ends no run."""

    index: int
    expression: Expression


Test = Condition | Probe
"""What is put behind a line of a loop, beside what the program computes."""


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
        self.before: dict[int, Any] = {}
        self.probed: dict[int, Any] = defaultdict(dict)

    def changed(self, number: int, now: Any, change: Change) -> bool:
        """Tell whether a value has changed since it was last seen, and remember it."""
        is_first = number not in self.before
        holds = change.holds_first(now) if is_first else change.holds(self.before[number], now)
        self.before[number] = now
        return holds


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
