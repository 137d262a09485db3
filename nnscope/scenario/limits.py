"""How large an array may be."""

import math

from nnscope.scenario.errors import wrong
from nnscope.scenario.random import Sizes

MAXIMUM_CELLS = 10**8
MAXIMUM_LINES = 1000  # that are written out; each is looked at beside every other


def check_size(shape: Sizes, where: str, what: str = "") -> None:
    """Raise `ScenarioError` for more cells than fit; an empty axis counts as one.

    `what` begins the message where `where` does not say what is meant.
    """
    cells = math.prod(max(size, 1) for size in shape)
    if cells > MAXIMUM_CELLS:
        raise wrong(where, f"{what}{cells:,} cells; the most is {MAXIMUM_CELLS:,}")
