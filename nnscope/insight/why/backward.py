"""A line of the backward pass, derived from the forward lines by the chain rule."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import evaluate
from nnscope.expression.jacobian import vector_jacobian
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Number
from nnscope.insight.chain.factors import links
from nnscope.insight.check.late_division import postponed
from nnscope.insight.numbers import short
from nnscope.insight.why.broadcast import stretched_axes, sum_reason
from nnscope.insight.why.division import division_reason
from nnscope.insight.why.product import product_reason, turned_product
from nnscope.insight.why.reason import Asked, Reason, axes
from nnscope.insight.why.slope import slope_reason
from nnscope.program.links import Link

_CLOSE = 1e-6
Cells = NDArray[np.float64]


def backward(asked: Asked) -> Iterator[Reason]:
    """Derive a gradient: its shape, its factors, the sum, the 1/m, and that it all comes out."""
    own = links(asked.program)[asked.frame.index]
    yield _shape(asked)
    if not own:
        yield _unknown(asked)
        return
    yield _chain(asked, own)
    if len(own) > 1 and asked.line.note:
        yield _algebra(asked, own)
    gradient, steps = _put_together(asked, own)
    for link, found in steps:
        yield _factor(asked, link, found)
    division = division_reason(asked)
    if division is not None:
        yield division
    if gradient is not None:
        yield _together(asked, gradient, not _arriving(asked, own[0].above))


def _shape(asked: Asked) -> Reason:
    of, cost = asked.line.gradient_of, asked.program.cost
    shape = asked.program.shapes[of]
    whose = f"{asked.line.spelled} says how {asked.name(cost) if cost else 'the cost'} changes"
    many = int(np.prod([axis.size for axis in shape]))
    each = "its number" if many == 1 else f"each of its {many} cells"
    return Reason(
        f"shape {axes(shape)}",
        (f"{whose} with {asked.name(of)}: one slope for {each}, so it has the shape of "
         f"{asked.name(of)}.",),
    )  # fmt: skip


def _unknown(asked: Asked) -> Reason:
    return Reason(
        "no chain of factors",
        ("No product of local derivatives is known for this gradient: a line on its way may do "
         "several steps at once. The sentence above says what this line computes.",),
    )  # fmt: skip


def _arriving(asked: Asked, above: str) -> str:
    """Give the line that is the gradient of a value; empty for the cost itself."""
    found = (line.target for line in asked.program.lines if line.gradient_of == above)
    return next(found, "")


def _chain(asked: Asked, own: tuple[Link, ...]) -> Reason:
    """Say which way the gradient comes: through which lines, each with its factor."""
    arriving = _arriving(asked, own[0].above)
    factors = " times ".join(asked.fraction(link.above, link.below) for link in own)
    lines = [
        f"{asked.row(link.above)} ({asked.made_by(link.above).text})" for link in reversed(own)
    ]
    start = "this is the first factor"
    if arriving:
        start = f"from there comes {asked.line_name(arriving)}"
    way = f"{asked.name(own[-1].below)} reaches {asked.name(own[0].above)} through "
    whole = (
        f"{asked.line.spelled} = {asked.name(arriving) + ' times ' if arriving else ''}{factors}"
    )
    return Reason("chain rule", (f"{way}{', then '.join(lines)}; {start}. So {whole}.",))


def _put_together(
    asked: Asked, own: tuple[Link, ...]
) -> tuple[Expression | None, list[tuple[Link, Expression | None]]]:
    """Multiply the factors in, one after the other; none where that can't be written."""
    arriving = _arriving(asked, own[0].above)
    found: Expression | None = Number(1)
    if arriving:
        found = asked.program.variables[arriving].name
    steps: list[tuple[Link, Expression | None]] = []
    for link in own:
        line = asked.made_by(link.above)
        try:
            found = found and vector_jacobian(
                line.expression, link.below, found, link.above, asked.program.shapes
            )
        except ExpressionError:
            found = None
        steps.append((link, found))
    return found, steps


def _factor(asked: Asked, link: Link, gradient: Expression | None) -> Reason:
    """Say why one factor is what it is: of a product, of a broadcast value, or of a function."""
    arriving = _arriving(asked, link.above)
    line = asked.made_by(link.above)
    if gradient is not None and stretched_axes(asked, link):
        return sum_reason(asked, link, gradient)
    if gradient is not None and turned_product(gradient) and turned_product(line.expression):
        return product_reason(asked, link, gradient, arriving)
    return slope_reason(asked, link, asked.cell_in(link.below))


def _algebra(asked: Asked, own: tuple[Link, ...]) -> Reason:
    """Multiply factors that simplify, with the numbers of a cell."""
    cell = asked.cell_in(own[-1].below)
    head, factors = f"why {source(asked.line.expression)}", _factors(asked, own)
    if not asked.is_known(*(link.local for link in own)):
        return Reason(head, (factors, f"Multiplied: {asked.line.note}."))
    numbers = []
    for link in own:
        value = np.asarray(evaluate(link.local, asked.frame.values), dtype=np.float64)
        numbers.append(
            float(np.broadcast_to(value, np.shape(asked.frame.values[own[-1].below]))[cell])
        )
    product = " · ".join(
        f"({short(number)})" if number < 0 else short(number) for number in numbers
    )
    made = short(float(np.prod(numbers)), 6)
    own_number = short(float(np.asarray(asked.frame.values[asked.line.target])[cell]), 6)
    here = f"{product} = {made}; and {source(asked.line.expression)} = {own_number}"
    told = f"Here, at {list(cell)}: {here}."
    return Reason(head, (factors, f"Multiplied: {asked.line.note}.", told))


def _factors(asked: Asked, own: tuple[Link, ...]) -> str:
    each = (f"{asked.fraction(link.above, link.below)} = {source(link.local)}" for link in own)
    return "; ".join(each) + "."


def _together(asked: Asked, gradient: Expression, is_from_cost: bool) -> Reason:
    """Hold what the chain rule gives against what the line has computed."""
    factor, words = _left(asked, is_from_cost)
    text = f"The chain rule gives {source(gradient)}{words}; the line is {asked.line.text}."
    if not asked.is_known(gradient):
        return Reason("together", (text,))
    value = np.asarray(evaluate(gradient, asked.frame.values), dtype=np.float64)
    return Reason("together", (text, _compared(asked, value * factor)))


def _left(asked: Asked, is_from_cost: bool) -> tuple[float, str]:
    """Give what is to be multiplied in besides: this program may divide by m only later."""
    late = postponed(asked.program)
    if late is None or not late.name:
        return 1.0, ""
    if asked.line.gradient_of in asked.program.parameters:
        return (1.0, "") if is_from_cost else (1 / late.value, f" / {late.name}")
    return (late.value, f", here times {late.name}") if is_from_cost else (1.0, "")


def _compared(asked: Asked, value: Cells) -> str:
    stored = np.asarray(asked.frame.values[asked.line.target], dtype=np.float64)
    if stored.shape != value.shape:
        return f"They differ: its shape is {stored.shape}, and it should be {value.shape}."
    with np.errstate(all="ignore"):
        apart = np.abs(stored - value) > _CLOSE * (np.abs(value).max(initial=0.0) or 1.0)
    if not apart.any():
        return "They agree." if value.size == 1 else f"They agree in all {value.size} cells."
    ratio = _ratio(stored, value)
    if ratio is not None:
        return (f"In every cell the line is {short(ratio)} times that: a constant, which the "
                "program may put in elsewhere. G checks the gradient.")  # fmt: skip
    cell = tuple(int(at) for at in np.argwhere(apart)[0])
    here, there = short(float(stored[cell])), short(float(value[cell]))
    what = asked.place(asked.line.target, cell)
    return f"They differ: {what} is {here}, by the chain rule {there}. G checks the gradient."


def _ratio(stored: Cells, value: Cells) -> float | None:
    """Give the number by which all cells differ; None if there is no such number."""
    largest = np.unravel_index(int(np.argmax(np.abs(value))), value.shape)
    with np.errstate(all="ignore"):
        ratio = float(stored[largest] / value[largest])
        is_same = np.allclose(stored, ratio * value, rtol=_CLOSE, atol=0)
    return ratio if np.isfinite(ratio) and is_same else None
