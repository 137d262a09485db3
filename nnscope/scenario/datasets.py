"""Named data sets that need no file: one entry each.

Each gives its inputs with an example a row, and its labels as a column of numbers; the loader turns
both for column notation.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

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


DATASETS: dict[str, Callable[[Stream], tuple[Array, Array]]] = {
    "xor": xor,
    "flower": flower,
    "spiral": spiral,
}
