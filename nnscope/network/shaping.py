"""The shape of what an iteration starts from, with the names of the axes: n0, n1, ... and m."""

from collections.abc import Mapping, Sequence

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.expression.shapes import Axis, Shape
from nnscope.network.layers import Dense
from nnscope.scenario.model import Scenario


def starting_shapes(
    scenario: Scenario, layers: Sequence[Dense], values: Mapping[str, Value]
) -> dict[str, Shape]:
    """Give the shapes of what an iteration starts from: data, constants and parameters."""
    upright = scenario.layout == "column"
    shapes = {name: tuple(Axis(size) for size in np.shape(value)) for name, value in values.items()}

    def mark(name: str, *axes: str) -> None:
        """Name the axes of an array, given as in column notation."""
        if name in shapes:
            order = axes if upright else axes[::-1]
            own = order[: len(shapes[name])] if upright else order[-len(shapes[name]) :]
            shapes[name] = tuple(
                Axis(axis.size, word) for axis, word in zip(shapes[name], own, strict=False)
            )

    if scenario.layout != "scalar":
        mark(scenario.names.input, "n0", "m")
        mark(scenario.names.target, f"n{len(layers)}", "m")
        for layer in layers:
            mark(layer.names.weight, f"n{layer.number}", f"n{layer.number - 1}")
            mark(layer.names.bias, f"n{layer.number}", "")
            if layer.dropout:
                mark(layer.dropout.mask, f"n{layer.number}", "m")
    return shapes
