"""Step mode at speed: one iteration as a generator that pauses behind every line.

It is the text of the listing once more, so that the values between two pauses are local names. It
gives the same bits as running each line by itself, which `Machine` does where a line is run again.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnscope.engine.model import Event
from nnscope.expression.evaluate import Value
from nnscope.expression.functions import NAMESPACE
from nnscope.expression.syntax import names
from nnscope.program.model import Line, Program

Values = dict[str, Value]
Stepper = Callable[[int, Values, list[Value], list[Value | None]], Iterator[Event]]
"""Runs iteration `k` in an environment, from its first line: puts each value into the environment
and the recording, what the target held before into the last list, and yields the event."""


def thin_sum(values: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Sum as `np.sum` does, with the same bits, without the checks around it that take a while."""
    add: Any = np.add.reduce
    return add(values, axis, None, None, keepdims)


def stepper_source(program: Program) -> str:
    """Write the generator."""
    body = _unpacked(program)
    for index, line in enumerate(program.lines):
        name = line.target
        body += _run(program, line)
        body += [
            f"_recorded.append({name})",
            f"_before = _values.get({name!r})",
            "_befores.append(_before)",
            f"_values[{name!r}] = {name}",
            *([f"_note(_k, float({name}))"] if name == program.cost else []),
            f"yield _event(_k, {index}, _line{index}, {name}, _before)",
        ]
    return _function("_iteration(_k, _values, _recorded, _befores)", body)


def recorder_source(program: Program) -> str:
    """Write a function that runs an iteration and gives the values of its lines."""
    body = _unpacked(program)
    for line in program.lines:
        body += _run(program, line)
    result = ", ".join(line.target for line in program.lines)
    return _function("_record(_values)", [*body, f"return [{result}]"])


def stepper(program: Program, note: Callable[[int, float], None]) -> Stepper:
    """Compile the generator, which notes each cost."""
    scope: dict[str, Any] = {"_event": Event, "_note": note, "float": float}
    scope |= {f"_line{index}": line for index, line in enumerate(program.lines)}
    found: Stepper = _compiled(stepper_source(program), scope)["_iteration"]
    return found


def recorder(program: Program) -> Callable[[Values], list[Value]]:
    """Compile the function that runs an iteration at once."""
    found: Callable[[Values], list[Value]] = _compiled(recorder_source(program), {})["_record"]
    return found


def _unpacked(program: Program) -> list[str]:
    read = {name for line in program.lines for name in names(line.expression)}
    first = [name for name in {**program.constants, **program.parameters} if name in read]
    return [f"{name} = _values[{name!r}]" for name in first]


def _run(program: Program, line: Line) -> list[str]:
    text = line.text.replace("np.sum(", "_sum(")
    frozen = [f"{line.target}.setflags(False)"] if program.shapes[line.target] else []
    return [text, *frozen]


def _function(head: str, body: list[str]) -> str:
    return f"def {head}:\n" + "".join(f"    {text}\n" for text in body)


def _compiled(text: str, scope: dict[str, Any]) -> dict[str, Any]:
    """Compile a function; its text comes from checked trees, never from the user."""
    everything = {**NAMESPACE, "_sum": thin_sum, **scope}
    exec(compile(text, "<stepper>", "exec"), everything)
    return everything
