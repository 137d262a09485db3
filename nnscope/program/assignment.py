"""An assignment as a front end writes it, before each value has a variable of its own."""

from msgspec import Struct

from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.program.model import Phase


class Assignment(Struct, frozen=True):
    """A target and what it gets, both in the names of the source, and what is known of it.

    `phase` is None where it is to be read off what depends on what. The other fields are those of
    `nnscope.program.model.Line`; the front end may leave them out.
    """

    target: str
    expression: Expression
    phase: Phase | None = None
    layer: int = 0
    gradient_of: str = ""
    because: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The assignment as NumPy."""
        return f"{self.target} = {source(self.expression)}"
