"""How many cells the arrays of a scenario may have, all of them together."""

import math

from nnscope.limits import CELLS
from nnscope.scenario.errors import wrong
from nnscope.scenario.random import Sizes


class Room:
    """Counts the cells of the arrays that are there, and says before the next one is made."""

    def __init__(self) -> None:
        self._taken = 0

    def check(self, shape: Sizes, where: str, what: str = "") -> None:
        """Raise `ScenarioError` for more cells than fit; an empty axis counts as one.

        `what` begins the message where `where` does not say what is meant.
        """
        cells = math.prod(max(size, 1) for size in shape)
        if cells > CELLS:
            raise wrong(where, f"{what}{cells:,} cells; the most is {CELLS:,}")
        if self._taken + cells > CELLS:
            raise wrong(where, f"{what}{cells:,} cells, and the arrays before it have "
                               f"{self._taken:,}; the most is {CELLS:,} together")  # fmt: skip

    def take(self, cells: int) -> None:
        """Count an array that was made."""
        self._taken += cells
