"""Measuring what goes in and what comes out: data, targets, the first cost, broken numbers."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.syntax import Call, Number, walk
from nnscope.expression.table import row_of
from nnscope.insight.health.iteration_values import Array, Moment
from nnscope.insight.health.layer_names import by_unit
from nnscope.insight.health.measure import Measure, single
from nnscope.program.data import inputs, targets


def non_finite(moment: Moment) -> Iterator[Measure]:
    """Find the first name, in the order of the program, with a cell that is nan or inf."""
    found = _first_broken(_in_order(moment))
    if found is not None:  # blame the data before what was computed from it
        name, value = _first_broken(_constants(moment)) or found
        broken = np.argwhere(~np.isfinite(value))
        yield single(name, len(broken), tuple(broken[0].tolist()))


def feature_scales(moment: Moment) -> Iterator[Measure]:
    """Compare the largest absolute values of the features; one that is always 0 does not count."""
    name = inputs(moment.frame.program)
    value = moment.value(name)
    if value is None:
        return
    features = by_unit(value, moment.layers[0].layer.units_axis)
    if features.shape[1] < 2:  # one example says nothing about a scale
        return
    sizes = np.abs(features).max(axis=1)
    used = sizes[sizes > 0]
    if len(used) > 1:
        yield single(name, float(used.max() / used.min()))


def class_share(moment: Moment) -> Iterator[Measure]:
    """Give each class its share of the examples, where the targets are classes."""
    program = moment.frame.program
    name = targets(program) if program.notes.guess is not None else ""
    value = moment.value(name)
    if value is None:
        return
    classes = by_unit(value, moment.layers[-1].layer.units_axis)
    if classes.shape[1] < 2 or not np.isin(classes, (0, 1)).all():
        return
    shares = classes.mean(axis=1)
    if len(shares) == 1:  # one output says yes or no: both are classes
        shares = np.array([1 - shares[0], shares[0]])
    yield Measure(name, shares, "class")


def improbable(moment: Moment) -> Iterator[Measure]:
    """Count the outputs that are no probabilities, where the line of the cost takes logarithms."""
    program = moment.frame.program
    if not moment.layers:
        return
    name = moment.layers[-1].activation
    cost = program.lines[program.line_of[program.cost]].expression if program.cost else Number(0)
    takes_logs = any(isinstance(node, Call) and row_of(node).call is np.log for node in walk(cost))
    outputs = moment.value(name) if takes_logs else None
    if outputs is not None:
        outside = np.argwhere((outputs < 0) | (outputs > 1))
        yield single(name, len(outside), tuple(outside[0].tolist()) if len(outside) else ())


def start_cost(moment: Moment) -> Iterator[Measure]:
    """Compare the very first cost with that of a network that only guesses."""
    program, costs = moment.frame.program, moment.costs
    expected = program.notes.guess
    if moment.iteration or not len(costs) or not expected:  # 0: among one class nothing to guess
        return
    if expected > 0:
        ratio = float(costs[0]) / expected
        yield single(program.cost, max(ratio, 1 / ratio) if ratio > 0 else np.inf)


def _in_order(moment: Moment) -> Iterator[tuple[str, Array]]:
    """Yield what an iteration starts from, then the value of each line that it has run."""
    frame = moment.frame
    fed = frame.program.feed.names if frame.program.feed else ()
    for name in (*frame.program.carried, *fed):
        start = moment.start(name)
        if start is not None:
            yield name, start
    for line in frame.program.lines:
        value = moment.value(line.target)
        if value is not None:
            yield frame.program.before.get(line.target, line.target), value


def _constants(moment: Moment) -> Iterator[tuple[str, Array]]:
    program = moment.frame.program
    for name in program.start:
        if name not in program.parameters and name not in program.carried:
            yield name, np.asarray(moment.frame.values[name], dtype=np.float64)


def _first_broken(named: Iterator[tuple[str, Array]]) -> tuple[str, Array] | None:
    # a sum is quick, and not finite if any cell is not; where it alone overflows, look closer
    return next(
        (each for each in named
         if not np.isfinite(each[1].sum()) and not np.isfinite(each[1]).all()), None
    )  # fmt: skip
