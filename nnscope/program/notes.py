"""What a front end declares of its program: nothing here is needed to run it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from nnscope.program.expectations import Expectation

if TYPE_CHECKING:
    from nnscope.expression.syntax import Expression
    from nnscope.program.evaluations import Evaluation
    from nnscope.program.model import Line, Program


class Rule(Struct, frozen=True):
    """The named rule that a line follows, who published it, and what else is to be known of it."""

    name: str
    reference: str
    remark: str = ""


class UpdateRule(Struct, frozen=True, eq=False):
    """The rule that a parameter is to move by.

    `lines` have targets and expressions in the names of the source, from what an iteration starts
    with and its gradients to the next value of the parameter.
    """

    title: str
    lines: tuple[tuple[str, "Expression"], ...]


class StopNote(Struct, frozen=True):
    """A stop that the source asks for, as it could be typed; `where` is its place in the source."""

    text: str
    where: str


class Notes(Struct, frozen=True, eq=False):
    """What is known of a program beside its lines.

    `data` and `parameters` are the ids of starting values, in the order in which a reader wants
    them. `rules` tell by the target of a line which rule it follows; for an activation that is the
    rule of its derivative. `updates` tell by parameter how it is to move. `guess` is the cost of
    outputs that know nothing, where targets are classes. `cancelled` are activations whose flat
    slope the loss cancels. `expectations` are the numbers that the source printed, `memory` is the
    cap in bytes that it wants for a history. `counts` has what is counted of the data, m, with the
    array and the axis that it counts, None for all cells. `dropped` are the masks of dropout and
    the shares that they keep: 1 outside of training. `evaluations` are forward passes on other
    data. `late_divisor` names the number that the gradients of the parameters are to be divided by,
    where those above them are not. `warnings` say what is doubtful in the source though the program
    can run, each with its place. `sources` are the rows of the files that the lines stand in, by
    their names. `printed` is what the program's source wrote in an iteration, where it did; -1 has
    what it wrote before the first. `ended` says why it ended early, where it did. In one that
    `is_hunted` a wrong line is to be found: nothing may tell what a line should be.
    """

    data: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    updates: Mapping[str, UpdateRule] = field(default_factory=dict)
    guess: float | None = None
    cancelled: frozenset[str] = frozenset()
    expectations: tuple[Expectation, ...] = ()
    stops: tuple[StopNote, ...] = ()
    memory: int | None = None
    counts: Mapping[str, tuple[str, int | None]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    evaluations: "tuple[Evaluation, ...]" = ()
    late_divisor: str = ""
    warnings: tuple[str, ...] = ()
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    printed: Mapping[int, str] = field(default_factory=dict)
    ended: str = ""
    is_hunted: bool = False


class Lesson(Struct, frozen=True, eq=False):
    """A program of a library: what one learns from it, and what makes it.

    `make` raises `ExpressionError` where its file can't be read.
    """

    teaches: str
    make: "Callable[[], Program]"


class Origin(Protocol):
    """Where a program comes from: a scenario, a script, or a test."""

    @property
    def kind(self) -> str:
        """What it is, as one word of a sentence: `scenario`."""
        ...

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        ...

    @property
    def headline(self) -> str:
        """What the first line of the screen calls it, behind the name of the debugger."""
        ...

    @property
    def title(self) -> str:
        """Its title."""
        ...

    @property
    def about(self) -> str:
        """What it shows, in a few sentences; may be empty."""
        ...

    @property
    def source(self) -> str:
        """Who published its numbers; may be empty."""
        ...

    def edited(self, line: "Line", expression: str) -> "Program":
        """Give the program with another expression in one of its lines.

        Raises `ExpressionError` for an expression that is not one or does not fit.
        """
        ...

    def with_iterations(self, iterations: int) -> "Program":
        """Give the program for another number of iterations.

        Raises `ExpressionError` for a number that can't be.
        """
        ...

    @property
    def is_outdated(self) -> bool:
        """Whether a file that it was made from has been changed since."""
        ...

    def again(self, keep_going: Callable[[], bool]) -> "Program":
        """Make the program anew from its file, without what was edited in the debugger.

        `keep_going` is asked again and again whether to go on. Raises `ExpressionError` where the
        file can't be read or does not end in a program.
        """
        ...

    @property
    def is_growing(self) -> bool:
        """Whether more iterations are still being recorded."""
        ...

    @property
    def has_grown(self) -> bool:
        """Whether there are many more iterations by now, or all."""
        ...

    def grown(self) -> "Program":
        """Give the program with the iterations that there are by now."""
        ...
