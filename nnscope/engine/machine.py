"""Step mode: the lines of an iteration one by one, each value kept."""

from dataclasses import dataclass, field
from types import CodeType

from nnscope.engine.model import State
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import Value, compiled, freeze
from nnscope.expression.functions import NAMESPACE
from nnscope.program.model import Program


@dataclass(eq=False, slots=True)
class Recording:
    """The values of one iteration's lines, as far as they have run, and what it started from."""

    iteration: int
    start: State
    values: list[Value] = field(default_factory=list)


class Machine:
    """Runs single lines of a program. It keeps no state of its own."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._codes: list[tuple[str, CodeType]] = [
            (line.target, compiled(line.expression)) for line in program.lines
        ]

    def run_line(self, index: int, values: dict[str, Value]) -> Value:
        """Run one line in an environment and give its value; the environment is not changed.

        Raises `ExpressionError`, naming the line, for what NumPy refuses to compute.
        """
        try:
            return freeze(eval(self._codes[index][1], NAMESPACE, values))
        except (ArithmeticError, TypeError) as error:
            text = self._program.lines[index].text
            raise ExpressionError(f"line {index + 1}, {text}: {error}") from None

    def complete(self, recording: Recording) -> None:
        """Run what is left of an iteration and put the values into its recording."""
        program, done = self._program, len(recording.values)
        values = {**program.constants, **program.parameters}
        values |= dict(zip(program.carried, recording.start, strict=True))
        values |= {target: value for (target, _), value in zip(self._codes, recording.values)}  # noqa: B905
        for index in range(done, len(self._codes)):
            value = self.run_line(index, values)
            values[self._codes[index][0]] = value
            recording.values.append(value)

    def end_state(self, recording: Recording) -> State:
        """Give what the next iteration starts from; the recording must be complete."""
        places = self._program.line_of
        return tuple(recording.values[places[name]] for name in self._program.carried)
