"""Measuring the units of each layer: are they switched on, do they bend, do they differ?"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.evaluate import evaluate
from nnscope.expression.number_types import SINGLE, number_type
from nnscope.insight.gradient_shape import stretched_gradient
from nnscope.insight.health.iteration_values import Array, Moment
from nnscope.insight.health.layer_names import LayerNames, by_unit
from nnscope.insight.health.measure import Measure
from nnscope.program.data import targets

_SINGLE_ROUNDING = 1e-5  # float32 rounds at 6e-8, in each of many operations
_FAR = 0.5  # an output so far from its target is on the wrong side, where targets are 0 and 1


def switched_on(moment: Moment) -> Iterator[Measure]:
    """Count for each unit that can die the examples for which it is above 0."""
    for layer in moment.layers:
        value = moment.value(layer.activation) if layer.can_die else None
        if value is not None:
            activation = by_unit(value, layer.layer.units_axis)
            on = np.count_nonzero(~(activation <= 0), axis=1)  # nan is not a switch that is off
            yield Measure(layer.activation, on.astype(np.float64), "unit")


def slope(moment: Moment) -> Iterator[Measure]:
    """Take for each unit that can saturate the median of ∂A/∂Z over the examples.

    At the output a flat slope that the loss cancels does no harm, and an answer that is right needs
    no gradient: only wrong answers count there.
    """
    for layer in moment.layers:
        activation = moment.value(layer.activation) if layer.saturates else None
        if activation is None or layer.slope is None:
            continue
        slopes = np.asarray(evaluate(layer.slope, moment.frame.values))
        if layer.is_output:
            slopes = np.where(_needs_gradient(moment, layer, activation), slopes, np.inf)
        rows = by_unit(slopes, layer.layer.units_axis)
        yield Measure(layer.activation, np.median(rows, axis=1), "unit")


def difference(moment: Moment) -> Iterator[Measure]:
    """Take for each unit how far it is from the unit most like it.

    Compared are its weights and bias before their update, and their gradients, each relative to the
    largest of the layer. In float32 what rounding makes of equal units counts as no difference.
    """
    for layer in moment.layers:
        starts = [moment.start(name) for name in (layer.weight, layer.bias) if name]
        pairs = ((layer.weight, layer.weight_gradient), (layer.bias, layer.bias_gradient))
        weights = _joined(layer, starts)
        gradients = _joined(layer, [_gradient(moment, *pair) for pair in pairs if pair[1]])
        if weights is not None and gradients is not None and len(weights) > 1:
            found = _to_nearest(np.hstack([weights, gradients]))
            is_single = number_type(moment.frame.values[layer.weight]) == SINGLE
            found[found < (_SINGLE_ROUNDING if is_single else 0)] = 0.0
            yield Measure(layer.weight, found, "unit")


def _needs_gradient(moment: Moment, layer: LayerNames, output: Array) -> NDArray[np.bool_]:
    """Tell for each answer of the output layer whether a flat slope keeps it from being mended."""
    program = moment.frame.program
    target = moment.value(targets(program))
    is_cancelled = layer.activation in program.notes.cancelled
    if not program.cost or target is None or is_cancelled or target.shape != output.shape:
        return np.zeros(output.shape, dtype=np.bool_)
    return np.asarray(np.abs(output - target) > _FAR)


def _gradient(moment: Moment, parameter: str, name: str) -> Array | None:
    """Give a gradient in the shape of its parameter; None where it is not there, or does not fit.

    A sum that was taken along the wrong axis may still broadcast.
    """
    start, value = moment.start(parameter), moment.value(name)
    if start is None or value is None:
        return None
    return stretched_gradient(value, start.shape)


def _joined(layer: LayerNames, parts: Sequence[Array | None]) -> Array | None:
    """Lay arrays side by side, a row a unit, scaled so that the largest number is 1.

    None where there is none, or one of them is not there yet, or they have no units in common: the
    weights of a single unit may be a vector.
    """
    axis = layer.layer.weight_axis
    there = [by_unit(part, axis) for part in parts if part is not None]
    if not there or len(there) < len(parts) or len({*map(len, there)}) > 1:
        return None
    joined = np.hstack(there)
    return joined / (np.abs(joined).max() or 1.0)


def _to_nearest(rows: Array) -> Array:
    """Give for each row its largest difference to the row most like it.

    The rows are sorted by a sum with weights that no two different rows are likely to agree on, so
    that equal rows come to stand together.
    """
    order = np.argsort(rows @ np.sin(np.arange(1.0, rows.shape[1] + 1)))
    steps = np.abs(np.diff(rows[order], axis=0)).max(axis=1)
    nearest = np.empty(len(rows))
    nearest[order] = np.minimum(np.append(steps, np.inf), np.insert(steps, 0, np.inf))
    return nearest
