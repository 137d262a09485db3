"""The cost: a curve over the iterations, with its value here, its ends and our place on it."""

from collections.abc import Sequence

import numpy as np

from nnscope.insight.numbers import short
from nnscope.program.model import Phase
from nnscope.tui.pane import Pane, Text, bold, dim
from nnscope.tui.plot import curve
from nnscope.tui.style import phase
from nnscope.tui.view import View


class CostPane(Pane):
    """The cost of every iteration that was reached, as a line of braille dots."""

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Draw the curve with the smallest and the largest cost beside it."""
        frame = view.frame
        name = frame.program.cost
        if not name:
            return [[dim("This program has no loss: it runs forwards only.")]]
        costs = frame.costs
        if not len(costs):
            return [[f"{name} is not known yet: run the loss line."]]
        finite = costs[np.isfinite(costs)]
        here = "?" if frame.cost is None else short(frame.cost)
        scale = "log scale" if view.logarithmic else "linear"
        rows: list[Text] = [
            [bold(f"{name} = {here}"), dim(f"  at iteration {frame.iteration}, {scale}")]
        ]
        if not len(finite):
            return [*rows, ["Every cost so far is nan or inf."]]
        low, high = float(finite.min()), float(finite.max())
        label = max(len(short(low)), len(short(high)))
        room = max(4, width - label - 1)
        drawn = curve(costs, room, max(1, height - 3), view.logarithmic)
        for row, text in enumerate(drawn):
            edge = short(high) if row == 0 else short(low) if row == len(drawn) - 1 else ""
            rows.append([dim(f"{edge:>{label}} "), (text, phase(Phase.LOSS, self.dark))])
        return [*rows, *_axis(frame.iteration, len(costs), room, label)]


def _axis(iteration: int, known: int, room: int, indent: int) -> list[Text]:
    """Point at our place on the curve, and name the iterations at its ends."""
    place = 0 if known < 2 else min(room - 1, iteration * (room - 1) // (known - 1))
    margin = " " * (indent + 1)
    ends = f"0{known - 1:>{room - 1}}" if known > 1 else "0"
    return [[margin, " " * place, bold("▲")], [margin, dim(ends)]]
