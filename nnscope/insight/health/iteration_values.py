"""One look at a frame that never mixes two iterations: what this one has computed, or the last."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.engine.frame import Frame
from nnscope.insight.health.layer_names import LayerNames, stack

Array = NDArray[np.float64]


class Moment(Struct, frozen=True, eq=False):
    """The values of one iteration as far as a frame has them.

    By default it is the frame's own iteration: names whose line has not run are not there. A
    `past` moment is the iteration before: only names that this iteration has not computed yet are.
    """

    frame: Frame
    past: bool = False

    @property
    def iteration(self) -> int:
        """The iteration that the values belong to; -1 for the past of the first one."""
        return self.frame.iteration - self.past

    @property
    def layers(self) -> tuple[LayerNames, ...]:
        """The layers of the program."""
        return stack(self.frame.program)

    @property
    def costs(self) -> Array:
        """The costs up to this moment's own, of shape (iterations,); empty where that is not known.

        What was run before and lies ahead does not count: a moment is the same whichever way it was
        reached.
        """
        name = self.frame.program.cost
        if not name or self.iteration < 0 or not self._has(name):
            return np.empty(0)
        return self.frame.costs[: self.iteration + 1]

    def value(self, name: str) -> Array | None:
        """Give a value that a line has computed, or data; None where it is not there."""
        if not name or not self._has(name):
            return None
        return np.asarray(self.frame.values[name], dtype=np.float64)

    def start(self, name: str) -> Array | None:
        """Give what an iteration starts from; None for the past, where that is forgotten."""
        program = self.frame.program
        changes = name in program.carried or (program.feed and name in program.feed.names)
        kept = None if self.past and changes else self.frame.values.get(name)
        return None if kept is None else np.asarray(kept, dtype=np.float64)

    def updated(self, name: str) -> Array | None:
        """Give what a carried value has become in this iteration; None where it is not there."""
        return self.value(self.frame.program.carried.get(name, ""))

    def _has(self, name: str) -> bool:
        line = self.frame.program.line_of.get(name)
        if line is None:
            feed = self.frame.program.feed
            is_other = self.past and feed is not None and name in feed.names
            return name in self.frame.values and not is_other
        if not self.past:
            return line <= self.frame.index
        return line > self.frame.index and self.iteration >= 0 and name in self.frame.values
