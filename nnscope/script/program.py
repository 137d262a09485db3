"""From what was recorded of a script to a program."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from nnscope.expression.evaluate import freeze
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Axis, infer
from nnscope.expression.syntax import Expression, Name, substitute
from nnscope.modified import modified
from nnscope.program.assignment import Assignment
from nnscope.program.gradients import followed, with_gradients
from nnscope.program.model import EDITED, Evidence, Line, Phase, Program, SourceSpan, Variable
from nnscope.program.notes import Notes
from nnscope.program.phases import phases
from nnscope.program.resolve import read
from nnscope.script.errors import ScriptError
from nnscope.script.feed import RecordedFeed
from nnscope.script.process import record
from nnscope.script.record import Recorded, RecordedLine
from nnscope.script.statements import Statements

_NO_LOOP = "no training loop ran: none in which an array is made by adding to what it was"


@dataclass(frozen=True, eq=False)
class ScriptOrigin:
    """A recorded script, with the lines that were edited in the debugger.

    `arguments` are those of the script and `row` that of its training loop, 0 where it was to be
    found. `cost` is the id of the cost, None until it is looked for. `gradients` are the variables
    that the lines were gradients of before an edit.
    """

    path: Path
    recorded: Recorded
    edits: Mapping[str, Expression]
    iterations: int
    arguments: tuple[str, ...] = ()
    row: int = 0
    cost: str | None = None
    gradients: Mapping[str, str] = field(default_factory=dict)
    kind = "script"
    about = ""

    @property
    def name(self) -> str:
        """The path, as it was typed."""
        return str(self.path)

    @property
    def headline(self) -> str:
        """That the script was run: whoever opens one should know."""
        return f"ran {self.path.name}"

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
        if self.cost is not None:
            return self._built()
        costs = [replace(self, cost=id_)._built() for id_ in self.recorded.costs]
        found = [(_evidence(each), -place) for place, each in enumerate(costs)]
        (evidence, place) = max(found, default=(0, 0))
        return costs[-place] if evidence else replace(self, cost="")._built()

    def _built(self) -> Program:
        """Build the program with the cost that was chosen."""
        recorded, cost = self.recorded, self.cost or ""
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
        built = with_gradients(Program(self, tuple(lines), variables, start, recorded.carried, cost,
                                       self.iterations, self._notes, feed))  # fmt: skip
        return replace(built, lines=tuple(self._as_before(built)))

    def _as_before(self, program: Program) -> Iterator[Line]:
        """Take the lines for the gradients that they were before an edit, so that it is judged."""
        taken = {line.gradient_of for line in program.lines}
        for line in program.lines:
            of = self.gradients.get(line.target, "")
            is_kept = bool(of) and not line.gradient_of and of not in taken
            yield replace(line, gradient_of=of, evidence=Evidence.GUESSED,
                          phase=Phase.BACKWARD) if is_kept else line  # fmt: skip

    @property
    def _notes(self) -> Notes:
        """What a reader can be shown of the files, and of what they printed."""
        printed: dict[int, str] = {}
        for iteration, text in self.recorded.printed.items():
            last = self.recorded.iterations - 1
            # a pass that was broken off belongs to the iteration before it
            at = last if iteration == last + 1 else iteration
            printed[at] = printed.get(at, "") + text
        return Notes(sources={_shown(file, self.path): tuple(told.text.split("\n"))
                              for file, told in self.recorded.sources.items()},
                     printed=printed, ended=self.recorded.error)  # fmt: skip

    @cached_property
    def _statements(self) -> Mapping[str, Statements]:
        return {file: Statements(told.text) for file, told in self.recorded.sources.items()}

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
                    at=self._span(recorded))  # fmt: skip

    def _span(self, recorded: RecordedLine) -> SourceSpan:
        """Say where a line stands; a statement that assigns nothing has the line's name before."""
        row, file = recorded.row, _shown(recorded.file, self.path)
        if recorded.file not in self._statements:
            return SourceSpan(file, row, recorded.calls)
        found = self._statements[recorded.file].at(row)
        text = found.text if found.assigns else f"{recorded.spelled}: {found.text}"
        return SourceSpan(file, row, recorded.calls, text, found.first, found.last)

    def edited(self, line: Line, expression: str) -> Program:
        """Build it with another expression in a line; the file itself is not touched."""
        now = self.program()
        meant = read(now, expression, now.line_of[line.target] - 1)
        known = {each.target: each.gradient_of for each in now.lines if each.gradient_of}
        origin = replace(self, edits={**self.edits, line.target: meant}, gradients=known,
                         cost=now.cost)  # fmt: skip
        return origin.program()

    def with_iterations(self, iterations: int) -> Program:
        """Build it for another number of iterations; what was fed ends with the recording."""
        if iterations > self.recorded.iterations and self.recorded.fed:
            known = f"{self.path.name} was recorded for {self.recorded.iterations} iterations"
            raise ScriptError(f"{known}: what differs between them is not known any further")
        return replace(self, iterations=iterations).program()

    @property
    def is_outdated(self) -> bool:
        """Whether the script, or a module beside it, has been changed since it was recorded."""
        return any(modified(Path(file)) not in (told.modified, None)
                   for file, told in self.recorded.sources.items())  # fmt: skip

    def again(self, keep_going: Callable[[], bool]) -> Program:
        """Run the script again and record it; raises `ScriptError` where nothing was recorded."""
        recorded, _ = record(self.path, self.arguments, self.row, keep_going=keep_going)
        return ScriptOrigin(self.path, recorded, {}, recorded.iterations, self.arguments,
                            self.row).program()  # fmt: skip


def _shown(file: str, script: Path) -> str:
    """Name a file as it is found from the folder of the script."""
    path, folder = Path(file), script.resolve().parent
    return path.relative_to(folder).as_posix() if folder in path.parents else file


def _evidence(program: Program) -> int:
    """Count what shows that a program descends its cost: gradients, and steps along them."""
    measured = [line for line in program.lines
                if line.gradient_of and line.evidence is Evidence.MEASURED]  # fmt: skip
    return len(measured) + len(followed(program))
