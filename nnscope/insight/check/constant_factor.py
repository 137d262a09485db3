"""One constant ratio between what is and what should be, and the names that such a number has.

Most slips of scale leave a ratio that is a count of the program: m, 1/m, 2, 3/400, the learning
rate.
"""

from collections.abc import Collection, Iterator
from math import isfinite

import numpy as np
from msgspec import Struct

from nnscope.expression.syntax import Binary, Expression, Number, walk
from nnscope.insight.check.verdicts import Array
from nnscope.insight.numbers import short
from nnscope.program.model import Program
from nnscope.program.rates import learning_rate

_CONSTANT = 1e-6
_MOST = 4
_LARGEST_COUNT = 10**6


class Ratio(Struct, frozen=True, eq=False):
    """One number that all cells of an array are multiplied by.

    `meanings` are what it may be, each with its numbers: `m/400 = 3/400`; several where several
    fit, none where it has no known name. `is_written` says that the line itself has this number.
    """

    value: float
    cells: int
    meanings: tuple[str, ...]
    is_written: bool = False

    @property
    def text(self) -> str:
        """The ratio in words: `0.0075 in all 8 cells: m/400 = 3/400`."""
        where = f"all {self.cells} cells" if self.cells > 1 else "its only cell"
        return f"{short(self.value)} in {where}{self._named}"

    @property
    def _named(self) -> str:
        """What the number may be, with a colon before it; it is not said twice."""
        if self.is_written:
            number = self.meanings[0].removeprefix("-").removeprefix("1/")
            return f": the {number} that stands in the line"
        if self.meanings == ("-1",):
            return ": the sign is the wrong way round"
        if self.meanings in ((), (short(self.value),)):
            return ""
        return f": {' or '.join(self.meanings)}"


def find_ratio(
    program: Program,
    found: Array,
    wanted: Array,
    noise: Array | float = 0.0,
    written: Collection[float] = (),
) -> Ratio | None:
    """Find the constant that turns one array into the other, None where there is none.

    Cells that are 0 in both say nothing; `noise` is how far off a found cell may be from rounding.
    `written` are the numbers that the line multiplies or divides by: they go before all counts.
    """
    known = (found != 0) | (wanted != 0)
    first, second = found[known], wanted[known]
    if first.size == 0 or not np.all(np.isfinite(first) & np.isfinite(second) & (second != 0)):
        return None
    ratios = first / second
    value = float(ratios[np.argmax(np.abs(second))])
    allowed = _CONSTANT * np.abs(value * second) + np.broadcast_to(noise, found.shape)[known]
    if np.any(np.abs(first - value * second) > allowed):
        return None
    own = _written(value, written)
    if own:
        return Ratio(value, first.size, (own,), is_written=True)
    meanings = tuple(meanings_of(program, value))
    return Ratio(value, first.size, meanings) if meanings or first.size > 1 else None


def factors_of(expression: Expression) -> frozenset[float]:
    """List the numbers that some part of an expression is multiplied or divided by."""
    return frozenset(
        float(side.value)
        for node in walk(expression)
        if isinstance(node, Binary) and node.operator in ("*", "/")
        for side in (node.left, node.right)
        if isinstance(side, Number)
    )


def _written(value: float, numbers: Collection[float]) -> str:
    """Write a ratio by the number of the line that it is, or is one over; or nothing."""
    sign, size = "-" if value < 0 else "", abs(value)
    for number in numbers:
        if number > 0 and number != 1 and _same(size, number):
            return f"{sign}{short(number)}"
        if number > 0 and number != 1 and _same(size, 1 / number):
            return f"{sign}1/{short(number)}"
    return ""


def meanings_of(program: Program, value: float) -> Iterator[str]:
    """Name a number by what the program counts, the plainest first; at most four names."""
    if abs(value - 1) < _CONSTANT or not isfinite(value):
        return
    if value == 0:
        yield "nothing at all"
        return
    size, sign = abs(value), "-" if value < 0 else ""
    found = [name for name, number in _candidates(program) if _same(size, number)]
    rate = learning_rate(program)
    counted = any(not rate or rate not in name for name in found)
    names = dict.fromkeys(found if counted else [*found, *_fraction(program, size)])
    yield from [sign + name for name in names][:_MOST]


def counts(program: Program) -> dict[str, float]:
    """Give the counts of a program by name: m, and the sizes n0, n1, ... of its layers."""
    found: dict[str, float] = {}
    for shape in program.shapes.values():
        found |= {axis.name: float(axis.size) for axis in shape if axis.name}
    return dict(sorted(found.items(), key=lambda each: (each[0] != "m", each[0])))


def _candidates(program: Program) -> Iterator[tuple[str, float]]:
    """Yield expressions of the program's counts that slips of scale leave behind."""
    yield from (("1", 1.0), ("2", 2.0), ("1/2", 0.5))
    known = counts(program)
    m = known.pop("m", None)
    if m is not None and m > 1:
        yield from _with_value("m", m)
        for text, number in (("2m", 2 * m), ("m/2", m / 2), ("2/m", 2 / m), ("1/(2m)", 1 / 2 / m),
                             ("m²", m * m), ("1/m²", 1 / m / m)):  # fmt: skip
            yield f"{text} with m = {short(m)}", number
    for count in dict.fromkeys(count for count in known.values() if count > 1):
        name = " = ".join(each for each in known if known[each] == count)
        yield from _with_value(name, count)
        name = name.partition(" ")[0]
        if m is not None and m not in (1, count):
            yield f"m/{name} = {short(m)}/{short(count)}", m / count
            yield f"{name}/m = {short(count)}/{short(m)}", count / m
    name = learning_rate(program)
    rate = float(program.start[name]) if name else 0.0
    if rate:
        yield f"{name} = {short(rate)}", rate
        yield f"1/{name} = 1/{short(rate)}", 1 / rate


def _with_value(name: str, count: float) -> Iterator[tuple[str, float]]:
    yield f"{name} = {short(count)}", count
    first = name.partition(" ")[0]
    yield f"1/{first} = 1/{short(count)}", 1 / count


def _fraction(program: Program, value: float) -> Iterator[str]:
    """Read a number as m over a whole number, or as one whole number over 1 or under it."""
    m = counts(program).get("m", 1.0)
    below = round(m / value) if m / value <= _LARGEST_COUNT else 0
    if m > 1 and below > 1 and _same(value, m / below):
        yield f"m/{below} = {short(m)}/{below}"
    elif below > 1 and _same(value, 1 / round(1 / value) if value < 1 else 0.0):
        yield f"1/{round(1 / value)}"
    elif value > 1 and _same(value, round(value)):
        yield f"{round(value)}"


def _same(value: float, number: float) -> bool:
    return abs(value - number) <= _CONSTANT * number
