"""A program: the lines of one iteration, the values that it starts from, and what is carried on."""

from collections.abc import Mapping
from enum import Enum
from functools import cached_property

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from nnscope.expression.constants import numpy_source
from nnscope.expression.evaluate import Value
from nnscope.expression.mathematics import Typesetter
from nnscope.expression.shapes import Shape
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression, Name
from nnscope.program.feed import Feed
from nnscope.program.notes import Notes, Origin
from nnscope.program.order import ONE, Order


class Phase(Enum):
    """The four parts of an iteration, in the order in which they run."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class Evidence(Enum):
    """How it is known whose gradient a line is."""

    DECLARED = "the front end says so"
    MEASURED = "it is a constant times the slope of the cost, whatever the numbers are"
    GUESSED = "its name says so, or the update that reads it, or it was so before an edit"


EDITED = "it was edited in the debugger"
"""The reason of a line that the user of the debugger has written."""


class Variable(Struct, frozen=True):
    """One value of a program; a name that is assigned twice in an iteration is two variables.

    `id` is an identifier of Python that only this one has; `spelled` is what the reader calls it.
    `symbol` is its name in mathematics, `meaning` says what it is.
    """

    id: str
    spelled: str
    shape: Shape
    meaning: str = ""
    symbol: str = ""

    @property
    def name(self) -> Name:
        """The variable as a part of an expression."""
        return Name(self.id, "" if self.id == self.spelled else self.spelled)


class LoopPass(Struct, frozen=True):
    """One pass of a loop inside an iteration, whose passes do the same with other examples.

    `loop` tells the loop from the others of the program, `text` is the statement that begins it.
    `number` says which of its `count` passes it is, from 1.
    """

    loop: int
    text: str
    number: int
    count: int


class SourceSpan(Struct, frozen=True):
    """Where a line stands: its file, its row from 1, and the functions that it was called in.

    The file is named as in `Notes.sources`. The outermost function comes first; there is none for a
    line of the file itself. `text` is the statement there, as it is written, from row `first` to
    row `last`.
    """

    file: str
    row: int
    calls: tuple[str, ...] = ()
    text: str = ""
    first: int = 0
    last: int = 0


class Line(Struct, frozen=True):
    """One assignment: the variable that it makes, and the expression that this gets.

    `layer` counts from 1, and is 0 where a line belongs to none. A backward line has `gradient_of`,
    the variable that it differentiates the cost by, with the `evidence` for that. `because` is the
    reason why it is not the line that the front end would have written, `note` the algebra that
    made the line shorter than its factors. `at` is its place in the source, where it has one there.
    `passes` are those of the loops over examples that it is in, the outermost first.
    """

    target: str
    expression: Expression
    phase: Phase
    layer: int = 0
    gradient_of: str = ""
    because: str = ""
    note: str = ""
    written: str = ""
    evidence: Evidence = Evidence.DECLARED
    at: SourceSpan | None = None
    passes: tuple[LoopPass, ...] = ()

    @property
    def spelled(self) -> str:
        """The target as the reader writes it."""
        return self.written or self.target

    @property
    def text(self) -> str:
        """The line as NumPy, in the reader's names."""
        return f"{self.spelled} = {source(self.expression)}"

    @property
    def statement(self) -> str:
        """The line as it runs: every variable by its id, and every number one of NumPy's."""
        return f"{self.target} = {numpy_source(self.expression)}"

    @property
    def is_edited(self) -> bool:
        """Whether the user of the debugger has written it."""
        return self.because == EDITED


class Program(Struct, frozen=True, eq=False, dict=True):
    """The lines of one iteration with everything they read, each variable assigned once.

    `start` has the value of every variable that an iteration finds there: data, constants,
    parameters, the state of an optimizer. `carried` gives for those that change the variable that
    is their value in the next iteration. What a `feed` gives differs from iteration to iteration;
    `start` has that of the first. `cost` is the id of the cost, empty in a program that has none.

    Not all iterations need to run the same lines: `others` are further forms of the program, which
    carry the same on and have the same values under the same ids, but lines, shapes and a feed of
    their own. `order` tells which form each iteration has: 0 is this one, the others count from 1.
    What a form does not change, it carries to itself. A form has no others.
    """

    origin: Origin
    lines: tuple[Line, ...]
    variables: Mapping[str, Variable]
    start: Mapping[str, Value]
    carried: Mapping[str, str]
    cost: str = ""
    iterations: int = 1
    notes: Notes = field(default_factory=Notes)
    feed: Feed | None = None
    others: "tuple[Program, ...]" = ()
    order: Order = ONE

    def __repr__(self) -> str:
        many = "" if self.iterations == 1 else "s"
        return f"<Program {self.name}: {len(self.lines)} lines, {self.iterations} iteration{many}>"

    @property
    def name(self) -> str:
        """What the program is called."""
        return self.origin.name

    @cached_property
    def line_of(self) -> Mapping[str, int]:
        """The index of the line that makes a variable."""
        return {line.target: index for index, line in enumerate(self.lines)}

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The shape of every variable, by its id."""
        return {id_: variable.shape for id_, variable in self.variables.items()}

    @cached_property
    def symbols(self) -> Mapping[str, str]:
        """The symbol of every variable that has one, by its id."""
        return {id_: each.symbol for id_, each in self.variables.items() if each.symbol}

    @cached_property
    def called(self) -> Mapping[str, str]:
        """How to tell each variable from all others: as the reader writes it, where that is enough.

        The next value of one that is carried has the same name and is no other.
        """
        whose: dict[str, set[str]] = {}
        for id_, each in self.variables.items():
            whose.setdefault(each.spelled, set()).add(self.before.get(id_, id_))
        return {id_: each.spelled if len(whose[each.spelled]) == 1 else id_
                for id_, each in self.variables.items()}  # fmt: skip

    @cached_property
    def meanings(self) -> Mapping[str, str]:
        """What every variable is, by its id."""
        return {id_: each.meaning for id_, each in self.variables.items() if each.meaning}

    @cached_property
    def before(self) -> Mapping[str, str]:
        """The variable that holds, at the start of the next iteration, what a variable is then."""
        return {later: first for first, later in self.carried.items()}

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The variables that are trained, or would be: declared, or carried."""
        return self.notes.parameters or tuple(self.carried)

    @cached_property
    def typesetter(self) -> Typesetter:
        """Writes this program's expressions as mathematics."""
        return Typesetter(self.symbol, self.shapes)

    def is_added(self, line: Line) -> bool:
        """Tell whether the source does not have a line, though it has others."""
        return bool(self.notes.sources) and line.at is None

    def symbol(self, id_: str) -> str:
        """Write a variable as mathematics."""
        return self.symbols.get(id_) or self.spelled(id_)

    def spelled(self, id_: str) -> str:
        """Write a variable as the reader does."""
        return self.variables[id_].spelled if id_ in self.variables else id_

    def fed(self, iteration: int) -> Mapping[str, Value]:
        """Give what an iteration is fed; empty where every one has the same."""
        feed = self.during(iteration).feed
        return feed.at(iteration) if feed else {}

    def during(self, iteration: int) -> "Program":
        """Give the form that an iteration has: its lines, and the shapes and the m of its batch."""
        number = self.order.at(iteration) if self.others else 0
        return self.others[number - 1] if number else self

    @cached_property
    def forms(self) -> "tuple[Program, ...]":
        """The program, and where not all iterations run the same lines, its other forms."""
        return (self, *self.others)

    @cached_property
    def variants(self) -> tuple[int, ...]:
        """The number of the lines of each form, from 0; forms of other shapes may have the same."""
        different = list(dict.fromkeys(form.lines for form in self.forms))
        return tuple(different.index(form.lines) for form in self.forms)

    @property
    def has_variants(self) -> bool:
        """Whether not all iterations run the same lines."""
        return max(self.variants) > 0

    def with_first(self, number: int) -> "Program":
        """Give the program with another of its forms as the first."""
        told = [number, *(each for each in range(len(self.forms)) if each != number)]
        first, *others = (self.forms[each] for each in told)
        first = first if number else replace(self, others=(), order=ONE)
        others = [each if each is not self else replace(self, others=(), order=ONE)
                  for each in others]  # fmt: skip
        places = np.argsort(told).astype(np.uint8)
        return replace(first, others=tuple(others), order=Order(places[self.order.numbers]))

    def variant(self, iteration: int) -> tuple[int, int]:
        """Give the number of the lines that an iteration runs, from 1, and how many there are."""
        number = self.order.at(iteration) if self.others else 0
        return self.variants[number] + 1, max(self.variants) + 1

    @cached_property
    def fed_names(self) -> frozenset[str]:
        """The variables that any form is fed, by their ids."""
        return frozenset(name for form in self.forms if form.feed for name in form.feed.names)

    def edited(self, target: str, expression: str) -> "Program":
        """Give the program with another expression in a line, by its variable or its name.

        A name that several lines assign means the last of them. Raises `ExpressionError` for an
        expression that is not one or does not fit.
        """
        found = [line for line in self.lines if target in (line.target, line.spelled)]
        exact = [line for line in found if line.target == target]
        return self.origin.edited((exact or found)[-1], expression)

    def mathematics(self, line: Line) -> str:
        """Write a line as mathematics."""
        arrow = "←" if line.phase is Phase.UPDATE else "="
        return f"{self.symbol(line.target)} {arrow} {self.typesetter.typeset(line.expression)}"
