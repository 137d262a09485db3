"""A recorded script beside the same script in plain Python: where their values differ."""

import ast
import pickle
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from nnscope.engine.timeline import Timeline
from nnscope.program.model import Evidence, Program
from nnscope.script.options import ScriptOptions
from nnscope.script.process import record
from nnscope.script.program import ScriptOrigin
from nnscope.script.record import Recorded
from tests.script import plain
from tests.script.plain import Answer, Bits, Request, bits_of

PROGRAMS = Path(__file__).parent / "programs"
_READ = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Slice,
         ast.Tuple, ast.expr_context, ast.operator, ast.unaryop, ast.Expression)  # fmt: skip


@dataclass
class Compared:
    """What of a script's replay is not what Python computes, and what could not be compared."""

    wrong: list[str]
    unknown: set[str]
    compared: int


class Script:
    """A script that was recorded; `loop` is the text of its training loop's first row.

    `also` are entries of lists that hold what an iteration hands on, where that has no other name;
    `first` is the pass of the loop that is iteration 0.
    """

    def __init__(self, name: str, loop: str, also: Sequence[str] = (), first: int = 0) -> None:
        self.path, self._loop, self._also = PROGRAMS / name, loop, also
        self._first = first
        self.recorded, self.printed = record(self.path, options=ScriptOptions(seconds=60))

    @cached_property
    def program(self) -> Program:
        return ScriptOrigin(self.path, self.recorded, {}, self.recorded.iterations).program()

    @property
    def wanted(self) -> set[int]:
        """The iterations that are looked at."""
        last = self.recorded.iterations - 1
        return {*range(min(3, last + 1)), last}

    @cached_property
    def python(self) -> tuple[Answer, str]:
        """What plain Python has in these iterations, and what it prints."""
        first, last = self._rows()
        spelled = self.recorded.spelled.values()
        texts = {each for text in spelled for each in (text, _plain(text)) if can_be_read(each)}
        passes = {self._first + each for each in self.wanted}
        return run_plain(Request(str(self.path), first, last, passes, [*texts, *self._also]))

    def _rows(self) -> tuple[int, int]:
        text = self.path.read_text()
        rows = text.splitlines()
        (first,) = [at for at, row in enumerate(rows, 1) if row.strip() == self._loop]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.For | ast.While) and node.lineno == first:
                return first, node.end_lineno or first
        raise AssertionError(f"no loop at {first}")

    def compared(self) -> Compared:
        """Compare every value that has a name."""
        timeline, found = Timeline(self.program), Compared([], set(), 0)
        for iteration in sorted(self.wanted):
            timeline.seek(timeline.clock.end(iteration))
            values = timeline.frame().values
            for id_, text in self.recorded.spelled.items():
                if id_ not in values:
                    continue  # a number that might have been the cost, and was not
                known = self._known(id_, text, iteration)
                if not known:
                    found.unknown.add(text)
                elif bits_of(values[id_]) in known:
                    found.compared += 1
                else:
                    found.wrong.append(f"{id_} ({text}) in iteration {iteration}")
        return found

    def _known(self, id_: str, text: str, iteration: int) -> set[Bits]:
        """What a name was in an iteration; what is handed on may have its name in a list only."""
        answer, _ = self.python
        values = answer.values.get(self._first + iteration, {})
        texts = [text if text in values else _plain(text)]
        texts += self._also if id_ in self.recorded.carried.values() else []
        return {bits for each in texts for bits in values.get(each, ())}


def _plain(text: str) -> str:
    """Take off the number of a layer: a loop over layers has one name for all of them."""
    return re.sub(r"\d+$", "", text)


def can_be_read(text: str) -> bool:
    """Tell whether a name, or what is written instead of one, can be looked at without harm."""
    try:
        return all(isinstance(node, _READ) for node in ast.walk(ast.parse(text, mode="eval")))
    except SyntaxError:
        return False


def run_plain(request: Request) -> tuple[Answer, str]:
    """Run a script without the recorder; give its names' values, and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        question, answer = Path(folder, "request"), Path(folder, "answer")
        question.write_bytes(pickle.dumps(asdict(request)))
        command = [sys.executable, str(Path(plain.__file__)), str(question), str(answer)]
        done = subprocess.run(
            command,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        return Answer(**pickle.loads(answer.read_bytes())), done.stdout


def spelled(recorded: Recorded, ids: Iterable[str]) -> set[str]:
    """How the reader writes some variables."""
    return {recorded.spelled[id_] for id_ in ids}


def gradients(program: Program) -> set[str]:
    """The lines that are proven to be gradients of what is carried, as the reader writes them."""
    return {
        line.spelled
        for line in program.lines
        if line.gradient_of in program.carried and line.evidence is Evidence.MEASURED
    }
