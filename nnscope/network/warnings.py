"""What is doubtful in a scenario though it can run: told once, where the scenario is loaded."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.network.activations import Activation
from nnscope.network.backward import choose_loss
from nnscope.network.layers import Dense
from nnscope.network.losses import Loss
from nnscope.program.model import Line, Program
from nnscope.scenario.model import Scenario

_ROUNDING = 1e-6  # targets may be printed with few digits


def warnings(scenario: Scenario, output: Dense, program: Program) -> Iterator[str]:
    """Yield what does not go together, each beginning with its place in the file.

    `output` is the last layer. Lines that the scenario has of its own are left alone: what they
    mean is not known.
    """
    if scenario.loss is None:
        return
    own = {line.target for line in program.lines if line.because}
    if own.isdisjoint({output.names.activation, output.names.pre_activation, program.cost}):
        for told in _of_outputs(choose_loss(scenario.loss), output):
            if scenario.training is not None or not _are_probabilities(program, output):
                yield f"[loss], name: {told}"
    if any(_leans_on_the_sum(line, output) for line in program.lines):
        yield from _of_targets(scenario, output)


def _of_outputs(loss: Loss, output: Dense) -> Iterator[str]:
    """Say that a loss of probabilities is given an output that is none."""
    name, activation = output.layer.activation.name, output.activation
    if loss.probabilities and not (activation.least >= 0 and activation.most <= 1):
        yield (
            f"{loss.name} takes outputs between 0 and 1, but those of {name} "
            f"{_range(activation)}: the cost can become nan. End with "
            f"{next(iter(loss.combined))}"
        )
    elif loss.probabilities == "each" and activation.sums_to_one:
        yield (
            f"{loss.name} takes each output as a yes or no of its own, but those of {name} sum "
            "to 1, and a single one is always 1. End with sigmoid, or take softmax_cross_entropy"
        )


def _are_probabilities(program: Program, output: Dense) -> bool:
    """Tell whether outputs that may be anything lie between 0 and 1 in the one pass there is.

    Printed outputs of another network may stand in the data. It is looked at only where something
    else would be said.
    """
    values = dict(program.start)
    try:
        for line in program.lines[: program.line_of[output.names.activation] + 1]:
            values[line.target] = evaluate(line.expression, values)
    except ExpressionError:  # told when the line is run
        return True
    found = np.asarray(values[output.names.activation])
    is_any = not output.activation.sums_to_one
    return is_any and bool(np.all((found >= 0) & (found <= 1)))


def _range(activation: Activation) -> str:
    """Say where the values of an activation lie."""
    if activation.most < np.inf:
        return f"lie between {activation.least:g} and {activation.most:g}"
    return "can be any number" + (" from 0 up" if activation.least == 0 else "")


def _leans_on_the_sum(line: Line, output: Dense) -> bool:
    """Tell whether a line is the short form of a gradient that needs targets that sum to 1."""
    is_short = bool(line.note) and not line.because
    is_output = line.gradient_of == output.names.pre_activation
    return is_short and is_output and output.activation.sums_to_one


def _of_targets(scenario: Scenario, output: Dense) -> Iterator[str]:
    """Say which example has targets that do not sum to 1."""
    name, gradient = scenario.names.target, output.notation.gradient(output.names.pre_activation)
    targets = np.asarray(scenario.data[name], dtype=np.float64)
    sums = np.atleast_1d(np.sum(targets, axis=output.layout.units_axis))
    off = np.flatnonzero(~(np.abs(sums - 1) <= _ROUNDING))
    if len(off):
        others = f" (and of {len(off) - 1} more)" if len(off) > 1 else ""
        yield (
            f"[data], {name}: the targets of example {off[0]}{others} sum to "
            f"{sums[off[0]]:.6g}, not to 1, so {gradient} is not the gradient of the cost. Mend "
            f'{name}, or write gradient = "chained" under [loss]'
        )
