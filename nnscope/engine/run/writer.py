"""Writes the functions that run a program, in one of two ways.

A policy says how lines are written and where the values lie that are carried: `Listed` takes the
lines as they are, `Buffered` writes into buffers that are there already, with the same bits. A loop
runs many iterations, a recorder runs one and gives the values of all its lines.
"""

from collections.abc import Callable, Mapping, Sequence
from math import nan
from typing import Any, Protocol

from nnscope.engine.run.loop import PARAMETERS, Probe, RunLoop, Test
from nnscope.engine.run.schedule import Run, Sample, Step, Together, Try, Undivided
from nnscope.expression.evaluate import Value
from nnscope.expression.syntax import Expression, names
from nnscope.expression.table import NAMESPACE
from nnscope.program.model import Program

Recorder = Callable[[Mapping[str, Value]], list[Value]]
"""Runs an iteration, by what it starts from, and gives the values of its lines."""


class Assigning(Protocol):
    """Writes assignments; `scope` has what the names stand for that they need."""

    scope: dict[str, Any]

    def assign(self, target: str, expression: Expression) -> list[str]:
        """Write an assignment."""
        ...


class Policy(Protocol):
    """How the statements of a loop are written, and where its state lies.

    `steps` are what an iteration does. `state` gives the flat state at the end of an iteration,
    `behind` the one that this iteration started from, wherever the steps that were written have
    come to. `bound` are the names of `scope` that become parameters, found fastest.
    """

    scope: dict[str, Any]
    steps: Sequence[Step]
    state: str

    @property
    def behind(self) -> str:
        """The text of the state that the iteration started from."""
        ...

    @property
    def bound(self) -> Sequence[str]:
        """The names that become parameters."""
        ...

    def begin(self) -> list[str]:
        """Write what is done once, before the first iteration."""
        ...

    def feed(self) -> list[str]:
        """Write what an iteration begins with; called when its steps are written."""
        ...

    def run(self, step: Run | Undivided | Together) -> list[str]:
        """Write a line, or one that is the same for several variables."""
        ...

    def number(self, expression: Expression) -> tuple[list[str], str]:
        """Write an expression of one number: the lines before it, and its text."""
        ...

    def carry(self) -> list[str]:
        """Write what hands on to the next iteration."""
        ...


def loop_source(program: Program, policy: Policy) -> str:
    """Write the function that runs many iterations; see `RunLoop` for what it takes and gives."""
    body = [text for step in policy.steps for text in _step(policy, step)]
    body += [f"_costs[_k] = {program.cost}"] if program.cost else []
    body += policy.carry()
    keep = ["if _k == _due:", f"    _due = _keep(_k, {policy.state})"]
    body = [*keep, *policy.feed(), *body]
    sampled = any(isinstance(step, Sample) for step in policy.steps)
    begin = [*policy.begin(), *(["_next_sample = _sample_due(_first)"] if sampled else [])]
    head = f"def run({PARAMETERS}{''.join(f', {name}={name}' for name in policy.bound)}):"
    loop = ["for _k in _range(_first, _last):", *_indented(body)]
    return "\n".join([head, *_indented([*begin, *loop, f"return _last, -1, {policy.state}"]), ""])


def _step(policy: Policy, step: Step) -> list[str]:
    match step:
        case Run() | Undivided() | Together():
            return policy.run(step)
        case Try(number, test):
            before, text = policy.number(test.expression)
            return [*before, *_tested(number, test, text, policy)]
        case Sample(expressions):
            texts = ["if _k == _next_sample:"]
            for at, expression in enumerate(expressions):
                before, text = policy.number(expression) if expression else ([], "_nan")
                texts += _indented([*before, f"_row[{at}] = {text}"])
            return [*texts, "    _next_sample = _sample(_k, _row)"]


def _tested(number: int, test: Test, text: str, policy: Policy) -> list[str]:
    """Write one test, of which `text` gives the value."""
    if isinstance(test, Probe):
        return [f"_notes.probed[{number}][_k] = {text}"]
    if test.change is not None:
        text = f"_notes.changed({number}, {text}, _change{number}, _k)"
    return [f"if {text}:", "    if not _notes.collect:",
            f"        return _k, {number}, {policy.behind}",
            f"    _notes.held.append((_k, {number}))"]  # fmt: skip


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def build_loop(text: str, scope: Mapping[str, Any]) -> RunLoop:
    """Compile the text of a loop. It comes from checked trees, never from the user."""
    everything = {**NAMESPACE, **scope, "_range": range, "_locals": locals, "_nan": nan}
    exec(compile(text, "<run loop>", "exec"), everything)
    loop: RunLoop = everything["run"]
    return loop


def recorder_source(program: Program, assigning: Assigning) -> str:
    """Write the function that runs one iteration and gives the values of all its lines."""
    read = {name for line in program.lines for name in names(line.expression)}
    fed = program.feed.names if program.feed else ()
    text = [f"{name} = _start[{name!r}]" for name in (*program.carried, *fed) if name in read]
    for line in program.lines:
        text += assigning.assign(line.target, line.expression)
        text += [f"{line.target}.setflags(False)"] if program.shapes[line.target] else []
    result = ", ".join(line.target for line in program.lines)
    return "\n".join(["def record(_start):", *_indented([*text, f"return [{result}]"]), ""])


def build_recorder(program: Program, assigning: Assigning) -> Recorder:
    """Compile the function; its text comes from checked trees, never from the user."""
    text = recorder_source(program, assigning)
    everything = {**NAMESPACE, **assigning.scope}
    exec(compile(text, "<recorder>", "exec"), everything)
    record: Recorder = everything["record"]
    return record
