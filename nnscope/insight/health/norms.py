"""How long the gradients, activations and steps of each layer are, and how that went so far."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nnscope.engine.frame import Frame
from nnscope.expression.syntax import Binary, Call, Expression, Name, Number
from nnscope.insight.health.iteration_values import Moment
from nnscope.insight.health.layer_names import stack
from nnscope.insight.health.layers import norm, step_ratio
from nnscope.program.model import Program

Norms = NDArray[np.float64]

GRADIENT, ACTIVATION, STEP = range(3)
"""The columns of a layer's norms: |dW|, |A| and |ΔW| / |W|."""

_WEIGHT = 3  # of what is sampled, the column of |W|


def layer_norms(moment: Moment) -> Norms:
    """Give the norms of a moment, of shape (layers, 3); nan for what has not been computed.

    A norm is the root of the sum of squares (Frobenius).
    """
    found = np.full((len(moment.layers), 3), np.nan)
    with np.errstate(all="ignore"):
        for row, layer in zip(found, moment.layers, strict=True):
            for column, name in ((GRADIENT, layer.weight_gradient), (ACTIVATION, layer.activation)):
                value = moment.value(name)
                if value is not None:
                    row[column] = norm(value)
            row[STEP] = step_ratio(moment, layer)
    return found


def squares(program: Program) -> tuple[Expression, ...]:
    """List what a run samples: sums of squares, of which `sampled_norms` makes norms.

    For each layer there are those of dW, A, ΔW and W, the step being what the update computes less
    the weights; those that the program does not have are left out.
    """
    return tuple(expression for _, _, expression in _plan(program))


def sampled_norms(program: Program, samples: Norms) -> Norms:
    """Make norms of samples, shape (iterations, 1 + squares): (iterations, layers, 3)."""
    found = np.full((len(samples), len(stack(program)), 4), np.nan)
    with np.errstate(all="ignore"):
        for at, (layer, column, _) in enumerate(_plan(program), 1):
            found[:, layer, column] = np.sqrt(samples[:, at])
        found[..., STEP] /= found[..., _WEIGHT]
    return found[..., :_WEIGHT]


@lru_cache(maxsize=16)
def _plan(program: Program) -> tuple[tuple[int, int, Expression], ...]:
    """List the sums of squares with the layer and the column that each belongs to."""
    found = []
    for number, layer in enumerate(stack(program)):
        weight = Name(layer.weight)
        update = program.line_of.get(program.carried.get(layer.weight, ""))
        parts: dict[int, Expression] = {ACTIVATION: Name(layer.activation)}
        if layer.weight_gradient:
            parts[GRADIENT] = Name(layer.weight_gradient)
        if update is not None:
            parts |= {STEP: Binary("-", program.lines[update].expression, weight), _WEIGHT: weight}
        found += [(number, column, _sum_of_squares(part)) for column, part in parts.items()]
    return tuple(found)


def _sum_of_squares(value: Expression) -> Expression:
    return Call("np.sum", (Binary("**", value, Number(2)),))


def spread(iterations: NDArray[np.int64], norms: Norms, count: int) -> Norms:
    """Give norms at even distances in time, `count` at most: each as it was last known by then."""
    if not len(iterations):
        return norms
    first, last = int(iterations[0]), int(iterations[-1])
    wanted = np.linspace(first, last, min(count, last - first + 1))
    found: Norms = norms[np.searchsorted(iterations, wanted, "right") - 1]
    return found


class NormHistory:
    """The norms of the whole run: sampled by it, and of every iteration that was looked at.

    An iteration that was looked at takes 24 bytes a layer; when there are more than `most` of them,
    every second one goes.
    """

    def __init__(self, most: int = 1024) -> None:
        self._most = max(2, most)
        self._rows: dict[int, Norms] = {}
        self._samples: Norms = np.empty((0, 1))
        self._program: Program | None = None

    def note(self, frame: Frame) -> None:
        """Keep what a frame has of its own iteration, and of the one before where that is new.

        Of iterations with other layers than the first, only what was sampled is known.
        """
        self._samples, self._program = frame.samples, frame.whole
        if stack(frame.program) != stack(frame.whole):
            return
        self._merge(Moment(frame))
        if frame.iteration and frame.iteration - 1 not in self._rows:
            self._merge(Moment(frame, past=True))
        if len(self._rows) > self._most:
            self._thin(frame.iteration)

    def known(self) -> tuple[NDArray[np.int64], Norms]:
        """Give everything that is known: the iterations in order, and their norms.

        The norms have the shape (iterations, layers, 3), with nan for what is not known.
        """
        looked_at = np.array(sorted(self._rows), dtype=np.int64)
        sampled = self._samples[:, 0].astype(np.int64)
        if self._program is None or not len(looked_at) + len(sampled):
            return looked_at, np.empty((0, 0, 3))
        iterations = np.union1d(looked_at, sampled)
        found = np.full((len(iterations), len(stack(self._program)), 3), np.nan)
        if self._samples.shape[1] > 1:
            norms = sampled_norms(self._program, self._samples)
            found[np.searchsorted(iterations, sampled)] = norms
        for place, at in zip(np.searchsorted(iterations, looked_at), looked_at, strict=True):
            row = self._rows[int(at)]
            found[place] = np.where(np.isnan(row), found[place], row)
        return iterations, found

    def at(self, iteration: int) -> Norms | None:
        """Give the norms of an iteration, of shape (layers, 3), if it was looked at."""
        return self._rows.get(iteration)

    def _merge(self, moment: Moment) -> None:
        row = layer_norms(moment)
        if np.isnan(row).all():
            return
        known = self._rows.get(moment.iteration)
        # what was seen of an iteration stays when a step back takes it off the screen
        self._rows[moment.iteration] = row if known is None else np.where(np.isnan(row), known, row)

    def _thin(self, here: int) -> None:
        kept = {*sorted(self._rows)[::2], here}
        self._rows = {at: row for at, row in self._rows.items() if at in kept}
