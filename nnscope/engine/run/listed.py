"""The plain way to run: the lines as they are listed, each making a new value."""

from collections.abc import Sequence
from typing import Any

from nnscope.engine.run.flat_state import StateLayout, as_carried
from nnscope.engine.run.loop import RunLoop, Test, changes
from nnscope.engine.run.samples import Samples
from nnscope.engine.run.schedule import Run, Step, Together, Undivided, made_by, read_by, schedule
from nnscope.engine.run.writer import build_loop, loop_source
from nnscope.expression.constants import numpy_source
from nnscope.expression.evaluate import Value
from nnscope.expression.number_types import DOUBLE, SINGLE, WHOLE, carried_type
from nnscope.expression.source import code
from nnscope.expression.syntax import Expression
from nnscope.program.model import Program


class Listed:
    """Writes lines as they are listed; what is carried lies in local names.

    See `nnscope.engine.run.writer.Policy`.
    """

    state = behind = "_pack(_locals())"

    def __init__(
        self,
        program: Program,
        tests: Sequence[Test] = (),
        samples: Samples | None = None,
        layout: StateLayout | None = None,
    ) -> None:
        self._program = program
        sampled = samples.expressions if samples else ()
        layout = layout or StateLayout(program)
        self.steps: Sequence[Step] = schedule(program, (), tests, sampled)
        self.scope: dict[str, Any] = {
            **program.start, "_pack": layout.pack, "_unpack": layout.frozen,
            "_carried_on": as_carried, "_float32": SINGLE, "_int64": WHOLE,
            "_fed": lambda iteration: tuple(program.fed(iteration).values()),
            **changes(tests), **(samples.scope if samples else {}),
        }  # fmt: skip

    @property
    def bound(self) -> Sequence[str]:
        """The constants that the steps read."""
        read = {name for step in self.steps for name in read_by(step)}
        return [name for name in self._program.start
                if name in read and name not in self._program.carried]  # fmt: skip

    def begin(self) -> list[str]:
        """Take the values of the first iteration out of its state."""
        unpacked = [f"{name} = _carried[{name!r}]" for name in self._program.carried]
        return ["_carried = _unpack(_state)", *unpacked]

    def feed(self) -> list[str]:
        """Take what an iteration is fed."""
        feed = self._program.feed
        return [f"{', '.join(feed.names)}, = _fed(_k)"] if feed else []

    def run(self, step: Run | Undivided | Together) -> list[str]:
        """Write a line, as it is listed."""
        return [line.statement for line in self._program.lines if line.target in made_by(step)]

    def assign(self, target: str, expression: Expression) -> list[str]:
        """Write an assignment as it is listed."""
        return [f"{target} = {numpy_source(expression)}"]

    def number(self, expression: Expression) -> tuple[list[str], str]:
        """Write an expression of one number: no lines before it, and its text."""
        return [], code(expression)

    def carry(self) -> list[str]:
        """Write what the next iteration starts from."""
        start = self._program.start
        return [f"{name} = _carried_on({end}{_type_of(start[name])})"
                for name, end in self._program.carried.items() if end != name]  # fmt: skip


def _type_of(start: Value) -> str:
    """Write the type of a carried value as a second argument; nothing for float64."""
    kind = carried_type(start)
    return "" if kind == DOUBLE else f", _{kind}"


def plain_source(program: Program, samples: Samples | None = None) -> str:
    """Write the loop whose body is the listing, for a reader who wants to see what runs."""
    return loop_source(program, Listed(program, samples=samples))


def plain_loop(
    program: Program,
    tests: Sequence[Test] = (),
    samples: Samples | None = None,
    layout: StateLayout | None = None,
) -> RunLoop:
    """Make the loop whose body is the listing."""
    policy = Listed(program, tests, samples, layout)
    return build_loop(loop_source(program, policy), policy.scope)
