"""Where a program divides by the number of examples: some do so only at dW and db.

Then dZ is m times the slope of the cost by Z, by convention and not by mistake. The lines tell:
it is so where a gradient of a parameter ends with a division.
"""

from dataclasses import dataclass

from nnscope.expression.mathematics import as_operator
from nnscope.expression.syntax import Binary, Name, Number
from nnscope.insight.check.constant_factor import counts
from nnscope.program.model import Program


@dataclass(frozen=True, slots=True)
class Postponed:
    """What the gradients above the parameters are still to be divided by; `name` is `m` or `n`."""

    name: str
    value: float

    def text(self, gradient: str, of: str, cost: str) -> str:
        """Say it in words."""
        return (
            f"{gradient} is {self.name} = {self.value:.0f} times d{cost}/d{of}: this program "
            f"divides by {self.name} where it computes the gradients of the parameters"
        )


def postponed(program: Program) -> Postponed | None:
    """Find the division that comes in only with the gradients of the parameters, if any does.

    A division by a bare number counts as one by m: whether the number is right shows there.
    """
    for line in program.lines:
        if line.gradient_of not in program.parameters:
            continue
        match as_operator(line.expression):
            case Binary("/", _, Name(name)) if name in program.start and not program.shapes[name]:
                return Postponed(name, float(program.start[name]))
            case Binary("/", _, Number()) if "m" in counts(program):
                return Postponed("m", counts(program)["m"])
    return None
