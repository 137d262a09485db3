"""What a slip is: a rewriting of a line, and what there is to say about it."""

from collections.abc import Callable, Iterator
from enum import Enum

from msgspec import Struct

from nnscope.expression.syntax import Expression
from nnscope.insight.diagnose.slips.context import Context

Rewriting = Callable[[Expression, Context], Iterator[Expression]]
"""Gives the forms that a line may be rewritten to."""


class Kind(Enum):
    """What a slip does: the classes that are kept apart."""

    DIRECTION = "wrong direction"
    SCALE = "wrong scale"
    ORDER = "wrong order"
    MISSING = "missing update"
    COST = "the cost is not what is descended"
    CONVENTION = "convention"
    SIMPLIFICATION = "simplification"


def nothing(_line: Expression, _context: Context) -> Iterator[Expression]:
    """Rewrite nothing: of a slip that is no change of one line."""
    return iter(())


class Slip(Struct, frozen=True, eq=False):
    """One slip.

    `plant` makes the wrong lines of a right one, `mend` the right ones of a wrong one; both may
    give forms that are not what was wanted, and are tried out. `title` says what is wrong, `why`
    why people write it, `effect` what it does to learning, `reference` where to read about it.
    """

    name: str
    kind: Kind
    title: str
    why: str
    effect: str
    reference: str
    plant: Rewriting = nothing
    mend: Rewriting = nothing

    def __repr__(self) -> str:
        return f"Slip({self.name!r})"
