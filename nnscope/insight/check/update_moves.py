"""What an update has to do with: a parameter before and after, its gradient, what is carried."""

from collections.abc import Iterator, Mapping

import numpy as np

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.syntax import Number, names, walk
from nnscope.insight.check.iteration import Iteration
from nnscope.insight.check.update_rules import Move
from nnscope.insight.check.verdicts import Array
from nnscope.program.model import Line, Phase, Program

_FIRST_STEP = 1.0


def afterwards(iteration: Iteration) -> dict[str, Value]:
    """Give all values of the iteration, its update included."""
    after = dict(iteration.values)
    for line in iteration.program.lines:
        if line.phase is Phase.UPDATE:
            after[line.target] = evaluate(line.expression, after)
    return after


def move_of(iteration: Iteration, after: Mapping[str, Value], name: str, gradient: Array) -> Move:
    """Put together what is known of the update of one parameter."""
    program, shape = iteration.program, np.shape(iteration.values[name])
    carried = tuple(
        (program.spelled(other), _floats(iteration.values[other]), _floats(after[end]))
        for other, end in program.carried.items()
        if other != name and np.shape(iteration.values[other]) == shape
    )
    began = program.start["t"] if program.notes.updates and "t" in program.carried else 0.0
    return Move(
        _floats(iteration.values[name]),
        _floats(after[program.carried.get(name, name)]),
        np.broadcast_to(_floats(gradient), shape),
        carried,
        _numbers(program, after),
        float(began) + iteration.iteration + _FIRST_STEP,
        tuple(_counters(program, after)),
    )


def slope_moves(
    iteration: Iteration, after: Mapping[str, Value]
) -> Iterator[tuple[str, str, Move]]:
    """Yield every parameter that the cost depends on, the variable of its gradient, its update.

    The gradient is turned so that it points uphill, whichever way the program has it; where the
    program has none, it is the slope itself, without a variable. Nothing is yielded where the cost
    is not one finite number.
    """
    program = iteration.program
    if not program.cost or np.size(iteration.values[program.cost]) != 1:
        return
    gradients = {line.gradient_of: line.target for line in iteration.gradients}
    for name in program.carried:
        slope = iteration.slope(name)
        if np.any(slope) and np.all(np.isfinite(slope)):
            gradient = gradients.get(name, "")
            value = _floats(after[gradient]) if gradient else slope
            if value.shape == slope.shape and np.sum(value * slope):
                uphill = np.sign(np.sum(value * slope)) * value
                yield name, gradient, move_of(iteration, after, name, uphill)


def _numbers(program: Program, after: Mapping[str, Value]) -> dict[str, float]:
    """List the single numbers that an update may read, and those that are written in it."""
    updates = [line for line in program.lines if line.phase is Phase.UPDATE]
    read = dict.fromkeys(name for line in updates for name in names(line.expression))
    known = [name for name in read if not np.shape(after[name]) and name not in program.carried]
    found = {program.spelled(name): float(np.asarray(after[name])) for name in known}
    written = dict.fromkeys(each for line in updates for each in _written(line))
    return {**found, **{repr(number): number for number in written}, "1": 1.0}


def _written(line: Line) -> Iterator[float]:
    for node in walk(line.expression):
        if isinstance(node, Number):
            yield float(node.value)


def _counters(program: Program, after: Mapping[str, Value]) -> Iterator[float]:
    """List what a program may take for the number of the step, before and after it counts."""
    for name, end in program.carried.items():
        if not np.shape(after[name]):
            yield from (float(np.asarray(after[name])), float(np.asarray(after[end])))


def _floats(value: Value) -> Array:
    return np.asarray(value, dtype=np.float64)
