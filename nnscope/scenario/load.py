"""Loading a scenario: tables, then arrays in file order from one stream."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from nnscope.byte_sizes import read_bytes
from nnscope.limits import LAYERS
from nnscope.modified import modified
from nnscope.scenario.arrays import Reader
from nnscope.scenario.errors import Problem, ScenarioError, counted, found, one_of, wrong
from nnscope.scenario.model import Array, Choice, Layer, OtherData, Scenario
from nnscope.scenario.random import Sizes, Stream
from nnscope.scenario.read import read_tables
from nnscope.scenario.schema import (
    LayerTable,
    Layout,
    NamesTable,
    NetworkTable,
    ScenarioTable,
    TrainingTable,
)
from nnscope.scenario.text import read_text

DEFAULT_WEIGHTS = {"draw": "randn", "scale": 0.01}

_NAMES = NamesTable(
    input="X",
    target="Y",
    weight="W",
    bias="b",
    pre_activation="Z",
    activation="A",
    mask="D",
    cost="J",
)
_SCALAR_NAMES = NamesTable(
    input="x",
    target="y",
    weight="w",
    bias="b",
    pre_activation="z",
    activation="a",
    mask="d",
    cost="J",
)


def load(path: Path) -> Scenario:
    """Load a scenario file; raises `ScenarioError` with every mistake that can be told apart."""
    try:
        at = modified(path)
        return replace(parse(read_text(path), path), modified=at)
    except ScenarioError as error:
        raise ScenarioError(error.problems, path) from None


def parse(text: str, path: Path) -> Scenario:
    """Load a scenario from its text; `path` says where its files are and what it is called."""
    tables, order = read_tables(text)
    try:
        stream = Stream(tables.rng, tables.seed)
    except ValueError:
        raise wrong("`seed`", "a legacy seed must be below 2**32") from None
    reader = Reader(stream, path.parent, tables.notation == "column", tables.dtype)
    return _Loader(tables, reader, stream).load(path, order)


class _Loader:
    """Resolves the arrays of one file and collects what is wrong with them."""

    def __init__(self, tables: ScenarioTable, reader: Reader, stream: Stream) -> None:
        self._tables = tables
        self._stream = stream
        self._reader = reader
        self._problems: list[Problem] = []
        self._data: dict[str, Array] = {}
        self._layers: list[Layer] = []
        self._data_is_read = False
        self._evaluations: list[OtherData] = []

    def load(self, path: Path, order: list[str]) -> Scenario:
        tables, names = self._tables, _names(self._tables)
        sections = {
            "data": self._read_data,
            "layer": self._read_layers,
            "network": self._read_layers,
            "evaluate": self._read_evaluations,
        }
        if tables.layer and tables.network:
            raise wrong("[network]", "stands beside [[layer]]: describe the network in one of them")
        if not (tables.layer or tables.network or tables.line):
            raise wrong("", "there is no network: write [[layer]] tables, [network] with sizes, or "
                            "[[line]] tables")  # fmt: skip
        self._check_depth()
        for section in order:
            if section in sections:
                sections[section]()
        if tables.line:
            self._check_lines()
        else:
            self._check(names)
        if self._problems:
            raise ScenarioError(dict.fromkeys(self._problems))
        return Scenario(
            path, tables.title or path.stem, tables.about, tables.source, tables.notation, names,
            self._data, tuple(self._layers), tables.loss, tables.training, tuple(tables.override),
            tuple(tables.expect), tuple(tables.stop), self._memory(), self._stream, tables.rng,
            tables.seed, tuple(self._evaluations), tuple(tables.line), dtype=tables.dtype,
        )  # fmt: skip

    def _check_depth(self) -> None:
        """Refuse very many layers before their weights are made."""
        network = self._tables.network
        depth = len(network.sizes) - 1 if network else len(self._tables.layer)
        if depth > LAYERS:
            where = "[network], sizes" if network else "[[layer]]"
            raise wrong(where, f"{depth:,} layers; the most is {LAYERS}")

    def _memory(self) -> int | None:
        try:
            return read_bytes(self._tables.memory) if self._tables.memory else None
        except ValueError as error:
            raise wrong("`memory`", str(error)) from None

    def _note(self, where: str, message: str) -> None:
        self._problems.append(Problem(where, message))

    def _attempt(self, read: Callable[[], Array]) -> Array | None:
        try:
            return read()
        except ScenarioError as error:
            self._problems += error.problems
            return None

    def _read_data(self) -> None:
        self._data_is_read = True
        self._data |= self._arrays(self._tables.data, "[data]")

    def _arrays(self, entries: Mapping[str, Any], where: str) -> dict[str, Array]:
        """Read arrays by name, as many as are right."""
        found = dict[str, Array]()
        for name, entry in entries.items():
            read = partial(self._reader.read, entry, f"{where}, {name}")
            array = self._attempt(read)
            if array is not None:
                found[name] = array
        return found

    def _read_evaluations(self) -> None:
        for number, table in enumerate(self._tables.evaluate, 1):
            where = f"[[evaluate]] {number}"
            if any(table.name == each.name for each in self._evaluations):
                self._note(f"{where}, name", f"there are two of the name {found(table.name)}")
            known = [*self._tables.data, "values"]
            for name in [name for name in table.data if name not in known]:
                self._note(f"{where}, {name}", one_of(name, known, "an array of [data]"))
            own = {name: entry for name, entry in table.data.items() if name in known}
            data = self._arrays(own, where)
            self._evaluations.append(OtherData(table.name, data, table.values or {}, where))

    def _read_layers(self) -> None:
        tables = self._tables
        if tables.network:
            layers = _spread(tables.network)
            inputs: int | None = tables.network.sizes[0]
        else:
            layers, inputs = tables.layer, self._inputs()
        for number, layer in enumerate(layers, 1):
            where = "[network]" if tables.network else f"[[layer]] {number}"
            bent = "activation"
            if tables.network:
                bent = "output" if number == len(layers) else "hidden"
            inputs = self._read_layer(layer, inputs, where, bent)

    def _inputs(self) -> int | None:
        """Count the inputs of the network: from X, or from the first weights if X comes later."""
        layout = self._tables.notation
        if layout == "scalar":
            return 1
        if (counted_ := self._inputs_of_data()) is not None:
            return counted_
        weights = self._tables.layer[0].weights
        if isinstance(weights, list) and weights and isinstance(weights[0], list):
            return len(weights[0]) if layout == "column" else len(weights)
        name = _names(self._tables).input
        if name in self._tables.data and not self._data_is_read:
            self._note("[data]", f"stands after the layers, which need `{name}`: move it up")
        return None

    def _inputs_of_data(self) -> int | None:
        """Count the inputs in X, where it is there and has rows and columns."""
        array = self._data.get(_names(self._tables).input)
        if array is None or not array.ndim:
            return None
        return int(array.shape[0 if self._tables.notation == "column" else -1])

    def _read_layer(self, table: LayerTable, inputs: int | None, where: str, bent: str) -> int:
        """Read a layer and give the inputs of the next; `bent` is the key of its activation."""
        if inputs is None:  # what is wrong with X is told at X
            return table.units
        layout, units = self._tables.notation, table.units
        shape = _weights_shape(layout, inputs, units)
        entry = DEFAULT_WEIGHTS if table.weights is None else table.weights
        weights = self._attempt(lambda: self._weights(entry, f"{where}, weights", shape))
        bias = None
        if table.bias is not False:
            bias = self._attempt(lambda: self._bias(table.bias, f"{where}, bias", units))
        activation = self._choice(table.activation, f"{where}, {bent}")
        keep = self._kept(table, where)
        if weights is not None:
            self._layers.append(
                Layer(units, activation, weights, bias, table.train_bias, where, keep)
            )
        return units

    def _weights(self, entry: Any, where: str, shape: Sizes) -> Array:
        array = self._reader.read(entry, where, shape, weights=True)
        if array.shape != shape:
            raise wrong(where, f"the shape must be {_told(shape)}, found {_told(array.shape)}"
                               + _turned(shape, array.shape))  # fmt: skip
        return array

    def _bias(self, entry: Any, where: str, units: int) -> Array:
        layout = self._tables.notation
        wanted = _bias_shape(layout, units)
        array = self._reader.read(entry, where, wanted)
        if layout == "column" and array.shape == (units,):  # [0.1, 0.2] reads well in a file
            array = array.reshape(units, 1)
        if array.shape != wanted and not (layout == "row" and array.shape == (units,)):
            raise wrong(where, f"the shape must be {_told(wanted)}, found {_told(array.shape)}")
        return array

    def _kept(self, table: LayerTable, where: str) -> float | None:
        """Read the share of activations that dropout leaves, from either of its keys."""
        dropout, keep = table.dropout, table.keep
        if dropout is not None and keep is not None:
            self._note(f"{where}, keep", "stands beside dropout: say it with one of them")
        elif dropout is not None and not 0 <= dropout < 1:
            message = f"must be at least 0 and below 1, found {found(dropout)}"
            self._note(f"{where}, dropout", message)
        elif keep is not None and not 0 < keep <= 1:
            self._note(f"{where}, keep", f"must be above 0 and at most 1, found {found(keep)}")
        elif dropout is not None:
            return 1 - dropout
        return keep

    def _choice(self, entry: str | dict[str, Any], where: str) -> Choice:
        if isinstance(entry, str):
            return Choice(entry, {}, where)
        parameters = {key: value for key, value in entry.items() if key != "name"}
        for key, value in parameters.items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not math.isfinite(value):
                message = f"expected a finite number, found {found(value)}"
                self._note(f"{where}, {key}", message)
        if not isinstance(entry.get("name"), str):
            example = 'such as { name = "leaky_relu", slope = 0.1 }'
            self._note(where, f"a table needs a name and numbers, {example}")
            return Choice("identity", {}, where)
        return Choice(entry["name"], parameters, where)

    def _check_lines(self) -> None:
        """See that nothing stands beside lines that they say themselves."""
        tables, training = self._tables, self._tables.training
        others = {"[[layer]]": tables.layer, "[network]": tables.network, "[loss]": tables.loss,
                  "[[override]]": tables.override}  # fmt: skip
        for place, there in others.items():
            if there:
                self._note(place, "stands beside [[line]]: the lines are the whole program")
        if training and training != TrainingTable(iterations=training.iterations):
            self._note("[training]", "has only iterations where the lines are written out; put "
                                     "numbers that they read into [data]")  # fmt: skip

    def _check(self, names: NamesTable) -> None:
        tables = self._tables
        wanted = [names.input] + ([names.target] if tables.loss else [])
        for name in wanted:
            if name not in tables.data:
                self._note("[data]", f"the array `{name}` is missing")
        if tables.training and not tables.loss:
            self._note("[training]", "needs a [loss] to make smaller")
        if tables.notation == "scalar":
            self._check_scalar(wanted)
        else:
            self._check_inputs(names.input)

    def _check_inputs(self, name: str) -> None:
        """See that X has rows and columns, and as many inputs as a shorthand says."""
        if name in self._data and not self._data[name].ndim:
            self._note(f"[data], {name}", "needs rows and columns, such as [[1, 2], [3, 4]]")
        network, inputs = self._tables.network, self._inputs_of_data()
        if network and inputs is not None and inputs != network.sizes[0]:
            line = "row" if self._tables.notation == "column" else "column"
            self._note("[network], sizes[0]", f"is {network.sizes[0]}, but `{name}` has "
                                              f"{counted(inputs, line)}")  # fmt: skip

    def _check_scalar(self, wanted: list[str]) -> None:
        others = [(f"{each.where}, ", each.data) for each in self._evaluations]
        tables: list[tuple[str, dict[str, Array]]] = [("[data], ", self._data), *others]
        for where, data in tables:
            for name in [name for name in wanted if name in data]:
                if data[name].size == 1:
                    data[name] = data[name].reshape(())
                else:
                    message = 'scalar notation has single numbers; take notation = "column"'
                    self._note(f"{where}{name}", message)
        network = self._tables.network
        if network and any(size != 1 for size in network.sizes):
            self._note("[network], sizes", "scalar notation has one input, and one unit a layer")
        for layer in self._layers:
            if layer.units != 1 and not network:
                self._note(f"{layer.where}, units", "scalar notation has one unit a layer")


def _names(tables: ScenarioTable) -> NamesTable:
    """Complete the letters of the file with those of its notation."""
    own = {key: word for key, word in msgspec.structs.asdict(tables.names).items() if word}
    default = _SCALAR_NAMES if tables.notation == "scalar" else _NAMES
    return msgspec.structs.replace(default, **own)


def _spread(network: NetworkTable) -> list[LayerTable]:
    """Write the shorthand out as layers."""
    hidden = [LayerTable(units, network.hidden, network.weights, network.bias)
              for units in network.sizes[1:-1]]  # fmt: skip
    return [*hidden, LayerTable(network.sizes[-1], network.output, network.weights, network.bias)]


def _weights_shape(layout: Layout, inputs: int, units: int) -> Sizes:
    return {"column": (units, inputs), "row": (inputs, units), "scalar": ()}[layout]


def _bias_shape(layout: Layout, units: int) -> Sizes:
    return {"column": (units, 1), "row": (1, units), "scalar": ()}[layout]


def _told(shape: Sizes) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _turned(wanted: Sizes, found: Sizes) -> str:
    return "; it is the transpose of what is wanted" if found == wanted[::-1] else ""
