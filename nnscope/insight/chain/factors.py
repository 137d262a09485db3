"""The chain rule: a gradient as a product of local derivatives, each with its two lines."""

from enum import Enum
from functools import lru_cache

import numpy as np
from msgspec import Struct

from nnscope.engine.frame import Frame
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.shapes import Shape, infer
from nnscope.expression.syntax import names
from nnscope.insight.check.late_division import postponed
from nnscope.program.links import Link, derived_links
from nnscope.program.model import Line, Phase, Program


class Progress(Enum):
    """Whether a factor has been multiplied in yet, at the line that ran last."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to come"


class Factor(Struct, frozen=True):
    """One factor ∂above/∂below of a gradient.

    `forward` is the index of the line that it differentiates, `backward` of the line that
    multiplies it in; `shape` is the shape of its local derivative as it is written.
    """

    link: Link
    forward: int
    backward: int
    shape: Shape

    def progress(self, index: int) -> Progress:
        """Tell how far the factor is when line `index` ran last."""
        if self.backward == index:
            return Progress.NOW
        return Progress.DONE if self.backward < index else Progress.TO_COME


@lru_cache(maxsize=16)
def links(program: Program) -> tuple[tuple[Link, ...], ...]:
    """Give for every line the local derivatives that it multiplies in, outermost first."""
    late = postponed(program)
    return tuple(derived_links(program, line, late.name if late else "") for line in program.lines)


def factors(program: Program, name: str) -> tuple[Factor, ...]:
    """Give the factors of ∂J/∂`name`, from the cost inwards.

    Empty if there is no such gradient, or if some line on the way has no factor that can be told.
    """
    by_name = {
        line.gradient_of: index for index, line in enumerate(program.lines) if line.gradient_of
    }
    found: list[Factor] = []
    while name in by_name:
        index = by_name[name]
        found[:0] = [_factor(program, link, index) for link in links(program)[index]]
        if not links(program)[index]:
            return ()
        name = links(program)[index][0].above
    return tuple(found) if name == program.cost else ()


def parameters(program: Program) -> tuple[str, ...]:
    """List the parameters that have a gradient, in the order of the network."""
    known = {line.gradient_of for line in program.lines}
    return tuple(name for name in program.parameters if name in known)


def uses(program: Program, target: str) -> tuple[Factor, ...]:
    """Give the factors that differentiate the line of `target`: where and as what it comes back."""
    return tuple(
        _factor(program, link, index)
        for index in range(len(program.lines))
        for link in links(program)[index]
        if link.above == target
    )


def local_value(frame: Frame, factor: Factor) -> Value | None:
    """Compute a local derivative with the numbers of this iteration.

    None while the forward pass has not come to all that it reads.
    """
    line_of = frame.program.line_of
    if any(line_of.get(name, -1) > frame.index for name in names(factor.link.local)):
        return None
    return evaluate(factor.link.local, frame.values)


def gradient_name(program: Program, line: Line | None) -> str:
    """Find whose gradient a line is about; for an update, the parameter's."""
    if line is None:
        return ""
    if line.phase is Phase.UPDATE:
        return program.before.get(line.target, "")
    return line.gradient_of


def literal_product(frame: Frame, chain: tuple[Factor, ...]) -> tuple[list[float], float] | None:
    """Multiply the factors of a single neuron out: the numbers and their product.

    None unless every factor is a single number that is known by now.
    """
    numbers = []
    for factor in chain:
        value = local_value(frame, factor)
        if value is None or np.ndim(value):
            return None
        numbers.append(float(value))
    return numbers, float(np.prod(numbers))


def _factor(program: Program, link: Link, backward: int) -> Factor:
    shape = infer(link.local, program.shapes)
    return Factor(link, program.line_of[link.above], backward, shape)
