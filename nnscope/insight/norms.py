"""How long the gradients, activations and steps of each layer are, and how that went so far."""

import numpy as np
from numpy.typing import NDArray

from nnscope.engine.model import Frame
from nnscope.insight.health_layers import norm, step_ratio
from nnscope.insight.moment import Moment

GRADIENT, ACTIVATION, STEP = range(3)
"""The columns of a layer's norms: |dW|, |A| and |ΔW| / |W|."""


def layer_norms(moment: Moment) -> NDArray[np.float64]:
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


class NormHistory:
    """The norms of the iterations that were looked at: 24 bytes a layer and iteration.

    When there are more than `most` of them, every second one goes.
    """

    def __init__(self, most: int = 1024) -> None:
        self._most = max(2, most)
        self._rows: dict[int, NDArray[np.float64]] = {}

    def note(self, frame: Frame) -> None:
        """Keep what a frame has of its own iteration, and of the one before where that is new."""
        self._merge(Moment(frame))
        if frame.iteration and frame.iteration - 1 not in self._rows:
            self._merge(Moment(frame, past=True))
        if len(self._rows) > self._most:
            self._thin(frame.iteration)

    @property
    def iterations(self) -> tuple[int, ...]:
        """The iterations that something is known of, in order."""
        return tuple(sorted(self._rows))

    def table(self) -> NDArray[np.float64]:
        """Give everything that is known, of shape (iterations, layers, 3); nan where it is not."""
        return np.array([self._rows[at] for at in self.iterations])

    def at(self, iteration: int) -> NDArray[np.float64] | None:
        """Give the norms of an iteration, of shape (layers, 3), if it was looked at."""
        return self._rows.get(iteration)

    def forget_after(self, iteration: int) -> None:
        """Drop an iteration and all later ones, because the program has changed there."""
        self._rows = {at: row for at, row in self._rows.items() if at < iteration}

    def _merge(self, moment: Moment) -> None:
        row = layer_norms(moment)
        if np.isnan(row).all():
            return
        known = self._rows.get(moment.iteration)
        # what was seen of an iteration stays when a step back takes it off the screen
        self._rows[moment.iteration] = row if known is None else np.where(np.isnan(row), known, row)

    def _thin(self, here: int) -> None:
        kept = {*self.iterations[::2], here}
        self._rows = {at: row for at, row in self._rows.items() if at in kept}
