"""Step mode at speed: a function that runs one iteration and gives the values of all its lines.

It is the text of the listing once more, so that what a line hands to the next is a local name. A
program that is stepped for long is lowered as run mode is, but for the results of its lines: each
is a new array, which stays as it is for ever.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnscope.engine.lowerable import never_change
from nnscope.expression.constants import numpy_source
from nnscope.expression.evaluate import Value
from nnscope.expression.syntax import Call, Expression, names, with_children
from nnscope.expression.table import NAMESPACE, row_of
from nnscope.program.model import Program

Recorder = Callable[[Mapping[str, Value]], list[Value]]
"""Runs an iteration, by what it starts from, and gives the values of its lines."""


def plain_recorder(program: Program) -> Recorder:
    """Take the lines as they are listed."""
    lines = [[f"{line.target} = {numpy_source(_thin(line.expression))}"] for line in program.lines]
    scope = {**program.start, "_sum": _thin_sum}
    return _compiled(recorder_source(program, lines), scope)


def lowered_recorder(program: Program, values: Mapping[str, Value]) -> Recorder:
    """Lower the lines, with the values of one iteration as an example of every layout."""
    from nnscope.engine.emitter import Emitter  # noqa: PLC0415  nothing runs at the start

    emitter = Emitter(values, never_change(program), fresh=True)
    lines = [list(emitter.assign(line.target, line.expression)) for line in program.lines]
    return _compiled(recorder_source(program, lines), emitter.setup)


def recorder_source(program: Program, lines: Sequence[Sequence[str]]) -> str:
    """Write the function; `lines` has the statements of each line of the program."""
    read = {name for line in program.lines for name in names(line.expression)}
    fed = program.feed.names if program.feed else ()
    text = [f"{name} = _start[{name!r}]" for name in (*program.carried, *fed) if name in read]
    for line, statements in zip(program.lines, lines, strict=True):
        text += statements
        text += [f"{line.target}.setflags(False)"] if program.shapes[line.target] else []
    result = ", ".join(line.target for line in program.lines)
    body = "".join(f"    {line}\n" for line in text)
    return f"def _record(_start):\n{body}    return [{result}]\n"


def _compiled(text: str, scope: Mapping[str, Any]) -> Recorder:
    """Compile the function; its text comes from checked trees, never from the user."""
    everything = {**NAMESPACE, **scope}
    exec(compile(text, "<recorder>", "exec"), everything)
    record: Recorder = everything["_record"]
    return record


def _thin(expression: Expression) -> Expression:
    """Put `_sum` for every sum."""
    thin = with_children(expression, _thin)
    if isinstance(thin, Call) and row_of(thin).reduces is np.add:
        return replace(thin, function="_sum")
    return thin


def _thin_sum(values: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Sum as `np.sum` does, with the same bits, without the checks around it that take a while."""
    add: Any = np.add.reduce
    return add(values, axis, None, None, keepdims)
