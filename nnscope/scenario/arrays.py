"""The arrays of a scenario: a literal, a draw, a file or a data set, then adjustments."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from nnscope.scenario.datasets import DATASETS
from nnscope.scenario.draws import DRAWS, ELSEWHERE, NEEDS, check_numbers
from nnscope.scenario.errors import Problem, ScenarioError, counted, one_of, wrong
from nnscope.scenario.files import read_array
from nnscope.scenario.limits import Room
from nnscope.scenario.literals import literal
from nnscope.scenario.random import Sizes, Stream
from nnscope.scenario.read import problems_of
from nnscope.scenario.schema import Count, Precision, Table

__all__ = ["Reader", "literal"]

Array = NDArray[np.float64]


class ArrayTable(Table, frozen=True):
    """A table that stands for an array: one source, then adjustments, applied in this order."""

    # one source
    value: Any = None
    draw: str = ""
    file: str = ""
    dataset: str = ""
    # what belongs to a source
    shape: list[Count] | None = None
    seed: Count | None = None
    low: float = 0.0
    high: float = 1.0
    start: float = 0.0
    stop: float = 1.0
    name: str = ""
    columns: tuple[int | str, ...] = ()
    take: Literal["inputs", "labels"] = "inputs"
    # adjustments
    one_hot: Annotated[int, Meta(ge=2)] | None = None
    above: float | None = None
    scale: float | str = 1.0
    divide: float | str = 1.0
    shift: float = 0.0
    transpose: bool = False


SOURCES = ("value", "draw", "file", "dataset")
_OWNERS = {
    "seed": "a draw", "low": "the draws uniform and integers",
    "high": "the draws uniform and integers", "start": "the draw linspace",
    "stop": "the draw linspace", "name": "a .npz file", "columns": "a .csv file",
    "take": "a data set",
}  # fmt: skip
"""The keys that say something about one kind of source only."""


class Reader:
    """Reads the arrays of one scenario, in file order.

    `columns` says that an example is a column, so that one-hot labels and data sets stand upright.
    """

    def __init__(
        self, stream: Stream, folder: Path, columns: bool, dtype: Precision = "float64"
    ) -> None:
        self._stream = stream
        self._folder = folder
        self._columns = columns
        self._dtype = np.dtype(dtype)
        self._room = Room()
        self._datasets: dict[str, tuple[Array, Array]] = {}

    def read(
        self, entry: Any, where: str, shape: Sizes | None = None, weights: bool = False
    ) -> Array:
        """Read one array in C order. It is made in float64, and then rounded to the `dtype`.

        `shape` is the shape that is wanted, where one is known: a draw takes it, and a single
        number fills it. `weights` says that a scale may be taken from it. Raises `ScenarioError`,
        naming the key `where`.
        """
        with np.errstate(all="ignore"):  # inf and nan are shown, not warned of
            made = self._read(entry, where, shape, weights)
            array = made.astype(self._dtype, copy=False)
        self._room.check(array.shape, where)
        self._room.take(array.size)
        return array

    def _read(self, entry: Any, where: str, shape: Sizes | None, weights: bool) -> Array:
        if shape is not None:
            self._room.check(shape, where)
        if not isinstance(entry, dict):
            return _filled(literal(entry, where), shape)
        if problems := problems_of(entry, ArrayTable, where):
            raise problems
        table = msgspec.convert(entry, ArrayTable)
        given = [source for source in SOURCES if source in entry]
        if len(given) != 1:
            raise wrong(
                where, f"needs one of {', '.join(SOURCES)}, found {' and '.join(given) or 'none'}"
            )
        _check_axes(len(table.shape or ()), where)
        source = self._source(table, where, shape)
        if strays := [key for key in entry if key in _OWNERS and key not in _own_keys(table)]:
            raise ScenarioError(
                Problem(f"{where}, {key}", f"belongs to {_OWNERS[key]}; there is none here")
                for key in strays
            )
        array = self._adjusted(source, table, where, shape if weights else None)
        _check_axes(array.ndim, where)
        return array

    def _source(self, table: ArrayTable, where: str, shape: Sizes | None) -> Array:
        if table.draw:
            return self._drawn(table, where, shape)
        if table.file:
            path = self._folder / table.file
            return read_array(path, table.name, table.columns, where, self._room)
        if table.dataset:
            return self._dataset(table, where)
        return _filled(literal(table.value, where), shape)

    def _drawn(self, table: ArrayTable, where: str, wanted: Sizes | None) -> Array:
        if table.draw not in DRAWS:
            raise wrong(f"{where}, draw", one_of(table.draw, DRAWS, "a kind of draw", ELSEWHERE))
        shape = tuple(table.shape) if table.shape is not None else wanted
        if shape is None:
            raise wrong(where, "needs a shape, such as shape = [2, 3]")
        self._room.check(shape, f"{where}, shape")
        numbers = {key: getattr(table, key) for key in NEEDS.get(table.draw, ())}
        check_numbers(table.draw, numbers, where)
        if table.seed is not None:
            _restart(self._stream, table.seed, f"{where}, seed")
        return DRAWS[table.draw](self._stream, shape, numbers)

    def _dataset(self, table: ArrayTable, where: str) -> Array:
        if table.dataset not in DATASETS:
            raise wrong(f"{where}, dataset", one_of(table.dataset, DATASETS, "a data set"))
        if table.dataset not in self._datasets:  # inputs and labels come from one drawing
            self._datasets[table.dataset] = DATASETS[table.dataset](self._stream)
        inputs, labels = self._datasets[table.dataset]
        chosen = inputs if table.take == "inputs" else labels
        return chosen.T if self._columns and table.one_hot is None else chosen

    def _adjusted(self, array: Array, table: ArrayTable, where: str, shape: Sizes | None) -> Array:
        if table.one_hot is not None:
            array = self._one_hot(array, table.one_hot, where)
        if table.above is not None:
            array = (array > table.above).astype(np.float64)
        if table.scale != 1.0:
            array = array * _scale(table.scale, shape, self._columns, where)
        if table.divide != 1.0:
            array = array / _divisor(table.divide, shape, self._columns, where)
        if table.shift:
            array = array + table.shift
        if table.transpose:
            array = array.T
        if table.shape is not None and not table.draw:
            if math.prod(table.shape) != array.size:
                raise wrong(
                    f"{where}, shape",
                    f"{table.shape} does not have the {counted(array.size, 'cell')} "
                    f"of {list(array.shape)}",
                )
            array = array.reshape(table.shape)
        return np.ascontiguousarray(array) if array.ndim else array

    def _one_hot(self, labels: Array, classes: int, where: str) -> Array:
        flat = labels.ravel()
        self._room.check((classes, flat.size), f"{where}, one_hot")
        if not np.all((flat >= 0) & (flat < classes) & (flat == np.floor(flat))):
            raise wrong(
                f"{where}, one_hot", f"the labels must be whole numbers from 0 to {classes - 1}"
            )
        rows = np.zeros((flat.size, classes))
        rows[np.arange(flat.size), flat.astype(int)] = 1.0
        return rows.T if self._columns else rows


def _filled(array: Array, shape: Sizes | None) -> Array:
    return np.full(shape, array) if array.ndim == 0 and shape is not None else array


def _check_axes(count: int, where: str) -> None:
    if count > 2:
        raise wrong(where, f"has {count} axes; give it rows and columns with shape = [...]")


def _own_keys(table: ArrayTable) -> tuple[str, ...]:
    """List the keys that belong to the source of a table."""
    if table.draw:
        return ("seed", *NEEDS.get(table.draw, ()))
    if table.dataset:
        return ("take",)
    return {".csv": ("columns",), ".npz": ("name",)}.get(Path(table.file).suffix, ())


def _restart(stream: Stream, seed: int, where: str) -> None:
    try:
        stream.restart(seed)
    except ValueError:
        raise wrong(where, "a legacy seed must be below 2**32") from None


class Scale(Struct, frozen=True):
    """A factor or divisor of weights, from the number of `inputs` and `units` of their layer.

    `formula` is what `factor` computes, as NumPy writes it.
    """

    formula: str
    factor: Callable[[int, int], float]
    reference: str


SCALES: dict[str, Scale] = {
    "he": Scale(
        "np.sqrt(2 / inputs)",
        lambda inputs, _units: math.sqrt(2 / inputs),
        "He and others 2015, for ReLU",
    ),
    "lecun": Scale(
        "np.sqrt(1 / inputs)",
        lambda inputs, _units: math.sqrt(1 / inputs),
        "LeCun and others 1998",
    ),
    "glorot": Scale(
        "np.sqrt(2 / (inputs + units))",
        lambda inputs, units: math.sqrt(2 / (inputs + units)),
        "Glorot and Bengio 2010",
    ),
}


DIVISORS: dict[str, Scale] = {
    "sqrt(inputs)": Scale(
        "np.sqrt(inputs)",
        lambda inputs, _units: math.sqrt(inputs),
        "LeCun and others 1998, as many scripts write it",
    ),
    "sqrt(inputs / 2)": Scale(
        "np.sqrt(inputs / 2)",
        lambda inputs, _units: math.sqrt(inputs / 2),
        "He and others 2015, as the slides of CS231n write it",
    ),
    "sqrt(units)": Scale(
        "np.sqrt(units)",
        lambda _inputs, units: math.sqrt(units),
        "by the units that it leads to",
    ),
}
"""What a draw is divided by. A product with 1 / sqrt(n) may differ from it in the last bit."""


def _scale(scale: float | str, shape: Sizes | None, columns: bool, where: str) -> float:
    return _number(scale, SCALES, "a scale", f"{where}, scale", (shape, columns))


def _divisor(divide: float | str, shape: Sizes | None, columns: bool, where: str) -> float:
    divisor = _number(divide, DIVISORS, "a divisor", f"{where}, divide", (shape, columns))
    if not divisor:
        raise wrong(f"{where}, divide", "nothing can be divided by 0")
    return divisor


def _number(
    given: float | str,
    known: Mapping[str, Scale],
    kind: str,
    where: str,
    layer: tuple[Sizes | None, bool],
) -> float:
    """Give a number, or the one that a name stands for in a layer of this shape and notation."""
    if not isinstance(given, str):
        return given
    if given not in known:
        raise wrong(where, one_of(given, known, kind))
    shape, columns = layer
    if shape is None or len(shape) != 2:
        raise wrong(where, f"`{given}` is for the weights of a layer; give a number here")
    units, inputs = shape if columns else shape[::-1]
    return known[given].factor(inputs, units)
