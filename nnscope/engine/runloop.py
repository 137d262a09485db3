"""Run mode: many iterations in one generated function.

There are two of them with one signature. This one is the text of the listing inside a loop; the
other, in `nnscope.engine.lowering`, computes the same bits in reused buffers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from nnscope.engine.state import Flat, StateLayout
from nnscope.expression.evaluate import Value
from nnscope.expression.functions import NAMESPACE
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, names
from nnscope.program.model import Program

Keep = Callable[[int, Flat], int]
"""Keeps the state that an iteration starts from; gives the next iteration whose state is wanted."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What ends a run: an expression that is tested behind line `index` of every iteration."""

    index: int
    expression: Expression


class RunLoop(Protocol):
    """Runs iterations `first` up to `last` from a flat state.

    Writes each cost into `costs`, and calls `keep` for the states that are due. Gives the iteration
    that it reached, the number of the condition that held there (-1: none), and the state that this
    iteration starts from; where a condition holds, the one of the iteration in which it does. That
    state may be the loop's own array: good for going on, to be copied for keeping.
    """

    def __call__(
        self, first: int, last: int, state: Flat, costs: Flat, due: int, keep: Keep
    ) -> tuple[int, int, Flat]:
        """Run."""
        ...


def plain_source(program: Program, conditions: Sequence[Condition] = ()) -> str:
    """Write the loop whose body is the listing, for a reader who wants to see what runs."""
    body = ["if k == due:", "    due = keep(k, pack(locals()))"]
    for index, line in enumerate(program.lines):
        if line.target in program.carried:
            body.append(f"start_{line.target} = {line.target}")
        body.append(line.text)
        body += tests(conditions, index, "pack_started(locals())")
    if program.cost:
        body.append(f"costs[k] = {program.cost}")
    head = "def run(first, last, state, costs, due, keep"
    head += "".join(f", {name}={name}" for name in bound(program, conditions)) + "):"
    unpacked = [f"{name} = carried[{name!r}]" for name in program.carried]
    lines = [head, "    carried = unpack(state)", *(f"    {line}" for line in unpacked)]
    lines += ["    for k in range(first, last):", *(f"        {line}" for line in body)]
    return "\n".join([*lines, "    return last, -1, pack(locals())", ""])


def plain_loop(program: Program, conditions: Sequence[Condition] = ()) -> RunLoop:
    """Compile the plain loop. Its text comes from checked trees, never from the user."""
    layout = StateLayout(program)

    def pack_started(scope: Mapping[str, Value]) -> Flat:
        """Pack the values at the start of the iteration, also after some of their updates."""
        began = {name: scope.get(f"start_{name}", scope[name]) for name in layout.names}
        return layout.pack(began)

    scope = {"pack": layout.pack, "unpack": layout.frozen, "pack_started": pack_started}
    return build_loop(plain_source(program, conditions), program, scope)


def build_loop(text: str, program: Program, scope: Mapping[str, Any]) -> RunLoop:
    """Compile the text of a loop in the namespace of the language, with what else it needs."""
    everything = {**NAMESPACE, **program.parameters, **program.constants, **scope}
    everything["range"], everything["locals"] = range, locals
    exec(compile(text, "<run loop>", "exec"), everything)
    loop: RunLoop = everything["run"]
    return loop


def bound(program: Program, conditions: Sequence[Condition]) -> list[str]:
    """List the constants that a loop reads; as defaults they are local names, found fastest."""
    expressions = [line.expression for line in program.lines]
    expressions += [condition.expression for condition in conditions]
    read = {name for expression in expressions for name in names(expression)}
    fixed = {**program.constants, **program.parameters}
    return [name for name in fixed if name in read and name not in program.carried]


def tests(conditions: Sequence[Condition], index: int, state: str) -> list[str]:
    """Write the tests that stand behind a line."""
    return [
        text
        for number, condition in enumerate(conditions)
        if condition.index == index
        for text in (f"if {source(condition.expression)}:", f"    return k, {number}, {state}")
    ]


def finite_until(costs: Flat, first: int, last: int) -> int:
    """Find the first iteration from `first` up to `last` whose cost is nan or inf, or give `last`."""
    broken = ~np.isfinite(costs[first:last])
    return first + int(np.argmax(broken)) if broken.any() else last
