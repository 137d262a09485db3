"""A line of the forward pass or the loss: what it computes, and what comes back through it."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.operation import Kind
from nnscope.expression.shapes import sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name, Number, children, names, walk
from nnscope.expression.table import row_of
from nnscope.insight.chain.factors import Factor, uses
from nnscope.insight.explain.cells import stretched
from nnscope.insight.line.phrase import local_words
from nnscope.insight.line.shape_fit import fit
from nnscope.insight.why.reason import Asked, Reason, along, axes, plain, worked
from nnscope.insight.why.slope import slope_reason
from nnscope.program.model import Phase


def forward(asked: Asked) -> Iterator[Reason]:
    """Explain a line by its shapes, by a cell, and by what comes back through it."""
    yield _shapes(asked)
    yield _cell(asked)
    if asked.line.phase is Phase.LOSS:
        yield from _mean(asked)
    for factor in uses(asked.program, asked.line.target):
        yield _backwards(asked, factor)


def _shapes(asked: Asked) -> Reason:
    shape = asked.program.shapes[asked.line.target]
    text = [f"{fit(asked.line.expression, asked.program.shapes)} = {axes(shape)}."]
    text += [told for node in walk(asked.line.expression) for told in _inner(asked, node)]
    text += _stretched(asked)
    return Reason(f"shape {axes(shape)}", tuple(text))


def _inner(asked: Asked, node: Expression) -> Iterator[str]:
    """Say of a product which pair of axes meets and goes away."""
    if isinstance(node, Name | Number) or row_of(node).kind is not Kind.PRODUCT:
        return
    left, right = (asked.shape(operand) for operand in children(node))
    if len(left) == len(right) == 2:
        yield (f"{source(node)}: {plain(left)} @ {plain(right)}, the inner pair {left[1].size} is "
               "equal and goes away: each cell is a row times a column.")  # fmt: skip


def _stretched(asked: Asked) -> Iterator[str]:
    """Say which values are used along an axis again and again."""
    whole = asked.program.shapes[asked.line.target]
    full = sizes(whole)
    for name in names(asked.line.expression):
        shape = sizes(asked.program.shapes[name])
        if shape and len(shape) <= len(full) and _is_added(shape, full):
            words = " and ".join(along(whole, axis) for axis in stretched(shape, full))
            yield f"{asked.name(name)} {shape} is the same for {words}: broadcast."


def _is_added(shape: tuple[int, ...], whole: tuple[int, ...]) -> bool:
    """Tell whether a shape broadcasts to another that is larger."""
    try:
        return shape != whole and np.broadcast_shapes(shape, whole) == whole
    except ValueError:
        return False


def _cell(asked: Asked) -> Reason:
    told = worked(asked, asked.line.expression, asked.cell)
    text = f"{asked.place(asked.line.target)} = {told}. s computes it step by step."
    return Reason("one cell", (text,))


def _mean(asked: Asked) -> Iterator[Reason]:
    """Say why a cost divides by the number of examples."""
    counts = [name for name in asked.program.notes.counts if name in names(asked.line.expression)]
    for name in counts:
        yield Reason(
            f"why / {name}",
            (f"A mean over the {name} examples: so the cost, and with it the size of a step, does "
             f"not grow with the number of examples. In the backward pass the same 1/{name} comes "
             "back, once.",),
        )  # fmt: skip


def _backwards(asked: Asked, factor: Factor) -> Reason:
    """Say which factor of the chain rule a line gives, where, and why."""
    link, back = factor.link, asked.program.lines[factor.backward]
    local = local_words(link.local, source)
    head = f"{asked.fraction(link.above, link.below)} = {local}"
    used = f"Line {factor.backward + 1} multiplies it in: {back.text}."
    shapes = (sizes(asked.program.shapes[name]) for name in (link.above, link.below))
    if len({*shapes}) == 1 and not _is_matrix_product(asked):
        reason = slope_reason(asked, link, asked.cell)
        return Reason(reason.head, (*reason.text[1:], used))
    return Reason(head, (f"{used} W on that line derives it.",))


def _is_matrix_product(asked: Asked) -> bool:
    nodes = (node for node in walk(asked.line.expression) if not isinstance(node, Name | Number))
    return any(row_of(node).kind is Kind.PRODUCT for node in nodes)
