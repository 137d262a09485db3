"""Measuring the layers and the run: how large the gradients, the steps and the costs are."""

from collections.abc import Iterator

import numpy as np

from nnscope.insight.health.iteration_values import Array, Moment
from nnscope.insight.health.layer_names import LayerNames
from nnscope.insight.health.measure import Measure, single
from nnscope.program.rates import learning_rate

_STILL_NEAR = 0.9  # of the first cost; below that something has been learned


def gradient_ratio(moment: Moment) -> Iterator[Measure]:
    """Divide the mean size of ∂J/∂Z in the first layer by that in the last."""
    if not moment.layers:
        return
    first, last = moment.layers[0], moment.layers[-1]
    above, below = moment.value(last.signal), moment.value(first.signal)
    if first is last or above is None or below is None:
        return
    divisor = float(np.abs(above).mean())
    if divisor > 0:  # nothing comes in: the output is exactly right
        yield single(first.signal, float(np.abs(below).mean()) / divisor)


def update_ratio(moment: Moment) -> Iterator[Measure]:
    """Divide the length of each layer's step by the length of its weights before it.

    A single weight may pass through 0 on its way, where the ratio says nothing.
    """
    for layer in moment.layers:
        ratio = step_ratio(moment, layer)
        weights = moment.start(layer.weight)
        if not np.isnan(ratio) and weights is not None and weights.size > 1:
            yield single(layer.weight, ratio)


def idle_update_ratio(moment: Moment) -> Iterator[Measure]:
    """The same while the cost is still near its first, so that there is something to learn."""
    costs = moment.costs
    if len(costs) and costs[-1] > _STILL_NEAR * costs[0] > 0:
        yield from update_ratio(moment)


def rises(moment: Moment) -> Iterator[Measure]:
    """Count the iterations running, up to this one, in which the cost rose."""
    costs = moment.costs
    if len(costs) > 1:
        fell = np.flatnonzero(~(np.diff(costs) > 0))
        count = len(costs) - 1 - (int(fell[-1]) + 1 if len(fell) else 0)
        yield single(moment.frame.program.cost, count)


def rate(moment: Moment) -> Iterator[Measure]:
    """Give the learning rate, where it is one constant that the updates share."""
    name = learning_rate(moment.frame.program)
    value = moment.value(name)
    if value is not None:
        yield single(name, float(value))


def step_ratio(moment: Moment, layer: LayerNames) -> float:
    """Give |ΔW| / |W| of a layer's update in this iteration; nan where it has not been made."""
    before, after = moment.start(layer.weight), moment.updated(layer.weight)
    if before is None or after is None:
        return float("nan")
    length = norm(before)
    return norm(after - before) / length if length > 0 else float("nan")


def norm(value: Array) -> float:
    """Give the length of an array: the root of the sum of its squares."""
    flat = value.ravel()
    return float(np.sqrt(flat @ flat))
