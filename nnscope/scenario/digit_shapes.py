"""The ten digits as small bitmaps of nnscope's own: six rows of four pixels each."""

import numpy as np
from numpy.typing import NDArray

_ROWS = """
.##.  ..#.  .##.  .##.  ...#  ####  .##.  ####  .##.  .##.
#..#  .##.  #..#  #..#  ..##  #...  #...  ...#  #..#  #..#
#..#  ..#.  ...#  ..#.  .#.#  ###.  ###.  ..#.  .##.  #..#
#..#  ..#.  ..#.  ...#  ####  ...#  #..#  ..#.  #..#  .###
#..#  ..#.  .#..  #..#  ...#  ...#  #..#  .#..  #..#  ...#
.##.  .###  ####  .##.  ...#  ###.  .##.  .#..  .##.  .##.
"""


def digit_shapes() -> NDArray[np.float64]:
    """Give the digits from 0 to 9, shape (10, 6, 4): 1 where there is ink, else 0."""
    rows = [line.split() for line in _ROWS.split("\n") if line]
    drawn = [[[float(sign == "#") for sign in row[digit]] for row in rows] for digit in range(10)]
    return np.array(drawn)
