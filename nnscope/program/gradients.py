"""Whose gradient each backward line is, where no front end says so: measured, or else guessed."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from math import prod

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.operation import Kind
from nnscope.expression.reverse import slopes
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import Expression, Name, Number, children, names
from nnscope.expression.table import row_of
from nnscope.program.exact import exact
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
    found_at = list(points(exact(program)))
    found = _measured(program, found_at)
    known = {*_followed(program, found_at)} | {of for of, _ in found.values()}
    found |= {target: (of, Evidence.GUESSED) for target, of in _guessed(program, found, known)}
    lines = tuple(_marked(line, *found[line.target]) if line.target in found else line
                  for line in program.lines)  # fmt: skip
    return replace(program, lines=lines)


def followed(program: Program) -> tuple[str, ...]:
    """List the parameters that an iteration moves by a constant times the slope of the cost.

    The constant has to be the same at all the points that `with_gradients` looks at.
    """
    return _followed(program, list(points(exact(program))))


def is_linear(program: Program) -> bool:
    """Tell whether the slope of the cost by each carried value is the same wherever these are.

    No loss is like that: it is a weighted sum, or another step on the way forward. The parameters
    are moved far, past the corner of an absolute error.
    """
    slopes_ = [slope for _, slope in points(exact(program), far=30.0)]
    return len(slopes_) > 1 and all(
        np.array_equal(each[name], slopes_[0][name])
        for name in program.carried if name in slopes_[0] for each in slopes_
    )  # fmt: skip


def _followed(program: Program, points: Sequence[Point]) -> tuple[str, ...]:
    if not points:
        return ()
    moves = [_moves(program, values) for values, _ in points]
    return tuple(name for name in program.carried if all(name in slope for _, slope in points)
                 and np.shape(moves[0][name]) == points[0][1][name].shape
                 and _Alike([name], moves).factors([slope[name] for _, slope in points])
    )  # fmt: skip


def _moves(program: Program, values: Mapping[str, Value]) -> dict[str, Value]:
    """Give by how much each carried value is changed."""
    return {name: np.asarray(values[end]) - np.asarray(values[name])
            for name, end in program.carried.items()}  # fmt: skip


def _marked(line: Line, of: str, evidence: Evidence) -> Line:
    return replace(line, gradient_of=of, evidence=evidence, phase=Phase.BACKWARD)


def points(program: Program, far: float = 0.3) -> Iterator[Point]:
    """Run some single iterations: the first two, and others from parameters that were moved `far`.

    A program that is too large to be run here has none.
    """
    if sum(prod(sizes(shape)) for shape in program.shapes.values()) > _MOST_CELLS:
        return
    start = dict(program.start)
    values = _run(program, start)
    yield from _with_slopes(program, values)
    if values is not None:
        later = {name: values[end] for name, end in program.carried.items()}
        yield from _with_slopes(program, _run(program, {**start, **later}))
    for seed in _SEEDS:
        draw = np.random.default_rng(seed)
        moved = {name: np.asarray(start[name]) + far * draw.normal(size=np.shape(start[name]))
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
    others = [line.target for line in program.lines if line.phase not in judging]
    others = [target for target in others if target not in program.before]
    by_shape = _by_shape([values for values, _ in points], others)
    for of, slope in points[0][1].items():
        slopes_of = [slope[of] for _, slope in points if of in slope]
        if len(slopes_of) < len(points) or of == program.cost or slope.shape not in by_shape:
            continue
        candidates = [each for each in by_shape[slope.shape].factors(slopes_of)
                      if each[0] not in found]  # fmt: skip
        if candidates:
            target, _ = min(candidates, key=lambda each: abs(np.log(abs(each[1]))))
            found[target] = of, Evidence.MEASURED
    return found


def _by_shape(
    points: Sequence[Mapping[str, Value]], targets: Sequence[str]
) -> dict[tuple[int, ...], "_Alike"]:
    shapes = dict[tuple[int, ...], list[str]]()
    for target in targets:
        shapes.setdefault(np.shape(points[0][target]), []).append(target)
    return {shape: _Alike(known, points) for shape, known in shapes.items()}


class _Alike:
    """Values of one shape at some points, a row each.

    All are compared with a slope at once: a loop over examples has thousands of lines, and slopes.
    """

    def __init__(self, targets: Sequence[str], points: Sequence[Mapping[str, Value]]) -> None:
        self._targets = targets
        self._rows = [np.array([np.ravel(values[each]) for each in targets], dtype=np.float64)
                      for values in points]  # fmt: skip

    def factors(self, wanted: Sequence[NDArray[np.float64]]) -> list[tuple[str, float]]:
        """List those that are the same constant times a slope at all points, with the constant."""
        each = [_ratios(rows, np.ravel(slope))
                for rows, slope in zip(self._rows, wanted, strict=True)]  # fmt: skip
        first = each[0]
        is_same = first != 0
        for ratios in each:
            is_same &= np.abs(ratios - first) <= _SAME * np.abs(first)  # of nan it is not true
        same = zip(self._targets, first.tolist(), is_same.tolist(), strict=True)
        return [(target, ratio) for target, ratio, is_parallel in same if is_parallel]


def _ratios(rows: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give for each row the constant between it and what is wanted, nan where there is none."""
    largest = int(np.argmax(np.abs(wanted)))
    with np.errstate(all="ignore"):
        ratios = rows[:, largest] / wanted[largest]
        apart = np.abs(rows - ratios[:, None] * wanted)
        is_near = apart <= _SAME * np.abs(ratios * wanted[largest])[:, None]
    return np.where(is_near.all(axis=1) & np.isfinite(ratios), ratios, np.nan)


def _guessed(
    program: Program, known: Collection[str], taken: set[str]
) -> Iterator[tuple[str, str]]:
    """Guess the gradients that were not measured, from their names and from the updates.

    `known` are the lines that were, `taken` the values whose gradient needs no guess.
    """
    judging = (Phase.FORWARD, Phase.LOSS)
    free = [line for line in program.lines if line.phase not in judging
            and line.target not in known and line.target not in program.before]  # fmt: skip
    values = [*program.parameters, *(line.target for line in program.lines
                                     if line.phase is Phase.FORWARD)]  # fmt: skip
    last = {line.spelled: line.target for line in free}  # of each name
    targets = {line.target for line in free}
    for of in values:
        if of in taken:
            continue
        named = [last[name] for name in last if _names(name, program.spelled(of))]
        read = _read_by_update(program, of, targets)
        if named or read:
            taken.add(of)
            yield max(named, key=program.line_of.__getitem__) if named else read[-1], of


@lru_cache(maxsize=10_000)
def _names(spelled: str, of: str) -> bool:
    """Tell whether a name is customarily that of the gradient of another."""
    letter, whole = re.escape(of), spelled.strip("_")
    # no `delta`: that is customarily the error times a derivative, with any sign
    before, behind = "d_?|g|grad_?|gradient_?", "_?(grad|gradient)"
    return bool(re.fullmatch(f"({before}){letter}|{letter}{behind}", whole))


def _read_by_update(program: Program, of: str, free: Collection[str]) -> list[str]:
    """List what the update of a parameter reads beside it, if that is one array of its shape."""
    if of not in program.parameters or program.carried.get(of) not in program.line_of:
        return []
    line = program.lines[program.line_of[program.carried[of]]]
    by_cells = {*_by_cells(line.expression)}
    sizes = [axis.size for axis in program.shapes[of]]
    read = [name for name in names(line.expression) if name in free and name in by_cells
            and [axis.size for axis in program.shapes[name]] == sizes]  # fmt: skip
    return read if len(read) == 1 else []


def _by_cells(expression: Expression) -> Iterator[str]:
    """Yield the names that an expression reads cell by cell, and not in a product or a sum."""
    if isinstance(expression, Name):
        yield expression.id
    elif not isinstance(expression, Number) and row_of(expression).kind is Kind.ELEMENTWISE:
        for child in children(expression):
            yield from _by_cells(child)
