"""Measuring what goes in and what comes out: data, targets, the first cost, broken numbers."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.evaluate import evaluate
from nnscope.expression.syntax import Call, Number, walk
from nnscope.expression.table import row_of
from nnscope.insight.measure import Measure, single
from nnscope.insight.moment import Array, Moment
from nnscope.program.backward import choose_loss
from nnscope.program.layers import fill


def non_finite(moment: Moment) -> Iterator[Measure]:
    """Find the first name, in the order of the program, with a cell that is nan or inf."""
    found = _first_broken(_in_order(moment))
    if found is not None:  # blame the data before what was computed from it
        name, value = _first_broken(_constants(moment)) or found
        broken = np.argwhere(~np.isfinite(value))
        yield single(name, len(broken), tuple(broken[0].tolist()))


def feature_scales(moment: Moment) -> Iterator[Measure]:
    """Compare the largest absolute values of the features; one that is always 0 does not count."""
    inputs = moment.units(moment.frame.program.scenario.names.input)
    if inputs is None or inputs.shape[1] < 2:  # one example says nothing about a scale
        return
    sizes = np.abs(inputs).max(axis=1)
    used = sizes[sizes > 0]
    if len(used) > 1:
        yield single(moment.frame.program.scenario.names.input, float(used.max() / used.min()))


def class_share(moment: Moment) -> Iterator[Measure]:
    """Give each class its share of the examples, where the targets are classes."""
    scenario = moment.frame.program.scenario
    loss = choose_loss(scenario.loss) if scenario.loss else None
    targets = moment.units(scenario.names.target) if loss and loss.guess else None
    if targets is None or targets.shape[1] < 2 or not np.isin(targets, (0, 1)).all():
        return
    shares = targets.mean(axis=1)
    if len(shares) == 1:  # one output says yes or no: both are classes
        shares = np.array([1 - shares[0], shares[0]])
    yield Measure(scenario.names.target, shares, "class")


def improbable(moment: Moment) -> Iterator[Measure]:
    """Count the outputs that are no probabilities, where the line of the cost takes logarithms."""
    program, name = moment.frame.program, moment.layers[-1].activation
    cost = program.lines[program.line_of[program.cost]].expression if program.cost else Number(0)
    takes_logs = any(isinstance(node, Call) and row_of(node).call is np.log for node in walk(cost))
    outputs = moment.value(name) if takes_logs else None
    if outputs is not None:
        outside = np.argwhere((outputs < 0) | (outputs > 1))
        yield single(name, len(outside), tuple(outside[0].tolist()) if len(outside) else ())


def start_cost(moment: Moment) -> Iterator[Measure]:
    """Compare the very first cost with that of a network that only guesses."""
    program, costs = moment.frame.program, moment.costs
    table = program.scenario.loss
    guess = choose_loss(table).guess if table else ""
    if moment.iteration or not len(costs) or not guess:
        return
    outputs = Number(program.scenario.layers[-1].units)
    expected = evaluate(fill(guess, K=outputs), {})
    if float(expected) > 0:  # among one class there is nothing to guess
        ratio = float(costs[0]) / float(expected)
        yield single(program.cost, max(ratio, 1 / ratio) if ratio > 0 else np.inf)


def _in_order(moment: Moment) -> Iterator[tuple[str, Array]]:
    """Yield what an iteration starts from, then the value of each line that it has run."""
    frame = moment.frame
    for name in frame.starts:
        start = moment.start(name)
        if start is not None:
            yield name, start
    for line in frame.program.lines:
        value = moment.value(line.target)
        if value is not None:
            yield line.target, value


def _constants(moment: Moment) -> Iterator[tuple[str, Array]]:
    for name, value in moment.frame.program.constants.items():
        yield name, np.asarray(value, dtype=np.float64)


def _first_broken(named: Iterator[tuple[str, Array]]) -> tuple[str, Array] | None:
    # a sum is quick, and not finite if any cell is not; where it alone overflows, look closer
    return next(
        (each for each in named
         if not np.isfinite(each[1].sum()) and not np.isfinite(each[1]).all()), None
    )  # fmt: skip
