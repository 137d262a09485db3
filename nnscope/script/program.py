"""From what was recorded of a script to a program."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nnscope.expression.evaluate import freeze
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, infer
from nnscope.expression.syntax import Expression, Name, substitute
from nnscope.program.assignment import Assignment
from nnscope.program.gradients import followed, with_gradients
from nnscope.program.model import EDITED, Evidence, Line, Phase, Program, SourceSpan, Variable
from nnscope.program.phases import phases
from nnscope.program.resolve import resolved
from nnscope.script.errors import ScriptError
from nnscope.script.feed import RecordedFeed
from nnscope.script.record import Recorded, RecordedLine

_NO_LOOP = "no training loop ran: none in which an array is made by adding to what it was"


@dataclass(frozen=True, eq=False)
class ScriptOrigin:
    """A recorded script, with the lines that were edited in the debugger.

    `cost` is the name of the number that the user says is the cost; empty where evidence decides.
    """

    path: Path
    recorded: Recorded
    edits: Mapping[str, Expression]
    iterations: int
    cost: str = ""
    kind = "script"

    @property
    def about(self) -> str:
        """What was done with the script, and how that ended."""
        count = f"{self.recorded.iterations:,} iterations of its training loop"
        told = f"This script was run, and {count} were recorded. "
        return "".join([told, *(f"{each}. " for each in self.recorded.notes),
                        self.recorded.error and f"{self.recorded.error}."])  # fmt: skip

    @property
    def name(self) -> str:
        """The path, as it was typed."""
        return str(self.path)

    @property
    def title(self) -> str:
        """The name of the file."""
        return self.path.name

    @property
    def source(self) -> str:
        """Where it comes from."""
        return str(self.path)

    def program(self) -> Program:
        """Build the program, with the cost that most of its gradients belong to.

        Raises `ScriptError` where there is no training loop.
        """
        if not self.recorded.lines:
            raise ScriptError(self.recorded.error or f"{self.path.name}: {_NO_LOOP}")
        if self.cost:
            return self._with_cost(self._named(self.cost))
        costs = [self._with_cost(id_) for id_ in self.recorded.costs]
        found = [(_evidence(each), -place) for place, each in enumerate(costs)]
        (evidence, place) = max(found, default=(0, 0))
        return costs[-place] if evidence else self._with_cost("")

    @property
    def costs(self) -> Mapping[str, str]:
        """The variables that may be the cost, by how the script calls them."""
        spelled = self.recorded.spelled
        return {spelled[id_]: id_ for id_ in reversed(self.recorded.costs)}

    def _named(self, cost: str) -> str:
        """Find the variable that the user calls the cost."""
        if cost in self.recorded.costs:
            return cost
        if cost not in self.costs:
            known = ", ".join(self.costs) or "none"
            raise ScriptError(f"{self.path.name}: `{cost}` is no number with a name that its "
                              f"parameters lead to; there is {known}")  # fmt: skip
        return self.costs[cost]

    def _with_cost(self, cost: str) -> Program:
        recorded = self.recorded
        start = {id_: freeze(value) for id_, value in recorded.start.items()}
        variables = {id_: Variable(id_, recorded.spelled[id_], tuple(map(Axis, np.shape(value))))
                     for id_, value in start.items()}  # fmt: skip
        written = self._written()
        told = phases(written, cost, recorded.carried)
        lines = [self._line(*each) for each in zip(recorded.lines, written, told, strict=True)]
        for line in lines:
            shapes = {id_: each.shape for id_, each in variables.items()}
            variables[line.target] = Variable(line.target, line.spelled,
                                              infer(line.expression, shapes))  # fmt: skip
        feed = RecordedFeed(recorded.fed) if recorded.fed else None
        return with_gradients(Program(self, tuple(lines), variables, start, recorded.carried, cost,
                                      self.iterations, feed=feed))  # fmt: skip

    def _written(self) -> list[Assignment]:
        """Read the lines, with those that were edited in their places."""
        names = {id_: Name(id_, spelled if spelled != id_ else "")
                 for id_, spelled in self.recorded.spelled.items()}  # fmt: skip
        own = {line.id: substitute(parse(line.expression), names) for line in self.recorded.lines}
        return [Assignment(id_, self.edits.get(id_, each)) for id_, each in own.items()]

    def _line(self, recorded: RecordedLine, written: Assignment, phase: Phase) -> Line:
        spelled = recorded.spelled if recorded.spelled != recorded.id else ""
        because = EDITED if recorded.id in self.edits else ""
        return Line(recorded.id, written.expression, phase, because=because, written=spelled,
                    at=SourceSpan(recorded.file, recorded.row, recorded.calls))  # fmt: skip

    def edited(self, line: Line, expression: str) -> Program:
        """Build it with another expression in a line; the file itself is not touched."""
        now = self.program()
        meant = resolved(now, parse(expression), now.line_of[line.target])
        return replace(self, edits={**self.edits, line.target: meant}).program()

    def with_iterations(self, iterations: int) -> Program:
        """Build it for another number of iterations; what was fed ends with the recording."""
        if iterations > self.recorded.iterations and self.recorded.fed:
            known = f"{self.path.name} was recorded for {self.recorded.iterations} iterations"
            raise ScriptError(f"{known}: what differs between them is not known any further")
        return replace(self, iterations=iterations).program()


def _evidence(program: Program) -> int:
    """Count what shows that a program descends its cost: gradients, and steps along them."""
    measured = [line for line in program.lines
                if line.gradient_of and line.evidence is Evidence.MEASURED]  # fmt: skip
    return len(measured) + len(followed(program))
