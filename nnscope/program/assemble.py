"""From assignments, as they are written one after the other, to a program in single assignment."""

from collections.abc import Collection, Mapping, Sequence
from itertools import chain

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from nnscope.expression.evaluate import Value
from nnscope.expression.number_types import DOUBLE, of_type
from nnscope.expression.shapes import Axis, Shape, infer
from nnscope.expression.syntax import Expression, Name, substitute
from nnscope.program.assignment import Assignment
from nnscope.program.feed import Feed
from nnscope.program.gradients import with_gradients
from nnscope.program.model import Line, Phase, Program, Variable
from nnscope.program.notes import Origin
from nnscope.program.phases import phases


class Wording(Struct, frozen=True, eq=False):
    """What variables are called: symbols and meanings by name, and the names of axes."""

    symbols: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    axes: Mapping[str, Shape] = field(default_factory=dict)


def assemble(
    origin: Origin,
    lines: Sequence[Assignment],
    start: Mapping[str, Value],
    *,
    cost: str = "",
    iterations: int = 1,
    feed: Feed | None = None,
    wording: Wording | None = None,
) -> Program:
    """Make a program of lines whose targets and names are as the reader writes them.

    A name of `start` that some line assigns is carried: the next iteration starts from the last
    value that it is given. Raises `ExpressionError` for operands that do not fit, for a name
    without a value, and for a carried value that changes its shape.
    """
    wording = wording or Wording()
    single, current = single_assignment(lines, start)
    carried = {name: current[name].id for name in start if current[name].id != name}
    cost = current[cost].id if cost else ""
    told = phases(single, cost, carried)
    complete = tuple(_line(*each) for each in zip(lines, single, told, strict=True))
    variables = starting_variables(start, wording)
    shapes = {id_: variable.shape for id_, variable in variables.items()}
    for line in complete:
        variables[line.target] = made(line, shapes, wording)
        shapes[line.target] = variables[line.target].shape
    program = Program(origin, complete, variables, _real(start, carried), carried, cost, iterations,
                      feed=feed)  # fmt: skip
    return with_gradients(program)


def _real(start: Mapping[str, Value], carried: Collection[str]) -> dict[str, Value]:
    """Hold whole numbers that are carried on as real ones: what they become may be a fraction."""
    whole = [name for name in carried if np.asarray(start[name]).dtype.kind in "iu"]
    return {**start, **{name: of_type(start[name], DOUBLE) for name in whole}}


def single_assignment(
    lines: Sequence[Assignment], start: Mapping[str, Value]
) -> tuple[tuple[Assignment, ...], dict[str, Name]]:
    """Give each value a variable of its own; tell too which of them each name means at the end.

    The first value that a name gets keeps it as its id, later ones get a number; what a starting
    value becomes is called `W1_next`.
    """
    current = {name: Name(name) for name in start}
    taken = {*start, *(line.target for line in lines)}
    found = list[Assignment]()
    for line in lines:
        expression = substitute(line.expression, current)
        id_ = _new_id(line.target, line.target in start, current, taken)
        taken.add(id_)
        current[line.target] = Name(id_, "" if id_ == line.target else line.target)
        found.append(replace(line, target=id_, expression=expression))
    return tuple(found), current


def _line(written: Assignment, single: Assignment, told: Phase) -> Line:
    spelled = written.target if written.target != single.target else ""
    return Line(single.target, single.expression, single.phase or told, single.layer,
                single.gradient_of, single.because, single.note, spelled)  # fmt: skip


def _new_id(name: str, starts: bool, current: Mapping[str, Expression], taken: set[str]) -> str:
    if name not in current:
        return name
    stem = f"{name}_next" if starts else name
    numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
    candidates = chain([stem], numbered) if starts else numbered
    return next(id_ for id_ in candidates if id_ not in taken)


def starting_variables(start: Mapping[str, Value], wording: Wording) -> dict[str, Variable]:
    """Describe what an iteration starts from."""
    return {
        name: Variable(name, name, wording.axes.get(name) or tuple(map(Axis, np.shape(value))),
                       wording.meanings.get(name, ""), wording.symbols.get(name, ""))
        for name, value in start.items()
    }  # fmt: skip


def made(line: Line, shapes: Mapping[str, Shape], wording: Wording) -> Variable:
    """Describe what a line makes; raises `ExpressionError` for operands that do not fit."""
    shape = infer(line.expression, shapes)
    name = line.spelled
    return Variable(line.target, name, shape, wording.meanings.get(name, ""),
                    wording.symbols.get(name, ""))  # fmt: skip
