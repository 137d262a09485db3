"""What an iteration starts from, as one flat array: every carried value after the other.

One array is one copy to keep and one to restore. What plays the same role in the updates of several
parameters lies together, so that one operation updates all of it.

The flat array has cells of 64 bits. A value of float32 or int64 lies in them with its own bits: two
numbers of 32 bits in a cell, read through a view.

Every value starts at an even cell: 16 bytes is where NumPy's own arrays start, and some kernels of
OpenBLAS (its SSE2 dot, for one) add in another order where an operand starts in between. The
states that are kept lie one behind the other as they come, and are copied before they are used.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import prod

import numpy as np
from numpy.typing import NDArray

from nnscope.engine.run.families import Role, families
from nnscope.expression.evaluate import Value, freeze
from nnscope.expression.number_types import DOUBLE, NumberType, carried_type
from nnscope.expression.shapes import sizes
from nnscope.program.model import Program

Flat = NDArray[np.float64]


def as_carried(value: Value, kind: NumberType = DOUBLE) -> Value:
    """Give a value as the next iteration starts from it: of its type, and an array in C order.

    The layout of an operand decides bits, and so does its type.
    """
    if not isinstance(value, np.ndarray) or not value.ndim:  # the powers of an array without axes
        number: Value = kind.type(value)  # have other bits than those of a number
        return number
    if value.flags.c_contiguous and value.dtype == kind:
        return value
    return freeze(np.ascontiguousarray(value, dtype=kind))


def cells(count: int, kind: NumberType) -> int:
    """Count the cells of 64 bits that so many numbers take."""
    return -(-count * kind.itemsize // DOUBLE.itemsize)


def starts(counts: Sequence[int]) -> list[int]:
    """Give the cell at which each value starts, by how many cells they have.

    One cell lies unused between a value of an odd number of cells and the next value.
    """
    return list(accumulate((count + count % 2 for count in counts), initial=0))[:-1]


class StateLayout:
    """Where each carried value stands in the flat array. `size` is the number of cells.

    It is the same for all forms of a program.

    `kinds` has the type of each carried value, by its name.
    """

    def __init__(self, program: Program) -> None:
        together = (id_ for family in families(program) for role in family.states for id_ in role)
        self.names = tuple(dict.fromkeys((*together, *program.carried)))
        self.kinds = {name: carried_type(program.start[name]) for name in self.names}
        self._shapes = [sizes(program.shapes[name]) for name in self.names]
        self._counts = [prod(shape) for shape in self._shapes]
        counts = list(map(cells, self._counts, self.kinds.values()))
        self._spans = [(at, at + count) for at, count in zip(starts(counts), counts, strict=True)]
        self.size = self._spans[-1][1] if counts else 0

    def span(self, name: str) -> tuple[int, int]:
        """Give the first cell of a carried value, and the one behind its last."""
        return self._spans[self.names.index(name)]

    def _views(self, flat: Flat) -> list[NDArray[np.number]]:
        """Give the numbers of each carried value, as a view of its cells without axes."""
        places = zip(self._spans, self.kinds.values(), self._counts, strict=True)
        return [flat[start:end] if kind == DOUBLE else flat[start:end].view(kind)[:count]
                for (start, end), kind, count in places]  # fmt: skip

    def pack(self, values: Mapping[str, Value]) -> Flat:
        """Copy the carried values into a new flat array."""
        flat = np.zeros(self.size)
        for name, view in zip(self.names, self._views(flat), strict=True):
            view[:] = np.ravel(values[name])
        return flat

    def pack_ends(self, form: Program, values: Mapping[str, Value]) -> Flat:
        """Copy what the iteration after one of a form starts from into a new flat array."""
        return self.pack({name: values[end] for name, end in form.carried.items()})

    def has_together(self, role: Role) -> bool:
        """Tell whether carried values lie one behind the other."""
        first = self.names.index(role[0])
        return self.names[first : first + len(role)] == role

    def unpack(self, flat: Flat) -> dict[str, Value]:
        """Give the carried values by name: views of `flat`, and plain numbers for single cells.

        A view of a read-only array is read-only.
        """
        return {
            name: view.reshape(shape) if shape else view[0]
            for name, view, shape in zip(self.names, self._views(flat), self._shapes, strict=True)
        }

    def frozen(self, flat: Flat) -> dict[str, Value]:
        """Give the carried values as read-only copies, which outlive the flat array."""
        copy = flat.copy()
        freeze(copy)
        return self.unpack(copy)
