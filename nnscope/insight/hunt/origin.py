"""Where a hunted program comes from: the program itself, so that no file tells its bug."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.expression.shapes import infer, sizes
from nnscope.insight.hunt.putting import with_line
from nnscope.program.model import EDITED, Line, Program
from nnscope.program.resolve import read

if TYPE_CHECKING:
    from nnscope.insight.hunt.hunt import Hunt


class Hidden(Struct, frozen=True, eq=False):
    """The origin of a program in which a bug is hunted; `program` is as it stands now."""

    program: Program
    hunt: "Hunt"

    @property
    def kind(self) -> str:
        """What it is."""
        return "hunt"

    @property
    def name(self) -> str:
        """What it is called: the name of the file may tell the bug."""
        return "bug hunt"

    @property
    def headline(self) -> str:
        """What the first line of the screen calls it."""
        return "bug hunt"

    @property
    def title(self) -> str:
        """What is to be done."""
        return "A bug hunt: one slip is somewhere in these lines"

    @property
    def about(self) -> str:
        """How it is done."""
        return (
            "Step, look, and check: each gradient that is checked is counted as a probe. When you "
            "know the line, accuse it. The gradients, the updates and the cost may be wrong; the "
            "forward lines are right."
        )

    @property
    def source(self) -> str:
        """Nothing: it might tell."""
        return ""

    def edited(self, line: Line, expression: str) -> Program:
        """Give the program with another expression in one of its lines.

        Raises `ExpressionError` for an expression that is not one or does not fit.
        """
        meant = read(self.program, expression, self.program.line_of[line.target] - 1)
        made = sizes(infer(meant, self.program.shapes))
        wanted = sizes(self.program.shapes[line.target])
        if made != wanted:
            told = f"`{expression}` has the shape {made}"
            raise ExpressionError(f"{told}, but {line.spelled} has {wanted}")
        return self._of(with_line(self.program, replace(line, because=EDITED), meant))

    def with_iterations(self, iterations: int) -> Program:
        """Give the program for another number of iterations."""
        if iterations < 1:
            raise ExpressionError(f"a run has at least one iteration, not {iterations}")
        return self._of(replace(self.program, iterations=iterations))

    @property
    def is_outdated(self) -> bool:
        """Whether its file has been changed: a hunt has none."""
        return False

    def again(self, keep_going: Callable[[], bool]) -> Program:
        """Refuse to read a file again: a hunt has none."""
        raise ExpressionError("a hunt has no file to be read again")

    @property
    def is_growing(self) -> bool:
        """Whether more iterations are being recorded: none are."""
        return False

    @property
    def has_grown(self) -> bool:
        """Whether there are more iterations by now: there are not."""
        return False

    def grown(self) -> Program:
        """Give the program as it stands."""
        return self._of(self.program)

    def _of(self, program: Program) -> Program:
        return replace(program, origin=replace(self, program=program))
