"""The decision boundary of a network with two inputs, and its data."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from nnscope.insight.numbers import short
from nnscope.insight.surface import Surface, surface, why_no_surface
from nnscope.tui.draw.canvas import Canvas
from nnscope.tui.draw.style import group
from nnscope.tui.draw.text import Text, dim, shortened
from nnscope.tui.picture import Picture, Room
from nnscope.tui.view import View

_POINT = "·"  # an example whose target is no class
_PATTERNS = ((0, 0), (2, 4), (1, 4), (2, 1), (1, 2), (4, 4))
"""Dots of a region: one in so many columns and rows; the first region is empty."""


class BoundaryPicture(Picture):
    """The plane of both inputs: regions of dots, the boundary, and a digit for each example."""

    NAME = "boundary"
    TITLE = "decision boundary"
    RANK = 1
    ABOUT = (
        "which class the network gives to every place of its two inputs: each region has its own "
        "pattern of dots, the line between them is the boundary. A digit is the class of an "
        "example, reversed where the network has another one. Outputs that are no class are "
        "divided into bands"
    )

    @staticmethod
    def why_not(view: View) -> str:
        """Two inputs are needed."""
        return why_no_surface(view.frame.program)

    @staticmethod
    def draw(view: View, room: Room) -> Sequence[Text]:
        """Draw the regions, the boundary and the data; below stand the ends of the axes."""
        height = max(1, room.height - 1)
        found = surface(view.frame, 4 * height, 2 * room.width)
        canvas = Canvas(room.width, height)
        _draw_regions(canvas, found.regions, room.dark)
        _draw_points(canvas, found, room.dark)
        return [*canvas.rows(), [dim(shortened(_legend(found), room.width))]]


def _draw_regions(canvas: Canvas, regions: NDArray[np.int_], dark: bool) -> None:
    """Fill each region with its pattern, and draw where two of them meet."""
    rows, columns = np.mgrid[: regions.shape[0], : regions.shape[1]]
    for number in np.unique(regions).tolist():
        across, down = _PATTERNS[number % len(_PATTERNS)]
        is_own = regions == number
        if across:
            is_own &= (columns % across == 0) & (rows % down == 0)
            canvas.points(columns[is_own], rows[is_own], group(number, dark) + Style(dim=True))
    edge = np.zeros(regions.shape, dtype=bool)
    edge[:, 1:] |= regions[:, 1:] != regions[:, :-1]
    edge[1:] |= regions[1:] != regions[:-1]
    canvas.points(columns[edge], rows[edge], Style(bold=True))


def _draw_points(canvas: Canvas, found: Surface, dark: bool) -> None:
    """Write a digit for each example, those in a wrong region last."""
    share = (found.points - found.low[:, None]) / (found.high - found.low)[:, None]
    columns = np.rint(share[0] * (canvas.width - 1)).astype(int).tolist()
    rows = np.rint((1 - share[1]) * (canvas.height - 1)).astype(int).tolist()
    labels = found.labels
    wrong = np.zeros(len(rows), dtype=bool) if labels is None else labels != found.found
    for at in np.argsort(wrong, kind="stable").tolist():
        number = int(found.found[at] if labels is None else labels[at])
        style = group(number, dark) + Style(bold=True, reverse=bool(wrong[at]))
        sign = _POINT if labels is None else str(number % 10)
        canvas.write(columns[at], rows[at], sign, style)


def _legend(found: Surface) -> str:
    told = [f"{name} {short(low, 3)} ... {short(high, 3)}" for name, low, high in
            zip(("→", "↑"), found.low.tolist(), found.high.tolist(), strict=True)]  # fmt: skip
    if found.labels is not None:
        told.insert(0, f"{found.right} of {len(found.labels)} right")
    return "   ".join(told)
