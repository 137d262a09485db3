"""Why a gradient is summed: what was used again and again adds its effects up."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.shapes import sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.insight.why.reason import Asked, Reason, along, plain, worked
from nnscope.program.links import Link


def stretched_axes(asked: Asked, link: Link) -> tuple[int, ...]:
    """List the axes of a value along which a factor of the chain rule was broadcast to it."""
    own, whole = (sizes(asked.program.shapes[name]) for name in (link.below, link.above))
    lacking = len(whole) - len(own)
    if lacking < 0:
        return ()
    return tuple(axis for axis, size in enumerate(whole)
                 if size > 1 and (axis < lacking or own[axis - lacking] == 1))  # fmt: skip


def sum_reason(asked: Asked, link: Link, gradient: Expression) -> Reason:
    """Say why a gradient is a sum along the axes that were stretched, and why they are kept."""
    whole = asked.program.shapes[link.above]
    axes = stretched_axes(asked, link)
    words = " and ".join(along(whole, axis) for axis in axes)
    name, above = asked.name(link.below), asked.name(link.above)
    cell = asked.cell_in(link.below)
    copies = int(np.prod([whole[axis].size for axis in axes]))
    text = [
        f"{name} {plain(asked.program.shapes[link.below])} is used for every cell of {above} "
        f"{plain(whole)} along {words}: {asked.place(link.below, cell)} is used {copies} times "
        "(broadcast). To move it moves all of these at once, so their slopes are added up."
    ]
    place = f" at {list(cell)}" if cell else ""
    if asked.is_known(gradient):
        text.append(f"Here: {source(gradient)}{place} is {worked(asked, gradient, cell)}.")
    return Reason(f"why a sum over {words}", (*text, *without_keepdims(asked, link, axes)))


def without_keepdims(asked: Asked, link: Link, axes: tuple[int, ...]) -> Iterator[str]:
    """Say what becomes of the update where a sum drops the axis that it runs over."""
    own, whole = sizes(asked.program.shapes[link.below]), sizes(asked.program.shapes[link.above])
    if len(own) != len(whole) or not own:
        return
    dropped = tuple(size for axis, size in enumerate(whole) if axis not in axes)
    name = asked.name(link.below)
    together = np.broadcast_shapes(own, dropped)
    told = (
        f"Without keepdims=True the sum has the shape {dropped}, not {own}. In the update "
        f"{name} minus a step NumPy stretches {own} and {dropped} to {together}"
    )
    if together == own:
        yield f"{told}: the same numbers here, but only because there is a single row."
    else:
        yield f"{told} and says nothing: {name} has another shape from then on."
