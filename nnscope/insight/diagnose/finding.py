"""What is found: a line that is wrong, the fact that shows it, and what it may come from."""

from typing import Any

from msgspec import Struct
from numpy.typing import NDArray

from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.insight.diagnose.slips.slip import Kind, Slip
from nnscope.program.model import Line, Program


class Cause(Struct, frozen=True, eq=False):
    """A slip that a line may come from.

    `line` is where it stands: the wrong line itself, or one that was put into it. `right` is what
    should stand there, and `wrong` what stands there instead, where the line itself is not known.
    It is `is_exact` where that gives exactly what the line should, to rounding,
    at all the numbers that were tried.
    """

    slip: Slip
    line: Line
    right: Expression
    is_exact: bool
    wrong: Expression | None = None

    @property
    def right_line(self) -> str:
        """The right line, in the reader's own names and style."""
        return f"{self.line.spelled} = {source(self.right)}"


class Possible(Struct, frozen=True, eq=False):
    """A slip that a line may come from, and the share of the difference that its mending takes."""

    cause: Cause
    share: float


class Finding(Struct, frozen=True, eq=False):
    """One line that is wrong.

    `of` is what it differentiates by, as the reader writes it; for an update that is the
    parameter. `facts` say what was seen, without a guess. `causes` are the exact ones; where there
    is none, `possible` are the likeliest, the best first. `instead` is a right line where no cause
    has one. `is_masked` says that nothing of it is seen in the program's own numbers. `beside` has
    what the line computes and what it should, where both have one shape.
    """

    line: Line
    of: str
    kind: Kind
    facts: tuple[str, ...]
    causes: tuple[Cause, ...] = ()
    instead: str = ""
    is_masked: bool = False
    beside: tuple[NDArray[Any], NDArray[Any]] | None = None
    possible: tuple[Possible, ...] = ()

    @property
    def place(self) -> Line:
        """The line that is to be mended."""
        return self.causes[0].line if self.causes and self.causes[0].is_exact else self.line

    @property
    def right_line(self) -> str:
        """A line that would be right; empty where none is known."""
        return self.causes[0].right_line if self.causes else self.instead


class Diagnosis(Struct, frozen=True, eq=False):
    """What came out for a program.

    `findings` are in the order of its lines. `right` has the variables of the lines that were
    found right, `untold` of those that could not be judged, each with the reason. `remarks` say
    what is right, but different from what is printed elsewhere. `not_given` are the names of arrays
    that were not handed in, where arrays were. `trouble` says why nothing could
    be compared, and is empty where something was.
    """

    program: Program
    findings: tuple[Finding, ...]
    right: tuple[str, ...] = ()
    untold: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    trouble: str = ""
    not_given: tuple[str, ...] = ()

    def __repr__(self) -> str:
        found = f"{len(self.findings)} wrong" if self.findings else "no wrong line"
        return f"<Diagnosis {self.program.name}: {self.trouble or found}>"

    def __str__(self) -> str:
        from nnscope.insight.diagnose.report import diagnosis_text  # noqa: PLC0415  it reads this

        return "\n".join(diagnosis_text(self))

    @property
    def status(self) -> int:
        """The exit status: 0 all right, 1 something wrong, 2 not comparable."""
        if self.trouble:
            return 2
        return 1 if self.wrong else 0

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """The findings that are mistakes, and not another convention."""
        return tuple(each for each in self.findings if each.kind is not Kind.CONVENTION)

    def number(self, line: Line) -> int:
        """Give the number of a line in the listing, from 1."""
        return self.program.line_of[line.target] + 1

    def mark(self, line: Line) -> str:
        """The verdict on a line as a sign; empty for one that is not judged."""
        if any(line.target in (each.line.target, each.place.target) for each in self.wrong):
            return "✗"
        if line.target in self.right:
            return "✓"
        return "?" if line.target in dict(self.untold) else ""
