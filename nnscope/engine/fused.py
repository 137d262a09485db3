"""Run mode: the lines of one iteration as one function.

The function is the text of the listing and nothing else, so that step mode and run mode can't
differ: the same NumPy calls on the same operands in the same order.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from nnscope.engine.model import State
from nnscope.expression.evaluate import Value
from nnscope.expression.functions import NAMESPACE
from nnscope.expression.syntax import names
from nnscope.program.model import Program

Iteration = Callable[[State], tuple[Value, State]]


class Fused:
    """One iteration of a program as a Python function from state to cost and next state."""

    def __init__(self, program: Program) -> None:
        self._program = program

    @cached_property
    def source(self) -> str:
        """The text of the function, for a reader who wants to see what runs."""
        program = self._program
        carried = program.carried
        read = {name for line in program.lines for name in names(line.expression)}
        fixed = {**program.constants, **program.parameters}
        bound = [name for name in fixed if name in read and name not in carried]
        # defaults make the constants local names, which Python finds fastest
        header = ", ".join(["state", *(f"{name}={name}" for name in bound)])
        unpacked = [f"{', '.join(carried)}, = state"] if carried else []
        result = f"return {program.cost or None}, ({''.join(name + ', ' for name in carried)})"
        body = [*unpacked, *(line.text for line in program.lines), result]
        return f"def iteration({header}):\n" + "".join(f"    {line}\n" for line in body)

    @cached_property
    def function(self) -> Iteration:
        """The compiled function. Its text comes from checked trees, never from the user."""
        program = self._program
        scope: dict[str, Any] = {**NAMESPACE, **program.parameters, **program.constants}
        exec(compile(self.source, "<iteration>", "exec"), scope)
        iteration: Iteration = scope["iteration"]
        return iteration
