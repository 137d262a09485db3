"""The dense layers of a program, by what they compute."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.syntax import Number
from nnscope.network.activations import ACTIVATIONS
from nnscope.network.layouts import LAYOUTS
from nnscope.network.read_back.refused import is_near, refused
from nnscope.network.templates import fill
from nnscope.program.layers import Layer, layers
from nnscope.program.model import Phase, Program

Values = Mapping[str, Value]
Array = NDArray[np.float64]


class Dense(Struct, frozen=True):
    """A layer: its variables, its activation from the table, and what that is called here.

    `is_turned` says that the program holds the weights the other way round than the notation.
    """

    found: Layer
    activation: str
    output: str
    is_turned: bool


class Layered(Struct, frozen=True):
    """The layers of a program from the input up, in the notation that they are written in.

    `outputs` are those of the last layer at the points that were looked at.
    """

    notation: str
    dense: tuple[Dense, ...]
    input: str
    is_input_turned: bool
    outputs: tuple[Array, ...] = ()

    @property
    def examples(self) -> int:
        """How many examples there are."""
        axis = LAYOUTS[self.notation].examples_axis
        return int(self.outputs[0].shape[axis or 0])

    def weights(self, layer: Dense, values: Values) -> Array:
        """Give the weights of a layer as the notation has them."""
        array = np.asarray(values[layer.found.weight], dtype=np.float64)
        if array.ndim == 1:  # of a single unit
            return array.reshape((1, -1) if self.notation == "column" else (-1, 1))
        return array.T if layer.is_turned else array

    def bias(self, layer: Dense, values: Values) -> Array:
        """Give the biases of a layer as a column, or as a row; none are zeros."""
        shape = (-1, 1) if self.notation == "column" else (1, -1)
        bias = values[layer.found.bias] if layer.found.bias else 0.0
        return np.asarray(bias, dtype=np.float64).reshape(shape)

    def data(self, values: Values) -> Array:
        """Give the inputs as the notation has them."""
        array = np.asarray(values[self.input], dtype=np.float64)
        return array.T if self.is_input_turned else array


def read_layers(program: Program, points: Sequence[Values]) -> Layered:
    """Find the dense layers at some points; raises `ScenarioError` for a line that is none of one.

    Only what they compute decides: `np.tanh(X @ W1)` is a layer as well as its two lines.
    """
    found = layers(program)
    if not found:
        raise refused(program, "", "no line multiplies parameters with what comes in")
    _check_ranks(program, found)
    here = _input(program, found[0], points[0])
    notation = here.notation
    inputs, dense = [here.data(values) for values in points], list[Dense]()
    for number, layer in enumerate(found):
        above = found[number + 1].input if number + 1 < len(found) else ""
        plain = Dense(layer, "", "", _is_turned(layer, notation))
        try:
            sums = [_weighted_sum(here, plain, values, each)
                    for values, each in zip(points, inputs, strict=True)]  # fmt: skip
        except ValueError:  # what NumPy raises for shapes that don't fit
            told = "is not a product of weights with what the layer below makes"
            raise refused(program, layer.pre_activation, told) from None
        name, output = _activation(program, layer, above, notation, sums, points)
        dense.append(Dense(layer, name, output, plain.is_turned))
        inputs = [as_like(values[output], each) if output else each
                  for values, each in zip(points, sums, strict=True)]  # fmt: skip
    return replace(here, dense=tuple(dense), outputs=tuple(inputs))


def _check_ranks(program: Program, found: Sequence[Layer]) -> None:
    for layer in found:
        if not program.shapes[layer.weight]:
            told = f"has {program.spelled(layer.weight)}, a single number, for its weights"
            raise refused(program, layer.pre_activation, told)
        if layer.units_axis != found[0].units_axis:
            told = "has its units along another axis than the first layer"
            raise refused(program, layer.pre_activation, told)


def _is_turned(layer: Layer, notation: str) -> bool:
    return layer.weight_axis != LAYOUTS[notation].units_axis


def _input(program: Program, first: Layer, values: Values) -> Layered:
    """Find what comes in: data, as a notation has them or the other way round.

    The weights of a single unit may be a vector: it is where it fits.
    """
    if first.input not in program.start or first.input in program.carried:
        raise refused(program, first.pre_activation, "does not multiply weights with data")
    sizes = np.shape(values[first.input])
    if len(sizes) != 2:
        raise refused(program, first.pre_activation, "does not read data with rows and columns")
    is_vector = len(program.shapes[first.weight]) == 1
    is_column = sizes[0] == np.size(values[first.weight]) if is_vector else not first.units_axis
    found = Layered("column" if is_column else "row", (), first.input, False)
    weights = found.weights(Dense(first, "", "", _is_turned(first, found.notation)), values)
    is_turned = sizes[0 if is_column else 1] != weights.shape[1 if is_column else 0]
    return replace(found, is_input_turned=is_turned)


def as_like(value: Value, array: Array) -> Array:
    """Give a vector the rows and columns that an array has."""
    found = np.asarray(value, dtype=np.float64)
    return found.reshape(array.shape) if found.ndim < 2 and found.size == array.size else found


def _weighted_sum(here: Layered, layer: Dense, values: Values, inputs: Array) -> Array:
    weights = here.weights(layer, values)
    product = weights @ inputs if here.notation == "column" else inputs @ weights
    return product + here.bias(layer, values)


def _activation(
    program: Program,
    layer: Layer,
    above: str,
    notation: str,
    sums: Sequence[Array],
    points: Sequence[Values],
) -> tuple[str, str]:
    """Find the activation of a layer, and the variable that has it: what is read `above`.

    Where the last layer has none, its weighted sum is the output, which need not have a name.
    """
    behind = program.lines[program.line_of[layer.pre_activation] :]
    outputs = [above] if above else [line.target for line in behind if line.phase is Phase.FORWARD]
    for name, bent in _bent(notation, sums):
        for output in outputs:
            if all(
                is_near(each, as_like(values[output], np.asarray(each)))
                for each, values in zip(bent, points, strict=True)
            ):
                return name, output
    if not above:
        return "identity", ""
    raise refused(program, above, "is not a known activation of a weighted sum")


def _bent(notation: str, sums: Sequence[Array]) -> Iterator[tuple[str, list[Value]]]:
    """Yield what each activation makes of the weighted sums; the identity comes last."""
    axis = LAYOUTS[notation].units_axis
    for name in sorted(ACTIVATIONS, key=lambda each: each == "identity"):
        activation = ACTIVATIONS[name]
        numbers = {each: Number(value) for each, value in activation.parameters.items()}
        text = activation.forward.replace("axis=axis", f"axis={axis}")
        try:
            yield name, [evaluate(fill(text, **numbers), {"Z": each}) for each in sums]
        except ExpressionError:  # it can't be that one
            continue
