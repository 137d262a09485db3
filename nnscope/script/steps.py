"""The steps of a pass, in the order of its operations, and the places of their values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from nnscope.expression.syntax import Expression
from nnscope.script.tape import Key, Pass

END = -1
"""The place in the source of what stands behind the last step of a pass."""

NOTHING: Any = object()
"""What is in a place that has no value: no operand is the same object."""


class Step(Struct, eq=False):
    """An operation of a trace.

    Values have places in a list: `operands` are those of what it reads, `result` that of what it
    makes; `first` and `second` are those of the operands of an operator, and of nothing for others.
    What `is_wanted` is done by the same template in each pass, what `is_change` is done to an
    operand in place. What is `fresh` is read from outside for the first time in the pass. What it
    `keeps` is the place of an array that it changes, and one for a copy from before. `next` is what
    comes then, `other` what other passes do instead. `variant` tells which pass ends here. `called`
    is what was called here, or the index that was used, for a quick comparison. `inside` is the
    pass of the inner loop that it is done in.
    """

    key: Key
    operands: tuple[int, ...]
    result: int
    template: Expression | None
    calls: tuple[str, ...]
    is_change: bool
    is_wanted: bool
    parent: "Step | None"
    first: int = 0
    second: int = 0
    fresh: frozenset[int] = frozenset()
    keeps: tuple[int, int] | None = None
    next: "Step | None" = None
    other: "Step | None" = None
    variant: "Variant | None" = None
    called: Any = None
    site: int = END
    inside: Pass | None = None

    @property
    def branches(self) -> "Iterator[Step]":
        """Yield this step, and what other passes do instead of it."""
        step: Step | None = self
        while step is not None:
            yield step
            step = step.other


class Variant(Struct, eq=False):
    """A pass as a whole: where its results are, by their operations, and what a parameter leads to.

    `fed` are the variables that it is fed and has made itself, `watched` those that come from
    outside, by their places; `several` are those with several
    places, which have the same there, and the operands that read each place.
    `ends` are the next values of what is carried, `free` the arrays that no parameter leads to,
    with the places in the source where they are made. `form` is the number of its lines' form,
    `carried` has the operations that make what is carried on; what has none stays what it was.
    `made` are the places by what the operations are called in the next pass.
    """

    places: Mapping[Key, int]
    dependent: set[Key]
    fed: Sequence[tuple[str, int]]
    watched: Mapping[int, Sequence[str]]
    several: Sequence[tuple[str, Mapping[int, Sequence[tuple[Key, int]]]]]
    ends: Mapping[str, int]
    free: Sequence[tuple[int, int]]
    form: int
    carried: Mapping[Key, Key]
    made: Mapping[Key, int]
    moves: list[tuple[int, int]] = field(default_factory=list)


class Places:
    """Where the values of a pass are in a list.

    `base` has the values from outside in their places, `outside` are these, and `literals` those of
    numbers that are written down, and their like. `earlier` are the places of what the pass before
    has made, by its operations.
    """

    def __init__(self) -> None:
        self.base: list[Any] = [NOTHING]
        self.outside = set[int]()
        self.literals: dict[int, Any] = {}
        self.earlier: dict[Key, int] = {}

    def add(self, value: Any = NOTHING) -> int:
        """Make a place, for a value from outside if one is given."""
        self.base.append(value)
        if value is not NOTHING:
            self.outside.add(len(self.base) - 1)
        return len(self.base) - 1

    def of_earlier(self, key: Key) -> int:
        """Give the place of what the pass before has made by an operation."""
        if key not in self.earlier:
            self.earlier[key] = self.add()
        return self.earlier[key]

    def constant(self, value: Any) -> int:
        """Give a place to a number that is written down, or another constant."""
        place = self.add(value)
        self.literals[place] = value
        return place
