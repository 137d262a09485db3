"""Where a program divides by the number of examples: some do so only at dW and db.

Then dZ is m times the slope of the cost by Z, by convention and not by mistake. The lines tell:
it is so where a gradient of a parameter ends with a division. Where none does, it is so if the
front end says that they should, and no gradient above them is divided.
"""

from msgspec import Struct

from nnscope.expression.mathematics import as_operator
from nnscope.expression.syntax import Binary, Expression, Name, Number, walk
from nnscope.insight.check.constant_factor import counts
from nnscope.insight.numbers import short
from nnscope.program.model import Program


class Postponed(Struct, frozen=True):
    """What the gradients above the parameters are still to be divided by; `name` is `m` or `n`.

    Without a name it is a constant that was measured, which all that follows carries on.
    """

    name: str
    value: float

    def text(self, gradient: str, of: str, cost: str) -> str:
        """Say it in words."""
        if not self.name:
            return (f"{gradient} is {short(self.value)} times d{cost}/d{of}: a constant that the "
                    "lines behind it carry on")  # fmt: skip
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
        match _division(line.expression):
            case Binary("/", _, Name(name)) if name in program.start and not program.shapes[name]:
                return Postponed(name, float(program.start[name]))
            case Binary("/", _, Number()) if "m" in counts(program):
                return Postponed("m", counts(program)["m"])
    name = program.notes.late_divisor
    if name not in program.start or _is_divided_above(program, name):
        return None
    return Postponed(name, float(program.start[name]))


def _division(expression: Expression) -> Expression:
    """Give the division that a line ends or begins with: `dZ @ A.T / m`, `1 / m * dZ @ A.T`."""
    found = as_operator(expression)
    while isinstance(found, Binary) and found.operator in ("*", "@"):
        found = as_operator(found.left)
    is_share = isinstance(found, Binary) and isinstance(found.left, Number)
    return found if is_share else as_operator(expression)


def _is_divided_above(program: Program, name: str) -> bool:
    """Tell whether a gradient of something else than a parameter is divided by a number."""
    above = (line for line in program.lines
             if line.gradient_of and line.gradient_of not in program.parameters)  # fmt: skip
    return any(
        isinstance(node, Binary) and node.operator == "/" and node.right == Name(name)
        for line in above
        for node in walk(line.expression)
    )
