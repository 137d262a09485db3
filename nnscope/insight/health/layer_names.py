"""The layers of a program with their gradients, and how their activations bend."""

from functools import lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.local import local_derivative
from nnscope.expression.syntax import Expression, names
from nnscope.program.layers import Layer, layers
from nnscope.program.model import Program

_FAR = 30.0  # a pre-activation that is large for every activation
_LOST = 1e-6


class LayerNames(Struct, frozen=True, eq=False):
    """The variables of one layer; a gradient is empty where the program has no line for it.

    `slope` is the derivative of its activation, None where that is not known. Units `can_die` where
    it is 0 on one side, and `saturates` tells that it gets lost on both.
    """

    layer: Layer
    weight_gradient: str
    bias_gradient: str
    signal: str
    slope: Expression | None
    can_die: bool
    saturates: bool
    is_output: bool

    @property
    def number(self) -> int:
        """The number of the layer, from 1."""
        return self.layer.number

    @property
    def weight(self) -> str:
        """The weights, as an iteration starts with them."""
        return self.layer.weight

    @property
    def bias(self) -> str:
        """The biases, as an iteration starts with them; empty where there are none."""
        return self.layer.bias

    @property
    def pre_activation(self) -> str:
        """The weighted sum."""
        return self.layer.pre_activation

    @property
    def activation(self) -> str:
        """The activation."""
        return self.layer.activation


@lru_cache(maxsize=16)
def stack(program: Program) -> tuple[LayerNames, ...]:
    """Name the values of each layer, from the input up; `signal` is the gradient ∂J/∂Z."""
    gradients = {line.gradient_of: line.target for line in program.lines if line.gradient_of}
    found = layers(program)
    return tuple(_named(program, layer, gradients, layer is found[-1]) for layer in found)


def _named(
    program: Program, layer: Layer, gradients: dict[str, str], is_output: bool
) -> LayerNames:
    slope = _slope(program, layer)
    below, above = (_at(program, layer, slope, far) for far in (-_FAR, _FAR))
    return LayerNames(
        layer, gradients.get(layer.weight, ""), gradients.get(layer.bias, ""),
        gradients.get(layer.pre_activation, ""), slope,
        can_die=below == 0 and above > _LOST, saturates=below < _LOST and above < _LOST,
        is_output=is_output,
    )  # fmt: skip


def _slope(program: Program, layer: Layer) -> Expression | None:
    """Give the derivative of a layer's activation, where it is a function of one number."""
    expression = program.lines[program.line_of[layer.activation]].expression
    others = {*names(expression)} - {layer.pre_activation}
    if layer.activation == layer.pre_activation or any(program.shapes[name] for name in others):
        return None
    try:
        return local_derivative(expression, layer.pre_activation, layer.activation, program.shapes)
    except ExpressionError:
        return None


def _at(program: Program, layer: Layer, slope: Expression | None, far: float) -> float:
    """Give the size of the derivative at one pre-activation; nan where it is not known."""
    if slope is None:
        return float("nan")
    activation = program.lines[program.line_of[layer.activation]].expression
    values = {**program.start, layer.pre_activation: np.float64(far)}
    try:
        values[layer.activation] = evaluate(activation, values)
        return abs(float(evaluate(slope, values)))
    except ExpressionError:  # a line of several cells alone, such as one with an index
        return float("nan")


def by_unit(value: Value, axis: int | None) -> NDArray[np.float64]:
    """Turn an array so that a unit, or a feature, is a row, given the axis of the units.

    Weights become (units, inputs), biases (units, 1), the others (units, examples); a vector is one
    example, and a single number is one unit.
    """
    array = np.asarray(value, dtype=np.float64)
    if array.ndim < 2:
        return array.reshape(-1, 1)
    return np.moveaxis(array, axis or 0, 0)
