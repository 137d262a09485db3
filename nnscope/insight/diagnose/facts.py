"""What is seen when an array is held beside what it should be: facts, and no guesses."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnscope.insight.check.constant_factor import meanings_of
from nnscope.insight.diagnose.expected import constant
from nnscope.insight.diagnose.slips.context import same
from nnscope.insight.numbers import short
from nnscope.program.model import Program

Array = NDArray[Any]
_ONE = 1e-9


def facts_of(
    program: Program, name: str, found: Array, wanted: Array, others: Mapping[str, Array]
) -> Iterator[str]:
    """Yield what is seen of an array, the most telling first.

    `others` are the arrays of the program that it may be equal to, by their names.
    """
    if found.shape not in (wanted.shape, ()):
        yield f"{name} has the shape {found.shape}; it should be {wanted.shape}"
    same_shape = found.shape == wanted.shape
    if found.size and not np.any(found):
        yield f"{name} is 0 in {_cells(found.size)}"
        return
    ratio = constant(found, wanted) if same_shape else None
    if ratio is not None and abs(ratio - 1) > _ONE:
        yield ratio_fact(program, name, ratio, found.size)
        return
    if found.T.shape == wanted.shape and found.ndim == 2 and same(found.T, wanted):
        yield f"{name} is the transpose of what it should be"
    if same_shape:
        yield from _partly(name, found, wanted)
    for other, array in others.items():
        if found.size > 1 and same(found, array):
            yield f"{name} equals {other}"
            break


def ratio_fact(program: Program, name: str, ratio: float, cells: int) -> str:
    """Say which number an array is multiplied by, and what that number is."""
    where = f"all {cells} cells" if cells > 1 else "its only cell"
    if abs(ratio + 1) < _ONE:
        return f"{name} has the opposite sign in {where}"
    meanings = [each for each in meanings_of(program, ratio) if each != short(ratio)]
    told = f", and {' or '.join(meanings[:2])}" if meanings else ""
    return f"{name} is {short(ratio, 6)} times what it should be in {where}{told}"


def _partly(name: str, found: Array, wanted: Array) -> Iterator[str]:
    room = 1e-9 * max(float(np.max(np.abs(wanted), initial=0.0)), 1e-300)
    off = ~(np.abs(found.astype(float) - wanted) <= room)
    count = int(off.sum())
    if 0 < count < off.size:
        if not np.any(wanted[off]):
            yield (f"{name} differs in {count} of {_cells(off.size)}: they should be 0, as they "
                   "belong to units that are switched off")  # fmt: skip
        else:
            yield f"{name} is right in {off.size - count} of {_cells(off.size)}, not in {count}"
    elif count:
        place = np.unravel_index(int(np.argmax(np.abs(found - wanted))), off.shape)
        at = f"[{', '.join(str(int(each)) for each in place)}]" if place else ""
        yield (f"{name}{at} is {short(float(found[place]), 5)}, and should be "
               f"{short(float(wanted[place]), 5)}")  # fmt: skip


def _cells(count: int) -> str:
    return f"{count} cells" if count != 1 else "its only cell"
