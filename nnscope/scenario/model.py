"""A scenario, read and checked: what the file says, with every array resolved."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from numpy.typing import NDArray

from nnscope.scenario.random import Stream
from nnscope.scenario.schema import (
    ExpectTable,
    Generator,
    Layout,
    LineTable,
    LossTable,
    NamesTable,
    OverrideTable,
    Precision,
    StopTable,
    TrainingTable,
)

Array = NDArray[Any]
"""Of float64, or in a scenario that says so, of float32."""


class Choice(Struct, frozen=True):
    """A name from a table of the program, with its own parameters: `leaky_relu` and its slope.

    `where` names the key in the file.
    """

    name: str
    parameters: Mapping[str, float]
    where: str = ""


class Layer(Struct, frozen=True, eq=False):
    """One dense layer with its starting parameters.

    `weights` is (units, inputs) in column notation, (inputs, units) in row notation and () for a
    scalar; `bias` is (units, 1), (1, units) or (units,), and (); None where there is no bias.
    `where` names its table in the file. `keep` is the share of its activations that dropout leaves,
    None without dropout.
    """

    units: int
    activation: Choice
    weights: Array
    bias: Array | None
    train_bias: bool
    where: str
    keep: float | None = None


class OtherData(Struct, frozen=True, eq=False):
    """One `[[evaluate]]`: the arrays that take the place of those of `[data]`, and what is wanted.

    `values` has expressions by name; `where` names its table in the file.
    """

    name: str
    data: dict[str, Array]
    values: Mapping[str, str]
    where: str


class Scenario(Struct, frozen=True, eq=False):
    """A scenario file with its arrays. `data` holds the arrays of `[data]` by name.

    All arrays are of the `dtype`: float64, or float32 throughout.
    Where the program is written out it has `lines`, and no layers.
    `memory` is the cap, in bytes, of what a run's history may hold; None where the file sets none.
    `generator` and `seed` are what the file draws from, `stream` is that behind its last array.
    `modified` is when the file had last been changed when it was read, in nanoseconds; None where
    that is not known.
    """

    path: Path
    title: str
    about: str
    source: str
    layout: Layout
    names: NamesTable
    data: Mapping[str, Array]
    layers: tuple[Layer, ...]
    loss: LossTable | None
    training: TrainingTable | None
    overrides: tuple[OverrideTable, ...]
    expects: tuple[ExpectTable, ...]
    stops: tuple[StopTable, ...]
    memory: int | None
    stream: Stream
    generator: Generator = "default"
    seed: int = 0
    evaluations: tuple[OtherData, ...] = ()
    lines: tuple[LineTable, ...] = ()
    modified: int | None = None
    dtype: Precision = "float64"

    @property
    def name(self) -> str:
        """The name that the library and the command line know it by: the file's, without .toml."""
        return self.path.stem

    @property
    def iterations(self) -> int:
        """How many iterations a run has: 1 without `[training]`."""
        return self.training.iterations if self.training else 1
