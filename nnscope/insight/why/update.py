"""A line of the update: which way it goes, how far, and what that does to the cost."""

from collections.abc import Iterator

import numpy as np

from nnscope.insight.numbers import short
from nnscope.insight.why.reason import Asked, Reason, axes, worked


def update(asked: Asked) -> Iterator[Reason]:
    """Explain what only the next iteration reads."""
    shape = asked.program.shapes[asked.line.target]
    yield Reason(
        f"shape {axes(shape)}",
        ("An update goes cell by cell, so what it reads has this shape, or is one number.",),
    )
    told = worked(asked, asked.line.expression, asked.cell)
    yield Reason("one cell", (f"{asked.place(asked.line.target)} becomes {told}.",))
    yield from _direction(asked)


def _direction(asked: Asked) -> Iterator[Reason]:
    """Say which way a parameter moves, against its slope, and by how much the cost should fall."""
    before = asked.program.before.get(asked.line.target, "")
    gradient = next((line.target for line in asked.program.lines if line.gradient_of == before), "")
    if not before or not gradient:
        return
    move = np.asarray(asked.frame.values[asked.line.target]) - np.asarray(
        asked.frame.values[before]
    )
    slope = np.asarray(asked.frame.values[gradient], dtype=np.float64)
    if move.shape != slope.shape:
        return
    cell, cost = asked.cell, asked.name(asked.program.cost) if asked.program.cost else "the cost"
    grows = "grows" if float(slope[cell]) > 0 else "falls"
    way = "down" if float(move[cell]) < 0 else "up"
    change = float(np.sum(move * slope))
    yield Reason(
        "why minus",
        (f"{asked.place(gradient, cell)} = {short(float(slope[cell]))}: {cost} {grows} when "
         f"{asked.place(before, cell)} grows, so it goes {way}, by {short(float(move[cell]))}.",
         f"All cells together: to first order {cost} changes by {short(change)} (the sum of step "
         "times slope)."),
    )  # fmt: skip
