"""What a backward line should compute, given what it was given.

The vector-Jacobian products go back from the cost, or from the gradients that the line itself
reads: there the program's own array is taken, whether it is right or not. So one slip is not told
again at every line behind it (Griewank and Walther, Evaluating Derivatives, chapter 3).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from nnscope.expression.reverse import pull_back, summed_back
from nnscope.insight.diagnose.forward import Forward
from nnscope.insight.diagnose.points import Point

Array = NDArray[np.float64]

SAME = 1e-8
"""How far two arrays may differ, as a share of their largest cell, and count as the same."""


class Role(Struct, frozen=True):
    """Whose gradient a variable is, and how many times it; see `Scales` for the factor."""

    of: str
    factor: float = 1.0


class Expected(Struct, eq=False):
    """Gives what should come out, at every point; what was computed once is kept."""

    forward: Forward
    points: tuple[Point, ...]
    _known: dict[Any, Mapping[str, Array]] = field(default_factory=dict)

    def at(self, point: Point, of: str, given: Iterable[tuple[str, Role]]) -> Array | None:
        """Give the gradient by a value, of its shape; None where no slope reaches it.

        `given` are the variables of gradients that are read, with their roles.
        """
        return self.all_at(point, given).get(of)

    def all_at(self, point: Point, given: Iterable[tuple[str, Role]]) -> Mapping[str, Array]:
        """Give the gradient by every value that a slope reaches."""
        key = (id(point), frozenset(given))
        if key not in self._known:
            self._known[key] = self._back(point, dict(key[1]))
        return self._known[key]

    def _back(self, point: Point, given: Mapping[str, Role]) -> Mapping[str, Array]:
        values, cost = point.values, self.forward.program.cost
        own = {role.of: _shaped(values[name], values[role.of], role.factor)
               for name, role in given.items()}  # fmt: skip
        found: dict[str, Array] = {cost: np.ones(np.shape(values[cost]))}
        for target, expression in reversed(self.forward.lines):
            arriving = own.get(target)
            arriving = found.get(target) if arriving is None else arriving
            if arriving is None:
                continue
            for name, part in pull_back(expression, values, arriving).items():
                found[name] = found[name] + part if name in found else part
        return {**found, **{of: array for of, array in own.items() if array is not None}}


def _shaped(value: Any, of: Any, factor: float) -> Array | None:
    """Give a gradient in the shape of what it is by; None where it does not have that."""
    array, shape = np.asarray(value, dtype=np.float64) / factor, np.shape(of)
    if array.shape == shape:
        return array
    if array.size == 1:  # as 1.0 for a whole array of ones
        return np.broadcast_to(array.reshape(()), shape)
    try:
        spread = np.broadcast_shapes(array.shape, shape)
    except ValueError:
        return None
    if spread == shape:
        return np.broadcast_to(array, shape)
    return np.asarray(summed_back(array, shape)) if spread == array.shape else None


def constant(found: Any, wanted: Array | None) -> float | None:
    """Give the number that turns what should be into what is; None where there is none.

    What is 0 on both sides says nothing, and the number is nan.
    """
    if wanted is None:
        return None
    array = _stretched(np.asarray(found, dtype=np.float64), wanted.shape)
    if array is None:
        return None
    if not np.all(np.isfinite(wanted)):
        return float("nan")
    if not np.all(np.isfinite(array)):
        return None
    top, below = float(np.sum(array * wanted)), float(np.sum(wanted * wanted))
    if below == 0:
        return None if np.any(array) else float("nan")
    ratio = top / below
    room = SAME * max(float(np.max(np.abs(array))), abs(ratio) * float(np.max(np.abs(wanted))))
    return ratio if np.all(np.abs(array - ratio * wanted) <= room) and ratio else None


def _stretched(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Give an array in a shape of the same cells; None for all else.

    An update broadcasts (4,) to (1, 4), and adds the same numbers.
    """
    if array.shape == shape:
        return array
    if array.size == 1:  # as 1.0 for a whole array of ones
        return np.broadcast_to(array.reshape(()), shape)
    if array.ndim < len(shape) and np.size(array) == int(np.prod(shape)):
        try:
            return np.broadcast_to(array, shape)
        except ValueError:
            return None
    return None


def agreed(ratios: Iterable[float | None]) -> float | None:
    """Give the one number of all points; None where they do not agree, nan where none tells."""
    found = list(ratios)
    if any(each is None for each in found):
        return None
    known = [each for each in found if each is not None and not np.isnan(each)]
    if not known:
        return float("nan")
    return known[0] if np.ptp(known) <= 1e-6 * abs(known[0]) else None
