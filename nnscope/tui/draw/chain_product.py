"""A gradient as a product of factors, and as a path from the cost down through the network."""

from collections.abc import Sequence

from nnscope.engine.frame import Frame
from nnscope.insight.chain.at_cell import PathNumbers
from nnscope.insight.chain.factors import Factor, Progress, literal_product
from nnscope.insight.numbers import short
from nnscope.tui.draw.text import Part, Text, bold, dim

_ARROWS = {Progress.DONE: " ─✓→ ", Progress.NOW: " NOW→ ", Progress.TO_COME: " ┄┄→ "}


def symbol(frame: Frame, factor: Factor) -> str:
    """Write a factor as mathematics: `∂A₂/∂Z₂`."""
    return f"∂{named(frame, factor.link.above)}/∂{named(frame, factor.link.below)}"


def named(frame: Frame, name: str) -> str:
    """Write a name as mathematics."""
    program = frame.program
    return program.symbols.get(name) or program.called.get(name, name)


def product(
    frame: Frame,
    name: str,
    chain: tuple[Factor, ...],
    width: int,
    at_cell: PathNumbers | None = None,
) -> list[Text]:
    """Write the product of the factors, and under each its number.

    Of matrices these are the numbers `at_cell`, of the largest path to one cell, if it is known.
    """
    whole = f"∂{frame.program.spelled(frame.program.cost)}/∂{named(frame, name)}"
    heads = [symbol(frame, factor) for factor in chain]
    literal = literal_product(frame, chain)
    if literal is not None:
        return _with_numbers(whole, heads, *literal, "", width)
    if at_cell is not None and len(at_cell.numbers) == len(chain):
        told = f" on the largest path to {at_cell.cell}"
        return _with_numbers(whole, heads, at_cell.numbers, at_cell.product, told, width)
    return [[bold(text)] for text in _wrapped(f"{whole} = ", heads, " · ", width)]


def _with_numbers(
    whole: str,
    heads: Sequence[str],
    numbers: Sequence[float],
    result: float,
    told: str,
    width: int,
) -> list[Text]:
    """Write factors with their numbers below them, and what these make."""
    texts = [short(number) for number in numbers]
    columns = [max(len(a), len(b)) for a, b in zip(heads, texts, strict=True)]
    tops = [f"{text:^{size}}" for text, size in zip(heads, columns, strict=True)]
    unders = [f"{text:^{size}}" for text, size in zip(texts, columns, strict=True)]
    indent = " " * len(whole)
    above = _wrapped(f"{whole} = ", tops, " · ", width)
    below = _wrapped(f"{indent} = ", unders, " · ", width)
    pairs = [text for pair in zip(above, below, strict=True) for text in pair]
    return [[bold(text)] for text in (*pairs, f"{indent} = {short(result)}{told}")]


def path(frame: Frame, chain: Sequence[Factor], width: int) -> list[Text]:
    """Draw the way of the gradient; the arrows tell what is done, what is now and what comes."""
    rows: list[list[Part]] = [[f"{named(frame, chain[0].link.above)}"]]
    used = len(named(frame, chain[0].link.above))
    for factor in chain:
        progress = factor.progress(frame.index)
        arrow, below = _ARROWS[progress], named(frame, factor.link.below)
        if used + len(arrow) + len(below) > width:
            rows.append([" "])
            used = 1
        style = bold if progress is Progress.NOW else dim
        rows[-1] += [style(arrow), below]
        used += len(arrow) + len(below)
    return [*rows]


def _wrapped(head: str, parts: Sequence[str], joint: str, width: int) -> list[str]:
    """Break a long product before its dots."""
    lines, line = [], head + parts[0]
    for part in parts[1:]:
        if len(line) + len(joint) + len(part) > width:
            lines.append(line)
            line = " " * (len(head) - len(joint)) + joint + part
        else:
            line += joint + part
    return [*lines, line]
