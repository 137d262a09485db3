"""The tables of a scenario file, one structure each. docs/file-format.md documents every key.

A value that may be a number, a matrix or a table (`weights`, `bias`, the entries of `[data]`) is
`Any` here; `nnscope.scenario.arrays` reads it.
"""

import sys
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from nnscope.limits import TEXT_LENGTH

Layout = Literal["column", "row", "scalar"]
Generator = Literal["legacy", "default"]
Precision = Literal["float64", "float32"]
Positive = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]
Examples = Annotated[list[Count], Meta(min_length=1)]
Size = Annotated[float, Meta(ge=0, le=sys.float_info.max)]
"""A number from 0 up that is not infinite."""
Text = Annotated[str, Meta(max_length=TEXT_LENGTH)]
"""What stands there for the reader alone."""


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """The base of all tables: immutable, and an unknown key is an error."""


class NamesTable(Table, frozen=True):
    """`[names]`: the letters that the source uses. An empty one means the notation's own.

    `weight`, `bias`, `pre_activation`, `activation` and `mask` (of dropout) are stems: the layer's
    number is put behind.
    """

    input: str = ""
    target: str = ""
    weight: str = ""
    bias: str = ""
    pre_activation: str = ""
    activation: str = ""
    output: str = ""
    cost: str = ""
    mask: str = ""


class LayerTable(Table, frozen=True):
    """`[[layer]]`: one dense layer. `bias = false` leaves the bias out.

    `dropout` is the share of its activations that each iteration drops, `keep` the one that stays.
    """

    units: Positive
    activation: str | dict[str, Any] = "identity"
    weights: Any = None
    bias: Any = 0.0
    train_bias: bool = True
    dropout: float | None = None
    keep: float | None = None


class NetworkTable(Table, frozen=True):
    """`[network]`: the shorthand for many layers; `sizes` starts with the number of inputs."""

    sizes: Annotated[list[Positive], Meta(min_length=2)]
    hidden: str | dict[str, Any] = "relu"
    output: str | dict[str, Any] = "sigmoid"
    weights: Any = None
    bias: Any = 0.0


class LossTable(Table, frozen=True):
    """`[loss]`: which loss, with which factor, and how its gradient is written down.

    `l2` is the λ of a penalty on the weights.
    """

    name: str
    factor: str = ""
    gradient: Literal["combined", "chained", ""] = ""
    average: Literal["parameters", "output", ""] = ""
    l2: Size = 0.0


class OverrideTable(Table, frozen=True):
    """`[[override]]`: the scenario's own line in place of the compiled one.

    `nth` tells which one where several lines assign the target, from 1; else it is the last.
    """

    target: str
    expression: str
    because: Text = ""
    nth: Positive | None = None


class LineTable(Table, frozen=True):
    """`[[line]]`: one line of a program that is written out, in place of layers.

    `gradient_of` names the value that it differentiates the cost by; `phase` says what is not read
    off what the lines depend on, `meaning` what the value is, for the reader.
    """

    target: str
    expression: str
    gradient_of: str = ""
    phase: Literal["forward", "loss", "backward", "update", ""] = ""
    meaning: str = ""


class ExpectTable(Table, frozen=True):
    """`[[expect]]`: a number, a matrix or a shape that the source printed.

    `name` is a name or any expression. `iteration` is the one that it holds in, `after` the number
    of updates behind which it holds; of either there may be a list, with a list of as many values,
    or it is the first of several, `every` so many. `when` says at which end of the iteration it
    holds; it matters only for parameters, which change in between. `evaluate` names the
    `[[evaluate]]` that it is a value of, in place of the training.
    """

    name: str
    value: Any = None
    shape: list[Count] | None = None
    iteration: Count | list[Count] | None = None
    after: Count | list[Count] | None = None
    every: Positive | None = None
    evaluate: str = ""
    digits: Count | None = None
    tolerance: Size | None = None
    when: Literal["start", "end", ""] = ""


class EvaluateTable(Table, frozen=True):
    """`[[evaluate]]`: the forward pass on other data, which changes nothing of the training.

    `values` has the expressions that are wanted, by name. Its other keys are arrays that take the
    place of those of `[data]`.
    """

    name: str
    values: dict[str, str] | None = None
    data: dict[str, Any] = {}


class StopTable(Table, frozen=True):
    """`[[stop]]`: where a run is to halt: on a line, on a condition, or on a rule of health.

    `line` names what the line computes; with a condition, that is tested behind this line. `phase`
    tests it behind the last line of a phase. `changes` turns the condition into a value that is
    watched: for a change of its sign (`"sign"`), from false to true (`"begins"`), or by more than
    a number; with a rule of health, `"begins"` is where it first finds something again. `hits`
    halts at the so many-th time.
    """

    line: str = ""
    condition: str = ""
    health: str = ""
    changes: Literal["sign", "begins"] | float | None = None
    phase: Literal["forward", "loss", "backward", "update", ""] = ""
    hits: Positive = 1


class TrainingTable(Struct, frozen=True):
    """`[training]`: how many iterations, by which optimizer; its other keys are the optimizer's.

    `convention` chooses between the forms that books write an optimizer in; `schedule` is a table
    with a name and numbers. `weight_decay` shortens the weights beside the optimizer's step.

    With `batch_size` an iteration is about so many examples; `shuffle` orders them anew in each
    epoch, by `shuffle_seed` plus the number of the epoch, or by the stream of the file as it goes
    on (`"stream"`). With `replacement` each batch is drawn anew from all of them. `batches` lists
    the examples of each one.
    """

    optimizer: str = "gradient_descent"
    convention: str = ""
    weight_decay: Size = 0.0
    schedule: dict[str, Any] | None = None
    iterations: Positive = 1
    batch_size: Positive | None = None
    shuffle: bool = False
    shuffle_seed: Count | Literal["stream"] | None = None
    replacement: bool = False
    batches: (
        Annotated[list[Annotated[list[Count], Meta(min_length=1)]], Meta(min_length=1)] | None
    ) = None
    hyperparameters: dict[str, float] = {}


class ScenarioTable(Table, frozen=True):
    """The whole file."""

    title: Text = ""
    about: Text = ""
    teaches: Text = ""
    lesson: Positive | None = None
    source: Text = ""
    notation: Layout = "column"
    seed: Count = 0
    rng: Generator = "default"
    dtype: Precision = "float64"
    memory: str = ""
    names: NamesTable = NamesTable()
    data: dict[str, Any] = {}
    layer: list[LayerTable] = []
    network: NetworkTable | None = None
    line: list[LineTable] = []
    loss: LossTable | None = None
    training: TrainingTable | None = None
    override: list[OverrideTable] = []
    evaluate: list[EvaluateTable] = []
    expect: list[ExpectTable] = []
    stop: list[StopTable] = []
