"""Whose gradient each backward line is, where no front end says so: measured, or else guessed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.reverse import slopes
from nnscope.expression.shapes import sizes
from nnscope.expression.source import is_product
from nnscope.expression.syntax import Binary, Expression, Name, Unary
from nnscope.program.model import Evidence, Line, Phase, Program

_SAME = 1e-6
_SEEDS = (1, 2)
_MOST_CELLS = 10**6  # of all values: a product of such matrices takes seconds

Point = tuple[Mapping[str, Value], Mapping[str, NDArray[np.float64]]]
"""The values of one iteration, and the slope of the cost by each of them."""


def with_gradients(program: Program) -> Program:
    """Give the program with every gradient marked that can be found.

    A line is the gradient of a value if it is one constant times the slope of the cost by it, at
    the start, one iteration later, and at parameters that were moved at random. One that is not is
    taken for the gradient that its name says (`dW1`, `gW1`, `W1_grad`), or that the update of a
    parameter takes it for: it may be wrong, and is marked as guessed. So are all gradients of a
    program that is too large to be run here.
    """
    if not program.cost or any(line.gradient_of for line in program.lines):
        return program
    cells = sum(prod(sizes(shape)) for shape in program.shapes.values())
    found = _measured(program, list(_points(program))) if cells <= _MOST_CELLS else {}
    found |= {target: (of, Evidence.GUESSED) for target, of in _guessed(program, found)}
    lines = tuple(_marked(line, *found[line.target]) if line.target in found else line
                  for line in program.lines)  # fmt: skip
    return replace(program, lines=lines)


def followed(program: Program) -> tuple[str, ...]:
    """List the parameters that an iteration moves by a constant times the slope of the cost.

    The constant has to be the same at all the points that `with_gradients` looks at.
    """
    points = [(_moves(program, values), slope) for values, slope in _points(program)]
    known = points[0][1] if points else {}
    return tuple(name for name in program.carried if name in known and _factor(points, name, name))


def _moves(program: Program, values: Mapping[str, Value]) -> dict[str, Value]:
    """Give by how much each carried value is changed."""
    return {name: np.asarray(values[end]) - np.asarray(values[name])
            for name, end in program.carried.items()}  # fmt: skip


def _marked(line: Line, of: str, evidence: Evidence) -> Line:
    return replace(line, gradient_of=of, evidence=evidence, phase=Phase.BACKWARD)


def _points(program: Program) -> Iterator[Point]:
    """Run some single iterations: the first two, and others from parameters that were moved."""
    start = dict(program.start)
    values = _run(program, start)
    yield from _with_slopes(program, values)
    if values is not None:
        later = {name: values[end] for name, end in program.carried.items()}
        yield from _with_slopes(program, _run(program, {**start, **later}))
    for seed in _SEEDS:
        draw = np.random.default_rng(seed)
        moved = {name: np.asarray(start[name]) + 0.3 * draw.normal(size=np.shape(start[name]))
                 for name in program.carried}  # fmt: skip
        yield from _with_slopes(program, _run(program, {**start, **moved}))


def _run(program: Program, values: dict[str, Value]) -> dict[str, Value] | None:
    try:
        for line in program.lines:
            values[line.target] = evaluate(line.expression, values)
    except ExpressionError:
        return None
    return values


def _with_slopes(program: Program, values: dict[str, Value] | None) -> Iterator[Point]:
    if values is not None and np.size(values[program.cost]) == 1:
        judging = (Phase.FORWARD, Phase.LOSS)
        lines = [(line.target, line.expression) for line in program.lines if line.phase in judging]
        yield values, slopes(lines, values, program.cost)


def _measured(program: Program, points: Sequence[Point]) -> dict[str, tuple[str, Evidence]]:
    """Find for each value the line that is its slope times one constant, the nearest to 1 first."""
    found: dict[str, tuple[str, Evidence]] = {}
    if not points:
        return found
    judging = (Phase.FORWARD, Phase.LOSS)
    others = [line for line in program.lines if line.phase not in judging]
    others = [line for line in others if line.target not in program.before]
    for of in points[0][1]:
        candidates = [(line, factor) for line in others if line.target not in found
                      and (factor := _factor(points, line.target, of)) is not None]  # fmt: skip
        if candidates and of != program.cost:
            line, _ = min(candidates, key=lambda each: abs(np.log(abs(each[1]))))
            found[line.target] = of, Evidence.MEASURED
    return found


def _factor(points: Sequence[Point], target: str, of: str) -> float | None:
    """Give the constant between a value and a slope; None where there is none at all points."""
    factors = []
    for values, slope in points:
        analytic, wanted = np.asarray(values[target], dtype=np.float64), slope[of]
        if analytic.shape != wanted.shape or not np.isfinite(analytic).all():
            return None
        largest = np.unravel_index(int(np.argmax(np.abs(wanted))), wanted.shape)
        if not wanted[largest]:
            return None
        factor = float(analytic[largest] / wanted[largest])
        if np.abs(analytic - factor * wanted).max() > _SAME * abs(factor * wanted[largest]):
            return None
        factors.append(factor)
    same = all(abs(each - factors[0]) <= _SAME * abs(factors[0]) for each in factors)
    return factors[0] if same and factors[0] else None


def _guessed(
    program: Program, known: Mapping[str, tuple[str, Evidence]]
) -> Iterator[tuple[str, str]]:
    """Guess the gradients that were not measured, from their names and from the updates."""
    judging = (Phase.FORWARD, Phase.LOSS)
    taken = {of for of, _ in known.values()}
    free = [line for line in program.lines if line.phase not in judging
            and line.target not in known and line.target not in program.before]  # fmt: skip
    values = [*program.parameters, *(line.target for line in program.lines
                                     if line.phase is Phase.FORWARD)]  # fmt: skip
    for of in values:
        if of in taken:
            continue
        named = [line.target for line in free if _names(line.spelled, program.spelled(of))]
        read = _read_by_update(program, of, [line.target for line in free])
        if named or read:
            taken.add(of)
            yield (named or read)[-1], of


def _names(spelled: str, of: str) -> bool:
    """Tell whether a name is customarily that of the gradient of another."""
    letter, whole = re.escape(of), spelled.strip("_")
    # no `delta`: that is customarily the error times a derivative, with any sign
    before, behind = "d_?|g|grad_?|gradient_?", "_?(grad|gradient)"
    return bool(re.fullmatch(f"({before}){letter}|{letter}{behind}", whole))


def _read_by_update(program: Program, of: str, free: Sequence[str]) -> list[str]:
    """List what the update of a parameter reads beside it, if that is one array of its shape.

    What goes through a product of matrices is none, though its shape may be the same by chance.
    """
    if of not in program.carried or of not in program.parameters:
        return []
    line = program.lines[program.line_of[program.carried[of]]]
    sizes = [axis.size for axis in program.shapes[of]]
    read = [name for name in dict.fromkeys(_cell_by_cell(line.expression)) if name in free
            and [axis.size for axis in program.shapes[name]] == sizes]  # fmt: skip
    return read if len(read) == 1 else []


def _cell_by_cell(expression: Expression) -> Iterator[str]:
    """Yield the names of which each cell goes into the same cell of the result alone."""
    match expression:
        case Name(id_):
            yield id_
        case Unary(_, operand):
            yield from _cell_by_cell(operand)
        case Binary(_, left, right) if not is_product(expression):
            yield from _cell_by_cell(left)
            yield from _cell_by_cell(right)
