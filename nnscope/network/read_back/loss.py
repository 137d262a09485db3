"""The loss of a program, and its targets, by what the cost is."""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.parse import parse
from nnscope.network.losses import LOSSES, Loss
from nnscope.network.read_back.layers import Array, Layered, Values
from nnscope.network.read_back.refused import is_near, refused
from nnscope.program.model import Program


class Judged(Struct, frozen=True):
    """The entry of the table that a cost is, and the targets as the notation has them.

    The cost is `scale` times what the table says: that is 1 unless nnscope itself has put it there.
    """

    loss: Loss
    target: str
    targets: Array
    scale: float


def read_loss(program: Program, layered: Layered, points: Sequence[Values]) -> Judged:
    """Find the loss and its targets; raises `ScenarioError` for a cost that is none of the table.

    The targets are data of as many numbers as there are outputs.
    """
    own = np.array([np.reshape(values[program.cost], ()) for values in points])
    is_added = program.is_added(program.lines[program.line_of[program.cost]])
    for is_scaled in (False, True) if is_added else (False,):
        for target, targets in _targets(program, layered):
            for loss in LOSSES:
                costs = np.array([_cost(layered, loss, each, targets) for each in layered.outputs])
                scale = float(own[0] / costs[0]) if is_scaled and costs[0] else 1.0
                if is_near(costs * scale, own):
                    return Judged(loss, target, targets, scale)
    raise refused(program, program.cost, "is not a known loss of the last layer and of data")


def _cost(layered: Layered, loss: Loss, outputs: Array, targets: Array) -> Array:
    values: dict[str, Value] = {"A": outputs, "Y": targets, "m": layered.examples}
    return np.asarray(evaluate(parse(loss.cost), values))


def _targets(program: Program, layered: Layered) -> Iterator[tuple[str, Array]]:
    outputs = layered.outputs[0]
    for name, value in program.start.items():
        data = np.asarray(value, dtype=np.float64)
        if data.size == outputs.size and name not in program.carried:
            is_turned = data.shape == outputs.shape[::-1] != outputs.shape
            yield name, data.T if is_turned else data.reshape(outputs.shape)
