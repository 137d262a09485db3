"""The numbers that lines are judged by: iterations of the run, and starts of our own making.

A slip can be hidden where a run starts: zero biases, tiny weights, a single example. So the lines
are also run from parameters and inputs that are drawn, of ordinary size.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

import numpy as np
from msgspec import Struct

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.syntax import names
from nnscope.insight.diagnose.forward import Forward
from nnscope.program.layers import layers
from nnscope.program.model import Phase, Program

LATER = (1, 3)
"""The iterations that are looked at beside the first."""
_MADE, _SEEDS = 2, range(11, 17)
_BESIDE = 1e-3
_MOST_RUN = 200  # iterations, for those of one form


class Point(Struct, frozen=True, eq=False):
    """All values of one iteration: of every variable, and of the sums inside lines.

    `where` says in words which iteration it is; `is_made` that its start is not the program's.
    """

    where: str
    values: Mapping[str, Value]
    is_made: bool = False


def points_of(forward: Forward) -> tuple[Point, ...]:
    """Run the iterations that the lines are judged by; those that can't be computed are left out.

    The first is the program's own start.
    """
    return tuple(point for point in _points(forward) if point is not None)


def _points(forward: Forward) -> Iterator[Point | None]:
    program = forward.program
    if program.has_variants:  # whether a line is right depends on what its branch has found
        yield from _own(forward)
        return
    start: Mapping[str, Value] = {**program.start, **program.fed(0)}
    done = 0
    for iteration in (0, *LATER):
        if iteration >= program.iterations or program.during(iteration) is not program:
            break
        while done < iteration:
            start = _next(program, start, done)
            done += 1
        if any(np.shape(start[name]) != np.shape(program.start[name]) for name in program.carried):
            break  # an update that has changed the shape of its parameter
        where = "at the start" if iteration == 0 else f"in iteration {iteration}"
        yield ran(forward, beside(program, start, iteration), where)
    made = (ran(forward, drawn(program, seed), "at other parameters", True) for seed in _SEEDS)
    yield from islice((point for point in made if point and _is_alive(forward, point)), _MADE)


def _own(forward: Forward) -> Iterator[Point | None]:
    """Run the first iterations that have the lines of this form, from where the run has them."""
    program, carried, found = forward.program, dict(forward.program.start), 0
    for iteration in range(min(_MOST_RUN, program.iterations)):
        form = program.during(iteration)
        start = {**form.start, **{name: carried[name] for name in form.carried}}
        start |= form.fed(iteration)
        if form is program:
            yield ran(forward, start, f"in iteration {iteration}")
            found += 1
        if found > len(LATER):
            return
        carried |= _next(form, start, iteration)


def _is_alive(forward: Forward, point: Point) -> bool:
    """Tell whether no layer is switched off as a whole, as one of ReLUs may be."""
    return all(np.any(point.values[target]) for target, _ in forward.lines)


def ran(
    forward: Forward, start: Mapping[str, Value], where: str, is_made: bool = False
) -> Point | None:
    """Run one iteration from a start; None where it can't be computed or has no finite cost."""
    program = forward.program
    values = {name: wide(value) for name, value in start.items()}
    try:
        for line in program.lines:
            values[line.target] = evaluate(line.expression, values)
        for target, expression in forward.lines:
            if target in forward.inner:
                values[target] = evaluate(expression, values)
    except ExpressionError:
        return None
    is_finite = not program.cost or bool(np.all(np.isfinite(values[program.cost])))
    return Point(where, values, is_made) if is_finite else None


def _next(program: Program, start: Mapping[str, Value], iteration: int) -> Mapping[str, Value]:
    values = dict(start)
    try:
        for line in program.lines:
            values[line.target] = evaluate(line.expression, values)
    except ExpressionError:
        return start
    later = {name: values[end] for name, end in program.carried.items()}
    return {**start, **later, **program.fed(iteration + 1)}


def beside(program: Program, start: Mapping[str, Value], seed: int) -> dict[str, Value]:
    """Move the parameters a little, so that nothing sits at the kink of a ReLU.

    Where a weighted sum is 0 to the last bit, as with zero biases, either slope is right.
    """
    draw, moved = np.random.default_rng(seed), dict(start)
    for name in trained_of(program):
        value = np.asarray(wide(start[name]))
        if value.dtype.kind == "f":
            moved[name] = (value + _BESIDE * draw.normal(size=value.shape))[()]
    return moved


def true_start(forward: Forward) -> Point | None:
    """Run the first iteration with just the program's own numbers."""
    start = {**forward.program.start, **forward.program.fed(0)}
    return ran(forward, start, "at the start")


def drawn(program: Program, seed: int) -> dict[str, Value]:
    """Draw the parameters anew, and the inputs of the first layer where they are real numbers."""
    draw = np.random.default_rng(seed)
    start = {**program.start, **program.fed(0)}
    inputs = _inputs(program)
    trained = trained_of(program)
    again = dict[bytes, Value]()
    for name, own in [*start.items()]:
        value = wide(own)
        if name in trained and np.asarray(value).dtype.kind == "f":
            start[name] = _drawn(draw, value)
        elif name in inputs and not _is_whole(value):
            cells = np.asarray(value).tobytes()  # a script may read one input under several names
            start[name] = again.setdefault(cells, _drawn(draw, value, narrow=False))
    return start


def _inputs(program: Program) -> set[str]:
    """List what the first layers read.

    Of a script no single numbers: it may have the same one in other places, where nothing tells it.
    """
    found = {layer.input for layer in layers(program)} & program.start.keys()
    return {name for name in found if program.shapes[name] or not program.notes.sources}


def trained_of(program: Program) -> tuple[str, ...]:
    """List what is carried and leads to the cost: the parameters, without an optimizer's state."""
    judging = (Phase.FORWARD, Phase.LOSS)
    read = {name for line in program.lines if line.phase in judging
            for name in names(line.expression)}  # fmt: skip
    return tuple(name for name in program.carried if name in read)


def _drawn(draw: np.random.Generator, value: Value, narrow: bool = True) -> Value:
    """Draw numbers of ordinary size; those of a matrix the smaller, the more are added up."""
    shape = np.shape(value)
    scale = 1.5 / np.sqrt(max(1, min(shape))) if narrow and len(shape) > 1 else 0.7
    found = scale * draw.normal(size=shape)
    return found if shape else np.float64(found)


def _is_whole(value: Value) -> bool:
    return bool(np.all(np.asarray(value) == np.round(np.asarray(value))))


def wide(value: Value) -> Value:
    """Hold numbers of fewer bits in 64, as formulas are judged and not their rounding."""
    array = np.asarray(value)
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        return array.astype(np.float64)[()]
    return value
