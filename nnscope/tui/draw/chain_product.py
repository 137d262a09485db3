"""A gradient as a product of factors, and as a path from the cost down through the network."""

from collections.abc import Sequence

from nnscope.engine.frame import Frame
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


def product(frame: Frame, name: str, chain: tuple[Factor, ...], width: int) -> list[Text]:
    """Write the product of the factors, and under each its number where it is a single one."""
    whole = f"∂{frame.program.spelled(frame.program.cost)}/∂{named(frame, name)}"
    heads = [symbol(frame, factor) for factor in chain]
    literal = literal_product(frame, chain)
    if literal is None:
        return [[bold(text)] for text in _wrapped(f"{whole} = ", heads, " · ", width)]
    numbers = [short(number) for number in literal[0]]
    columns = [max(len(a), len(b)) for a, b in zip(heads, numbers, strict=True)]
    tops = [f"{text:^{size}}" for text, size in zip(heads, columns, strict=True)]
    unders = [f"{text:^{size}}" for text, size in zip(numbers, columns, strict=True)]
    indent = " " * len(whole)
    above = _wrapped(f"{whole} = ", tops, " · ", width)
    below = _wrapped(f"{indent} = ", unders, " · ", width)
    pairs = [text for pair in zip(above, below, strict=True) for text in pair]
    return [[bold(text)] for text in (*pairs, f"{indent} = {short(literal[1])}")]


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
