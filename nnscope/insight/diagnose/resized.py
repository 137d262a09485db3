"""The same program with other numbers of units and examples, which tell causes apart.

Where there is one example, or two layers of one size, several slips look alike, or like none. Of a
program whose axes have names (n0, n1, m) data and parameters of other sizes can be made up.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, freeze
from nnscope.expression.shapes import Axis, Shape, infer
from nnscope.program.model import Program, Variable

_SIZES = (3, 4, 6, 2, 7)
_EXAMPLES, _ONE_OF_MANY = 5, 2


def resized(program: Program) -> Program | None:
    """Give the program at sizes that all differ; None where its axes have no names."""
    names = {axis.name for shape in program.shapes.values() for axis in shape if axis.size > 1}
    arrays = [name for name in program.start if program.shapes[name]]
    known = {axis.name for name in arrays for axis in program.shapes[name]} - {""}
    if program.feed is not None or "m" not in known or "" in names:
        return None
    wanted = dict(_wanted(program, known))
    draw = np.random.default_rng(5)
    start = {name: _drawn(program, name, wanted, draw) for name in program.start}
    start |= _counts(program, start)
    try:
        return _with(program, start)
    except ExpressionError:
        return None


def is_telling(program: Program) -> bool:
    """Tell whether the program's own sizes hide nothing: many examples, and no two sizes alike."""
    found = {axis.name: axis.size for shape in program.shapes.values() for axis in shape
             if axis.name}  # fmt: skip
    own = [size for size in found.values() if size > 1]
    return found.get("m", 2) > 1 and len({*own}) == len(own)


def _wanted(program: Program, known: set[str]) -> Iterator[tuple[str, int]]:
    """Choose the sizes; an output of one unit stays one, as its loss is another one."""
    outputs = {axis.name for name in program.notes.data for axis in program.shapes[name]}
    layers = sorted(known - {"m"})
    for name, size in zip(layers, _SIZES, strict=False):
        is_last = name == layers[-1] and name in outputs
        own = next(axis.size for shape in program.shapes.values() for axis in shape
                   if axis.name == name)  # fmt: skip
        yield name, size if not is_last else (1 if own == 1 else _ONE_OF_MANY)
    yield "m", _EXAMPLES


def _drawn(
    program: Program, name: str, wanted: Mapping[str, int], draw: np.random.Generator
) -> Value:
    old, shape = np.asarray(program.start[name]), program.shapes[name]
    if not shape:
        return program.start[name]
    new = tuple(wanted.get(axis.name, axis.size) for axis in shape)
    if name in program.notes.data and np.all((old == 0) | (old == 1)):
        return freeze(_labels(shape, new, old, draw))
    scale = 0.7 if name in program.notes.data else 1.2 / np.sqrt(max(1, min(new)))
    return freeze(scale * draw.normal(size=new))


def _labels(
    shape: Shape, new: tuple[int, ...], old: np.ndarray, draw: np.random.Generator
) -> np.ndarray:
    """Draw labels: one of the classes for each example where it was so, else 0 or 1."""
    classes = [at for at, axis in enumerate(shape) if axis.name != "m" and new[at] > 1]
    if not classes or not np.all(np.sum(old, axis=classes[0]) == 1):
        found = draw.integers(0, 2, new).astype(float)
        found.flat[:2] = 0.0, 1.0
        return found
    count = new[classes[0]]
    chosen = np.eye(count)[draw.integers(0, count, _EXAMPLES)]
    return chosen.T if classes[0] == 0 else chosen


def _counts(program: Program, start: Mapping[str, Value]) -> dict[str, Value]:
    """Count the examples and the cells again."""
    found: dict[str, Value] = {}
    for name, (array, axis) in program.notes.counts.items():
        if name in start:
            own = np.asarray(start[array])
            found[name] = np.float64(own.size if axis is None else own.shape[axis])
    return found


def _with(program: Program, start: Mapping[str, Value]) -> Program:
    """Put other starting values in; raises `ExpressionError` where a line does not fit them."""
    variables: dict[str, Variable] = {}
    for name, value in start.items():
        named = zip(program.shapes[name], np.shape(value), strict=True)
        shape = tuple(Axis(size, axis.name) for axis, size in named)
        variables[name] = replace(program.variables[name], shape=shape)
    shapes = {name: each.shape for name, each in variables.items()}
    for line in program.lines:
        shapes[line.target] = infer(line.expression, shapes)
        variables[line.target] = replace(program.variables[line.target], shape=shapes[line.target])
    return replace(program, start=dict(start), variables=variables)
