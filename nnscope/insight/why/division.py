"""Where the division by the number of examples comes in, and why."""

from collections.abc import Iterator

import numpy as np

from nnscope.expression.syntax import names
from nnscope.insight.check.late_division import Postponed, postponed
from nnscope.insight.line.phrase import enumerated
from nnscope.insight.numbers import short
from nnscope.insight.why.reason import Asked, Reason
from nnscope.program.model import Line


def division_reason(asked: Asked) -> Reason | None:
    """Say where the 1/m of the cost is in a gradient: on this line, or on which other ones."""
    late = postponed(asked.program)
    if late is None or not late.name or not _is_of_cost(asked, late):
        return None
    cost, here = asked.name(asked.program.cost), late.name in names(asked.line.expression)
    mean = (
        f"{asked.row(asked.program.cost).capitalize()} divides {cost} by {late.name} = "
        f"{short(late.value)}: {cost} is a mean, so each example counts 1/{late.name} of it."
    )
    if here:
        text = [mean, "The gradients above leave that out; it comes in on this line, once."]
        text += _worked(asked, late)
        return Reason(f"why / {late.name}", tuple(text))
    if asked.line.gradient_of in asked.program.parameters:
        text = [mean, "The gradients above leave that out, so it has to come in on this line, and "
                f"the line does not divide by {late.name}."]  # fmt: skip
        return Reason(f"where is / {late.name}?", tuple(text))
    readers = [
        str(number)
        for number, line in enumerate(asked.program.lines, start=1)
        if asked.line.target in names(line.expression) and _ends(asked, line, late)
    ]
    where = (
        f" with line{'s' * (len(readers) > 1)} {enumerated(readers)}" if readers else " further on"
    )
    told = f"This program leaves it out here, and divides only{where}: {asked.line.spelled} is "
    return Reason(f"no 1/{late.name} here", (mean, f"{told}{late.name} times the gradient."))


def _ends(asked: Asked, line: Line, late: Postponed) -> bool:
    return line.gradient_of in asked.program.parameters and late.name in names(line.expression)


def _is_of_cost(asked: Asked, late: Postponed) -> bool:
    at = asked.program.line_of.get(asked.program.cost)
    return at is not None and late.name in names(asked.program.lines[at].expression)


def _worked(asked: Asked, late: Postponed) -> Iterator[str]:
    """Write the division of one cell."""
    cell = asked.cell
    number = float(np.asarray(asked.frame.values[asked.line.target])[cell])
    yield (f"Here: {short(number * late.value, 6)} / {short(late.value)} = {short(number, 6)} = "
           f"{asked.place(asked.line.target, cell)}.")  # fmt: skip
