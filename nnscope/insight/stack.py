"""The layers of a program: what each one's values are called, read off the program's structure."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import Value
from nnscope.program.activations import ACTIVATIONS, Activation
from nnscope.program.layouts import LAYOUTS
from nnscope.program.model import Phase, Program


@dataclass(frozen=True, eq=False, slots=True)
class LayerNames:
    """The names of one layer's values. A gradient is empty where the program has no line for it."""

    number: int
    weight: str
    bias: str
    pre_activation: str
    activation: str
    weight_gradient: str
    bias_gradient: str
    signal: str
    bends: Activation
    is_output: bool


@lru_cache(maxsize=16)
def stack(program: Program) -> tuple[LayerNames, ...]:
    """Name the values of each layer, from the input up; `signal` is the gradient ∂J/∂Z."""
    gradients = {line.gradient_of: line.target for line in program.lines}
    parameters = iter(program.parameters)  # of each layer the weights, then the biases if any
    layers = program.scenario.layers
    found = []
    for number, layer in enumerate(layers, 1):
        forward = [line.target for line in program.lines
                   if line.phase is Phase.FORWARD and line.layer == number]  # fmt: skip
        weight = next(parameters)
        bias = "" if layer.bias is None else next(parameters)
        found.append(LayerNames(
            number, weight, bias, forward[0], forward[-1],
            gradients.get(weight, ""), gradients.get(bias, "") if bias else "",
            gradients.get(forward[0], ""), ACTIVATIONS[layer.activation.name],
            number == len(layers),
        ))  # fmt: skip
    return tuple(found)


def by_unit(program: Program, value: Value) -> NDArray[np.float64]:
    """Turn an array so that a unit, or a feature, is a row, whatever the notation is.

    Weights become (units, inputs), biases (units, 1), the others (units, examples); a vector is one
    example, and a single number is one unit.
    """
    array = np.asarray(value, dtype=np.float64)
    if array.ndim < 2:
        return array.reshape(-1, 1)
    axis = LAYOUTS[program.scenario.layout].units_axis
    return np.moveaxis(array, axis or 0, 0)
