"""The network as units and weights: what each unit of each layer holds for one example."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.engine.frame import Frame
from nnscope.expression.evaluate import Value
from nnscope.program.layers import Layer, layers
from nnscope.program.model import Program

Floats = NDArray[np.float64]


class UnitColumn(Struct, frozen=True, eq=False):
    """The units of one layer, or the inputs.

    `name` is what holds their values, and `weight` the weights that lead to them, as the reader
    writes them. `values` and `gradients`, shape (units,), are those of one example; None where they
    are not computed yet, or by no line. The gradient is the cost's by the unit's weighted sum, and
    `gradient` what holds it, empty where no line makes it. `weights`, shape (units, units before),
    lead to the units; None for the inputs. What `is_old` is that of the iteration before; `is_lit`
    tells that the current line belongs to the layer.
    """

    name: str
    weight: str
    gradient: str
    count: int
    values: Floats | None
    gradients: Floats | None
    weights: Floats | None
    is_old: bool = False
    is_old_gradient: bool = False
    is_lit: bool = False


def unit_columns(frame: Frame, example: int) -> tuple[UnitColumn, ...]:
    """Give the inputs, then every layer, at a moment; none where no layers can be told."""
    program = frame.program
    found = layers(program)
    if not found:
        return ()
    lit = _lit(frame, found)
    return (_inputs(frame, found[0], example),
            *(_column(frame, layer, example, layer is lit) for layer in found))  # fmt: skip


def example_count(program: Program) -> int:
    """Count the examples of an iteration; 1 in a network without that axis."""
    found = layers(program)
    axes = program.shapes[found[-1].activation] if found else ()
    units = found[-1].units_axis if found else None
    return axes[1 - units].size if len(axes) == 2 and units is not None else 1


def _lit(frame: Frame, found: tuple[Layer, ...]) -> Layer | None:
    """Give the layer of the current line: as it is declared, else by the names that it makes."""
    line = frame.line
    if line is None:
        return None
    own = {line.target, line.gradient_of, frame.program.before.get(line.target, "")} - {""}
    for layer in found:
        if own & {layer.weight, layer.bias, layer.pre_activation, layer.activation}:
            return layer
    return next((layer for layer in found if layer.number == line.layer), None)


def _inputs(frame: Frame, first: Layer, example: int) -> UnitColumn:
    values = _of_example(frame, first.input, first.units_axis, example)
    name = frame.program.spelled(first.input)
    shape = frame.program.shapes[first.input]
    count = shape[first.units_axis or 0].size if shape else 1
    return UnitColumn(name, "", "", count, values, None, None)


def _column(frame: Frame, layer: Layer, example: int, is_lit: bool) -> UnitColumn:
    program = frame.program
    shape = program.shapes[layer.activation]
    gradient = _gradient_of(program, layer.pre_activation)
    weights = np.atleast_2d(np.asarray(_newest(frame, layer.weight), dtype=np.float64))
    return UnitColumn(
        program.spelled(layer.activation),
        program.spelled(layer.weight),
        gradient,
        shape[layer.units_axis or 0].size if shape else 1,
        _of_example(frame, layer.activation, layer.units_axis, example),
        _of_example(frame, gradient, layer.units_axis, example),
        weights.T if layer.weight_axis else weights,
        frame.is_stale(layer.activation),
        bool(gradient) and frame.is_stale(gradient),
        is_lit,
    )


def _newest(frame: Frame, weight: str) -> Value:
    """Give a parameter as it is now: behind its update, the new one."""
    later = frame.program.carried.get(weight, "")
    is_updated = frame.program.line_of.get(later, frame.index + 1) <= frame.index
    return frame.values[later if is_updated else weight]


def _gradient_of(program: Program, variable: str) -> str:
    """Give what holds the gradient by a variable in the end; empty where no line makes it."""
    found = [line.target for line in program.lines if line.gradient_of == variable]
    return found[-1] if found else ""


def _of_example(frame: Frame, name: str, units_axis: int | None, example: int) -> Floats | None:
    """Give a value of every unit for one example; None where it is not computed yet."""
    if name not in frame.values:
        return None
    value = np.asarray(frame.values[name], dtype=np.float64)
    if value.ndim == 2 and units_axis is not None:
        value = value.take(min(example, value.shape[1 - units_axis] - 1), axis=1 - units_axis)
    return np.atleast_1d(value)
