"""Run mode: many iterations in one generated function.

There are two of them with one signature. This one is the text of the listing inside a loop; the
other, in `nnscope.engine.lowering`, computes the same bits in reused buffers.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nnscope.engine.changes import Change
from nnscope.engine.samples import Samples
from nnscope.engine.state import Flat, StateLayout, as_carried
from nnscope.expression.source import code
from nnscope.expression.syntax import Expression, names
from nnscope.expression.table import NAMESPACE
from nnscope.program.model import Program

PARAMETERS = "_first, _last, _state, _costs, _due, _keep, _notes"
"""What a loop is called with. Its own names begin with _, which no name of a program does."""

Keep = Callable[[int, Flat], int]
"""Keeps the state that an iteration starts from; gives the next iteration whose state is wanted."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What ends a run: an expression that is tested behind line `index` of every iteration.

    With `change` it is not its truth that counts, but what has become of it since the iteration
    before.
    """

    index: int
    expression: Expression
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """A number that is written down behind line `index` of every iteration; it ends no run."""

    index: int
    expression: Expression


Test = Condition | Probe
"""What is put behind a line of a loop, beside what the program computes."""


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


def plain_source(
    program: Program, tests: Sequence[Test] = (), sampled: Sequence[Expression] = ()
) -> str:
    """Write the loop whose body is the listing, for a reader who wants to see what runs."""
    body = ["if _k == _due:", "    _due = _keep(_k, _pack(_locals()))"]
    if program.feed:
        body.append(f"{', '.join(program.feed.names)}, = _fed(_k)")
    for index, line in enumerate(program.lines):
        body.append(line.statement)
        body += _tests_behind(index, tests, "_pack(_locals())")
    body += sample_lines([f"_row[{at}] = {code(each)}" for at, each in enumerate(sampled)])
    if program.cost:
        body.append(f"_costs[_k] = {program.cost}")
    body += [f"{name} = _carried_on({end})" for name, end in program.carried.items()]
    head = f"def run({PARAMETERS}"
    head += "".join(f", {name}={name}" for name in bound(program, tests)) + "):"
    unpacked = [f"{name} = _carried[{name!r}]" for name in program.carried]
    lines = [head, "    _carried = _unpack(_state)", *(f"    {line}" for line in unpacked)]
    lines += ["    _next_sample = _sample_due(_first)"] if sampled else []
    lines += ["    for _k in _range(_first, _last):", *(f"        {line}" for line in body)]
    return "\n".join([*lines, "    return _last, -1, _pack(_locals())", ""])


def sample_lines(lines: Sequence[str]) -> list[str]:
    """Write what samples an iteration that is due; the lines put its numbers into `_row`."""
    return ["if _k == _next_sample:", *(f"    {line}" for line in lines),
            "    _next_sample = _sample(_k, _row)"] if lines else []  # fmt: skip


def plain_loop(
    program: Program, tests: Sequence[Test] = (), samples: Samples | None = None
) -> RunLoop:
    """Compile the plain loop. Its text comes from checked trees, never from the user."""
    samples = samples or Samples()
    layout = StateLayout(program)
    scope = {"_pack": layout.pack, "_unpack": layout.frozen, "_carried_on": as_carried,
             "_fed": lambda iteration: tuple(program.fed(iteration).values()),
             **samples.scope, **changes(tests)}  # fmt: skip
    return build_loop(plain_source(program, tests, samples.expressions), program, scope)


def build_loop(text: str, program: Program, scope: Mapping[str, Any]) -> RunLoop:
    """Compile the text of a loop in the namespace of the language, with what else it needs."""
    everything = {**NAMESPACE, **program.start, **scope}
    everything["_range"], everything["_locals"] = range, locals
    exec(compile(text, "<run loop>", "exec"), everything)
    loop: RunLoop = everything["run"]
    return loop


def bound(program: Program, tests: Sequence[Test]) -> list[str]:
    """List the constants that a loop reads; as defaults they are local names, found fastest."""
    expressions = [line.expression for line in program.lines]
    expressions += [test.expression for test in tests]
    read = {name for expression in expressions for name in names(expression)}
    return [name for name in program.start if name in read and name not in program.carried]


def changes(tests: Sequence[Test]) -> dict[str, Change]:
    """Give the changes that tests wait for, by the names that a loop has for them."""
    return {
        f"_change{number}": test.change
        for number, test in enumerate(tests)
        if isinstance(test, Condition) and test.change is not None
    }


def _tests_behind(index: int, tests: Sequence[Test], state: str) -> list[str]:
    return [
        text
        for number, test in enumerate(tests)
        if test.index == index
        for text in test_lines(number, test, code(test.expression), state)
    ]


def test_lines(number: int, test: Test, text: str, state: str) -> list[str]:
    """Write one test; `text` is its expression, `state` what to give back where it holds."""
    if isinstance(test, Probe):
        return [f"_notes.probed[{number}][_k] = {text}"]
    if test.change is not None:
        text = f"_notes.changed({number}, {text}, _change{number})"
    return [f"if {text}:", "    if not _notes.collect:", f"        return _k, {number}, {state}",
            f"    _notes.held.append((_k, {number}))"]  # fmt: skip
