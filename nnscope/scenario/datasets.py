"""Named data sets that need no file: one entry each.

Each gives its inputs with an example a row, and its labels as a column of numbers; the loader turns
both for column notation.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnscope.scenario.digit_shapes import digit_shapes
from nnscope.scenario.random import Stream

Array = NDArray[np.float64]


def xor(_stream: Stream) -> tuple[Array, Array]:
    """Give the four cases of exclusive or: inputs (4, 2), labels (4, 1). Nothing is drawn."""
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return inputs, np.array([[0.0], [1.0], [1.0], [0.0]])


def flower(stream: Stream) -> tuple[Array, Array]:
    """Draw two classes of 200 points on the petals of a flower: inputs (400, 2), labels (400, 1).

    For label 0, then for 1: `angle = linspace(3.12 * label, 3.12 * (label + 1), 200) +
    0.2 * randn(200)`, then `radius = 4 * sin(4 * angle) + 0.2 * randn(200)`; a point is
    `(radius * sin(angle), radius * cos(angle))`. The recipe is that of the planar data exercise of
    the course "Neural Networks and Deep Learning" (deeplearning.ai, week 3).
    """
    points = []
    for label in (0, 1):
        turn = np.linspace(label * 3.12, (label + 1) * 3.12, 200)
        angle = turn + stream.randn((200,)) * 0.2
        radius = 4 * np.sin(4 * angle) + stream.randn((200,)) * 0.2
        points.append(np.c_[radius * np.sin(angle), radius * np.cos(angle)])
    return np.concatenate(points), np.repeat([[0.0], [1.0]], 200, axis=0)


def spiral(stream: Stream) -> tuple[Array, Array]:
    """Draw three arms of 100 points: inputs (300, 2), labels (300, 1) with 0, 1 and 2.

    For each label: `radius = linspace(0, 1, 100)`, `angle = linspace(4 * label, 4 * (label + 1),
    100) + 0.2 * randn(100)`; a point is `(radius * sin(angle), radius * cos(angle))`. The recipe is
    that of the CS231n notes (Stanford), "Putting it together: minimal neural network case study".
    """
    points = []
    for label in range(3):
        radius = np.linspace(0.0, 1.0, 100)
        angle = np.linspace(label * 4, (label + 1) * 4, 100) + stream.randn((100,)) * 0.2
        points.append(np.c_[radius * np.sin(angle), radius * np.cos(angle)])
    return np.concatenate(points), np.repeat([[0.0], [1.0], [2.0]], 100, axis=0)


def digits(stream: Stream) -> tuple[Array, Array]:
    """Draw 200 pictures of digits, 8 x 8 pixels: inputs (200, 64), labels (200, 1) with 0 to 9.

    Picture i is the digit i % 10 of nnscope's own bitmaps, 6 x 4 pixels. `integers(0, 3, (200, 2))`
    says how many rows and columns it is shifted, `0.1 * randn(200, 64)` is added, and what is below
    0 or above 1 is cut off. A row has the pixels of a picture, row by row.
    """
    count, shapes = 200, digit_shapes()
    pictures = np.zeros((count, 8, 8))
    for number, (down, right) in enumerate(stream.integers(0, 3, (count, 2)).tolist()):
        pictures[number, down : down + 6, right + 1 : right + 5] = shapes[number % 10]
    noisy = pictures.reshape(count, 64) + 0.1 * stream.randn((count, 64))
    return np.clip(noisy, 0.0, 1.0), np.arange(count, dtype=np.float64)[:, None] % 10


DATASETS: dict[str, Callable[[Stream], tuple[Array, Array]]] = {
    "xor": xor,
    "flower": flower,
    "spiral": spiral,
    "digits": digits,
}
