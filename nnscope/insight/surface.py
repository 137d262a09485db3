"""The outputs of a network over a grid of its two inputs, and where its data lie in it."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.engine.frame import Frame
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value
from nnscope.insight.evaluate import start_at, updates_at
from nnscope.program.data import inputs, targets
from nnscope.program.evaluations import Evaluation, evaluation
from nnscope.program.layers import layers
from nnscope.program.model import Program

Floats = NDArray[np.float64]
Classes = NDArray[np.int_]
BANDS = 6  # of an output that is no class
_MOST_LABELS = 10  # more different targets are no classes
_MARGIN = 0.1  # of the span of the data, on each side


class Surface(Struct, frozen=True, eq=False):
    """What a network says of every place between its data.

    `regions`, shape (rows, columns), has the class of each place of the grid, the first row the
    largest second input. `points`, shape (2, examples), are the data, `labels` and `found` their
    classes as they should be and as the network has them; `labels` are None where targets are no
    classes, or there are none. `low` and `high`, shape (2,), are the ends of the grid.
    """

    regions: Classes
    points: Floats
    labels: Classes | None
    found: Classes
    low: Floats
    high: Floats

    @property
    def right(self) -> int:
        """How many examples are in their class."""
        return int(np.sum(self.labels == self.found)) if self.labels is not None else 0


def why_no_surface(program: Program) -> str:
    """Say why a network has no such surface; empty where it has one."""
    name = inputs(program)
    shape = program.shapes[name] if name else ()
    if len(shape) == 2 and shape[_features_axis(program)].size == 2:
        return ""
    return "A decision boundary needs two inputs, in data that the first layer reads."


def surface(frame: Frame, rows: int, columns: int) -> Surface:
    """Run a network forwards on a grid, with the parameters of a moment.

    Raises `ExpressionError` for what can't be computed on other data.
    """
    program = frame.program
    axis = _features_axis(program)
    low, high = _ends(program)
    points = _turned(np.asarray(frame.values[inputs(program)], dtype=np.float64), axis)
    values = _on_grid(program, rows, columns).values(start_at(frame, updates_at(frame)))
    units_axis = layers(program)[-1].units_axis or 0
    units = _outputs(program, values)
    units = _turned(units, units_axis) if units.ndim == 2 else units[None]
    wanted = _wanted(frame, units_axis)
    labels, classes = _classes(units, wanted)
    # the data of this iteration may be other ones than those behind the grid: the nearest place
    at = np.rint((points - low[:, None]) / (high - low)[:, None] * [[columns - 1], [rows - 1]])
    places = np.clip(at.astype(int), 0, [[columns - 1], [rows - 1]])
    regions = classes.reshape(rows, columns)[::-1]
    found = regions[rows - 1 - places[1], places[0]]
    return Surface(regions, points, labels, found, low, high)


def _outputs(program: Program, values: Mapping[str, Value]) -> Floats:
    """Give what the last layer makes of other data, for which there are no targets."""
    last = layers(program)[-1]
    made = [name for name in (last.activation, last.pre_activation) if name in values]
    if not made:
        name = program.spelled(last.activation)
        raise ExpressionError(f"`{name}` is computed with the targets, and a grid has none")
    return np.asarray(values[made[0]], dtype=np.float64)


def _features_axis(program: Program) -> int:
    return layers(program)[0].units_axis or 0


def _turned(array: Floats, axis: int) -> Floats:
    """Put the axis of features or units first."""
    return array if axis == 0 else array.T


@lru_cache(maxsize=8)
def _ends(program: Program) -> tuple[Floats, Floats]:
    """Give the ends of the grid: those of the data with a margin."""
    points = _turned(np.asarray(program.start[inputs(program)]), _features_axis(program))
    low, high = np.nanmin(points, axis=1), np.nanmax(points, axis=1)
    margin = np.where(high > low, (high - low) * _MARGIN, 1.0)
    return low - margin, high + margin


@lru_cache(maxsize=8)
def _on_grid(program: Program, rows: int, columns: int) -> Evaluation:
    """Prepare the forward pass on a grid, from the smallest to the largest of both inputs."""
    low, high = _ends(program)
    across, up = (np.linspace(low[at], high[at], count) for at, count in ((0, columns), (1, rows)))
    grid = np.stack([np.tile(across, rows), np.repeat(up, columns)])
    data = {inputs(program): _turned(grid, _features_axis(program))}
    target = targets(program)
    return evaluation(program, "grid", data, {}, {target} if target else ())


def _wanted(frame: Frame, units_axis: int) -> Floats | None:
    """Give the targets, shape (units, examples); None where there are none."""
    name = targets(frame.program)
    if not name:
        return None
    value = np.asarray(frame.values[name], dtype=np.float64)
    return _turned(value, units_axis) if value.ndim == 2 else value[None]


def _classes(outputs: Floats, wanted: Floats | None) -> tuple[Classes | None, Classes]:
    """Give the classes of the targets, None where they are none, and those of the outputs.

    Of several units the largest is the class. Of one it is the nearest of the two targets, and
    where there are more, the output is divided into bands.
    """
    if len(outputs) > 1:
        return None if wanted is None else wanted.argmax(axis=0), outputs.argmax(axis=0)
    known = np.array([0.0, 1.0]) if wanted is None else np.unique(wanted)
    if len(known) > _MOST_LABELS or (wanted is None and (outputs.min() < 0 or outputs.max() > 1)):
        low, high = float(outputs.min()), float(outputs.max())
        step = (high - low) / BANDS or 1.0
        return None, np.minimum((outputs[0] - low) // step, BANDS - 1).astype(int)
    between = (known[1:] + known[:-1]) / 2
    labels = None if wanted is None else np.searchsorted(between, wanted[0])
    return labels, np.searchsorted(between, outputs[0])
