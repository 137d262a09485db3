"""What an update has to do with: a parameter before and after, its gradient, what is carried."""

from collections.abc import Iterator, Mapping

import numpy as np

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.reverse import slopes
from nnscope.expression.syntax import Number, names, walk
from nnscope.insight.ground import Ground
from nnscope.insight.update_rules import Move
from nnscope.insight.verdicts import Array
from nnscope.program.model import Line, Phase, Program

_SAME = 1e-9
_FIRST_STEP = 1.0


def afterwards(ground: Ground) -> dict[str, Value]:
    """Give all values of the iteration, its update included."""
    after = dict(ground.values)
    for line in ground.program.lines:
        if line.phase is Phase.UPDATE:
            after[line.target] = evaluate(line.expression, after)
    return after


def move_of(ground: Ground, after: Mapping[str, Value], name: str, gradient: Array) -> Move:
    """Put together what is known of the update of one parameter."""
    program, shape = ground.program, np.shape(ground.values[name])
    carried = tuple(
        (program.spelled(other), _floats(ground.values[other]), _floats(after[end]))
        for other, end in program.carried.items()
        if other != name and np.shape(ground.values[other]) == shape
    )
    began = program.start["t"] if program.notes.updates and "t" in program.carried else 0.0
    return Move(
        _floats(ground.values[name]),
        _floats(after[program.carried.get(name, name)]),
        np.broadcast_to(_floats(gradient), shape),
        carried,
        _numbers(program, after),
        float(began) + ground.iteration + _FIRST_STEP,
        tuple(_counters(program, after)),
    )


def slope_moves(ground: Ground, after: Mapping[str, Value]) -> Iterator[tuple[str, str, Move]]:
    """Yield every parameter that the cost depends on, the variable of its gradient, its update.

    The gradient is the variable that is a constant multiple of the slope, and points uphill as it
    does; where the program has none, it is the slope itself, without a variable.
    """
    program = ground.program
    if not program.cost:
        return
    judged = [(line.target, line.expression) for line in ground.judged]
    found = slopes(judged, after, program.cost)
    for name in program.carried:
        slope = found.get(name)
        if slope is not None and np.any(slope) and np.all(np.isfinite(slope)):
            gradient, value = _variable(program, after, slope)
            yield name, gradient, move_of(ground, after, name, value)


def _variable(program: Program, after: Mapping[str, Value], slope: Array) -> tuple[str, Array]:
    """Find the variable that holds a gradient."""
    for line in program.lines:
        if line.phase is Phase.BACKWARD:
            value = _floats(after[line.target])
            largest = np.unravel_index(int(np.argmax(np.abs(slope))), slope.shape)
            if value.shape == slope.shape and value[largest]:
                factor = value[largest] / slope[largest]
                if np.all(np.abs(value - factor * slope) <= _SAME * np.abs(value[largest])):
                    return line.target, np.sign(factor) * value
    return "", slope


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
