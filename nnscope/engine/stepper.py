"""Step mode at speed: one iteration as a generator that pauses behind every line.

It is the text of the listing once more, so that the values between two pauses are local names. It
gives the same bits as running each line by itself, which `Machine` does where a line is run again.
"""

from collections.abc import Callable, Iterator
from typing import Any

from nnscope.engine.model import Event
from nnscope.expression.evaluate import Value
from nnscope.expression.functions import NAMESPACE
from nnscope.expression.syntax import names
from nnscope.program.model import Program

Values = dict[str, Value]
Stepper = Callable[[int, Values, list[Value], list[Value | None]], Iterator[Event]]
"""Runs iteration `k` in an environment, from its first line: puts each value into the environment
and the recording, what the target held before into the last list, and yields the event."""


def stepper_source(program: Program) -> str:
    """Write the generator."""
    read = {name for line in program.lines for name in names(line.expression)}
    first = [name for name in {**program.constants, **program.parameters} if name in read]
    body = [f"{name} = _values[{name!r}]" for name in first]
    for index, line in enumerate(program.lines):
        name = line.target
        body.append(line.text)
        if program.shapes[name]:
            body.append(f"{name}.setflags(False)")
        body += [
            f"_recorded.append({name})",
            f"_before = _values.get({name!r})",
            "_befores.append(_before)",
            f"_values[{name!r}] = {name}",
            *([f"_note(_k, float({name}))"] if name == program.cost else []),
            f"yield _event(_k, {index}, _line{index}, {name}, _before)",
        ]
    return "def _iteration(_k, _values, _recorded, _befores):\n" + "".join(
        f"    {text}\n" for text in body
    )


def stepper(program: Program, note: Callable[[int, float], None]) -> Stepper:
    """Compile the generator, which notes each cost. Its text comes from checked trees only."""
    scope: dict[str, Any] = {**NAMESPACE, "_event": Event, "_note": note, "float": float}
    scope |= {f"_line{index}": line for index, line in enumerate(program.lines)}
    exec(compile(stepper_source(program), "<stepper>", "exec"), scope)
    function: Stepper = scope["_iteration"]
    return function
