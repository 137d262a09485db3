"""Inverted dropout of one layer: what it does to the activation, and the same to its gradient."""

from msgspec import Struct

from nnscope.expression.syntax import Binary, Expression, Name
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase


class Dropout(Struct, frozen=True):
    """The mask of a layer, and the share of cells that it keeps, both by name.

    The activation is assigned three times: computed, masked, and scaled up.
    """

    activation: str
    gradient: str
    mask: str
    keep: str
    layer: int

    @property
    def variables(self) -> tuple[Name, Name, Name]:
        """The activation, what the mask leaves of it, and that scaled up."""
        name = self.activation
        return Name(name), Name(f"{name}_2", name), Name(f"{name}_3", name)

    def forward(self) -> list[Assignment]:
        """Write the lines behind that of the activation."""
        masked, scaled = self._lines(Name(self.activation))
        return [
            Assignment(self.activation, masked, Phase.FORWARD, self.layer),
            Assignment(self.activation, scaled, Phase.FORWARD, self.layer),
        ]

    def backward(self) -> list[Assignment]:
        """Write the lines behind that of dA, the last line of the forward pass first."""
        made, masked, _ = (each.id for each in self.variables)
        by_mask, by_scale = self._lines(Name(self.gradient))
        return [
            Assignment(self.gradient, by_scale, Phase.BACKWARD, self.layer, masked),
            Assignment(self.gradient, by_mask, Phase.BACKWARD, self.layer, made),
        ]

    def _lines(self, name: Name) -> tuple[Expression, Expression]:
        return Binary("*", name, Name(self.mask)), Binary("/", name, Name(self.keep))
