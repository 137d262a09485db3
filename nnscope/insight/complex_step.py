"""The slope of the cost by one cell: by the complex step, and by differences.

Many cells are moved at once, each in a computation of its own (`nnscope.insight.patched`); lines
that can't be computed so are run cell by cell.
"""

from math import prod

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.at_complex import evaluate_at_complex
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.shapes import sizes
from nnscope.expression.syntax import names
from nnscope.insight.ground import Ground
from nnscope.insight.patch import Array, Patch, taken
from nnscope.insight.patched import NotPatchedError, Patched
from nnscope.program.model import Phase

Cells = NDArray[np.intp]
"""Cells of a value, of shape (count, axes)."""

COMPLEX_STEP = 1e-20
"""So small that its square is lost beside 1; as nothing is subtracted, it costs no digit."""

CENTRED_STEP = 1e-5
"""Where the two errors of a centred difference, h² and 1e-16 / h, are about equally small."""

_CELLS_AT_ONCE = 2**19


def complex_slopes(ground: Ground, name: str, cells: Cells) -> Array:
    """Give ∂J/∂cell for cells of a value, of shape (count,): Im J(x + ih) / h."""
    moves = np.full(len(cells), 1j * COMPLEX_STEP)
    return np.imag(costs(ground, name, cells, moves)[0]) / COMPLEX_STEP


def one_sided(ground: Ground, name: str, cells: Cells, steps: Array) -> tuple[Array, Array, Array]:
    """Give the cost on both sides, J(x + h) and J(x - h), and whether a kink lies between.

    All have the shape (count,), as have the `steps` h.
    """
    above, below, kinks = [], [], []
    count = _at_once(ground) // 2 + 1
    for first in range(0, len(cells), count):
        some, by = cells[first : first + count], steps[first : first + count]
        both, switched = costs(ground, name, np.concatenate([some, some]),
                               np.concatenate([by, -by]), watch=True)  # fmt: skip
        above.append(both[: len(some)])
        below.append(both[len(some) :])
        kinks.append(switched)
    return np.concatenate(above), np.concatenate(below), np.concatenate(kinks)


def costs(
    ground: Ground, name: str, cells: Cells, by: Array, watch: bool = False
) -> tuple[Array, NDArray[np.bool_]]:
    """Give the cost with each of the cells moved by its own amount, of shape (count,).

    With `watch` the second half of the moves are those of the first half the other way, and
    what is told besides is whether some cell is on another side of a kink then: (count / 2,).
    """
    count = _at_once(ground) if not watch else max(1, len(cells))
    found, switched = [], np.zeros(len(cells) // 2, bool)
    try:
        for first in range(0, len(cells), count):
            part = slice(first, first + count)
            watcher = _Watcher(switched) if watch else None
            found.append(_patched_costs(ground, name, cells[part], by[part], watcher))
    except NotPatchedError:
        return plain_costs(ground, name, cells, by), switched
    return np.concatenate(found) if found else np.empty(0), switched


def plain_costs(ground: Ground, name: str, cells: Cells, by: Array) -> Array:
    """Do what `costs` does, one cell after the other, with each line as it is written."""
    return np.array([
        _plain_cost(ground, name, tuple(cell), move)
        for cell, move in zip(cells.tolist(), by.tolist(), strict=True)
    ])  # fmt: skip


class _Watcher:
    """Finds the moves that put a cell on another side than the move the other way does."""

    def __init__(self, switched: NDArray[np.bool_]) -> None:
        self._switched = switched

    def __call__(self, sides: Array) -> None:
        count = len(self._switched)
        differs = sides[:count] != sides[count:]
        self._switched |= differs.reshape(count, -1).any(axis=1)


def _patched_costs(
    ground: Ground, name: str, cells: Cells, by: Array, watcher: _Watcher | None
) -> Array:
    patches: dict[str, Patch] = {name: _moved(np.asarray(ground.values[name]), cells, by)}
    patched = Patched(ground.steady, patches, watcher)
    with np.errstate(all="ignore"):
        for line in ground.judged:
            if line.target != name and any(word in patches for word in names(line.expression)):
                value = patched.of(line.expression)
                if isinstance(value, Patch):
                    patches[line.target] = _nudged(ground, line.target, value)
    cost = patches.get(ground.program.cost)
    if cost is None:  # nothing of it reaches the cost
        return np.full(len(cells), ground.cost, by.dtype)
    return np.broadcast_to(cost.whole().reshape(len(cost.block), -1)[:, 0], len(cells))


def _moved(value: Array, cells: Cells, by: Array) -> Patch:
    at = {axis: cells[:, axis] for axis in range(value.ndim)}
    block = taken(value, at) + by.reshape(-1, *(1,) * value.ndim)
    return Patch(value, block, at)


def _nudged(ground: Ground, name: str, patch: Patch) -> Patch:
    base = np.asarray(ground.values[name])
    block = patch.block
    if name in ground.nudges:
        block = block * taken(ground.nudges[name], patch.at)
    return Patch(base, block, patch.at)


def _plain_cost(ground: Ground, name: str, cell: tuple[int, ...], by: complex) -> complex:
    compute = evaluate_at_complex if isinstance(by, complex) else evaluate
    values: dict[str, Value] = dict(ground.start)
    if name in values:
        values[name] = _moved_cell(values[name], cell, by)
    for line in ground.judged:
        value = ground.nudged(line.target, compute(line.expression, values))
        values[line.target] = _moved_cell(value, cell, by) if line.target == name else value
    cost: complex = np.asarray(values[ground.program.cost]).reshape(-1)[0].item()
    return cost


def _moved_cell(value: Value, cell: tuple[int, ...], by: complex) -> Value:
    array = np.array(value, dtype=np.result_type(type(by), np.float64))
    array[cell] += by
    moved: Value = array[()]
    return moved


def _at_once(ground: Ground) -> int:
    """Count the changes that are few enough for memory and enough to make Python's part small."""
    shapes = ground.program.shapes
    largest = max((prod(sizes(shapes[line.target])) for line in ground.judged
                   if line.phase is Phase.FORWARD), default=1)  # fmt: skip
    return max(1, _CELLS_AT_ONCE // max(1, largest))
