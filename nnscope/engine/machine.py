"""Step mode: the lines of an iteration one by one, each value kept."""

import contextvars
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import CodeType

import numpy as np

from nnscope.engine.stepper import recorder
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, compiled, plainly
from nnscope.expression.functions import NAMESPACE
from nnscope.program.model import Line, Program


class Quiet:
    """Runs functions with NumPy's warnings off: inf and nan are shown, not warned of.

    NumPy keeps the setting in a context variable. Running in a context that was prepared once costs
    a tenth of what `np.errstate` costs around every line. `run(function, *arguments)` calls it.
    """

    def __init__(self) -> None:
        context = contextvars.copy_context()
        context.run(lambda: np.seterr(all="ignore"))
        self.run = context.run


@dataclass(eq=False, slots=True)
class Recording:
    """The values of one iteration's lines, as far as they have run, and what it started from."""

    iteration: int
    start: Mapping[str, Value]
    values: list[Value] = field(default_factory=list)


class Machine:
    """Runs single lines of a program. It keeps no state of its own."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.steps: list[tuple[Line, str, CodeType]] = [
            (line, line.target, compiled(line.expression)) for line in program.lines
        ]

        self._record = recorder(program)
        self._carried = [(name, program.line_of[name]) for name in program.carried]

    def run_line(self, index: int, values: dict[str, Value]) -> Value:
        """Run one line in an environment and give its value; the environment is not changed.

        Raises `ExpressionError`, naming the line, for what NumPy refuses to compute.
        """
        try:
            value: Value = eval(self.steps[index][2], NAMESPACE, values)
        except (ArithmeticError, TypeError, ValueError) as error:
            raise self.failed(index, error) from None
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
        return value

    def failed(self, index: int, error: Exception) -> ExpressionError:
        """Make the error for a line that NumPy refuses to compute."""
        return ExpressionError(f"line {index + 1}, {self.steps[index][0].text}: {plainly(error)}")

    def complete(self, recording: Recording) -> None:
        """Run what is left of an iteration and put the values into its recording."""
        program, done = self._program, len(recording.values)
        values = {**program.constants, **program.parameters, **recording.start}
        if not done:
            try:
                recording.values.extend(self._record(values))
            except (ArithmeticError, TypeError, ValueError):
                pass  # line by line tells which line it is
            else:
                return
        values.update(self.named(recording))
        for index in range(done, len(self.steps)):
            value = values[self.steps[index][1]] = self.run_line(index, values)
            recording.values.append(value)

    def named(self, recording: Recording) -> dict[str, Value]:
        """Give the values of a recording by the names of their lines."""
        return {step[1]: value for step, value in zip(self.steps, recording.values, strict=False)}

    def end_state(self, recording: Recording) -> dict[str, Value]:
        """Give what the next iteration starts from; the recording must be complete.

        Run mode keeps every parameter in C order, so step mode does too: the layout of an operand
        decides bits.
        """
        values = recording.values
        return {name: _in_c_order(values[place]) for name, place in self._carried}


def _in_c_order(value: Value) -> Value:
    if isinstance(value, np.ndarray) and not value.flags.c_contiguous:
        value = np.ascontiguousarray(value)
        value.setflags(write=False)
    return value
