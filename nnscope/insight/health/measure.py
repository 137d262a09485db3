"""What a health rule measures, and the words for where it was measured."""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

_MOST = 8


class Place(Struct, frozen=True):
    """What a finding concerns: a name, some of its units or features, or one of its cells.

    `part` says what `indices` count: unit, feature or class; it is empty for the whole value. `of`
    is how many there are.
    """

    name: str
    part: str = ""
    indices: tuple[int, ...] = ()
    of: int = 0
    cell: tuple[int, ...] = ()

    def words(self, symbols: Mapping[str, str]) -> str:
        """Write it with the symbol of the name: `A1, units 0, 2 (2 of 4)`, `Z2[0, 1]`."""
        name = symbols.get(self.name, self.name)
        if self.cell:
            return f"{name}[{', '.join(map(str, self.cell))}]"
        if not self.part:
            return name
        shown = ", ".join(map(str, self.indices[:_MOST]))
        count = len(self.indices)
        rest = f" and {count - _MOST} more" if count > _MOST else ""
        plural = f"{self.part}{'es' if self.part.endswith('s') else 's'}"
        which = self.part if count == 1 else plural
        return f"{name}, {which} {shown}{rest} ({'all ' if count == self.of > 1 else ''}" + (
            f"{self.of})" if count == self.of > 1 else f"{count} of {self.of})"
        )


class Measure(Struct, frozen=True, eq=False):
    """The numbers that a rule compares with its threshold: one for a name, or one for each part."""

    name: str
    values: NDArray[np.float64]
    part: str = ""
    cell: tuple[int, ...] = ()

    def place(self, indices: NDArray[np.intp]) -> Place:
        """Give the place of the values that are beyond the threshold."""
        if not self.part:
            return Place(self.name, cell=self.cell)
        return Place(self.name, self.part, tuple(indices.tolist()), len(self.values))


def single(name: str, value: float, cell: tuple[int, ...] = ()) -> Measure:
    """Measure a name with one number."""
    return Measure(name, np.array([value], dtype=np.float64), cell=cell)
