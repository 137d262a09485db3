"""The names of a program's values: in NumPy, in mathematics, and in words."""

from msgspec import Struct, field

from nnscope.expression.mathematics import lowered
from nnscope.scenario.schema import NamesTable


class LayerNames(Struct, frozen=True):
    """What the values around one layer are called. `input` is the activation of the layer below."""

    input: str
    weight: str
    bias: str
    pre_activation: str
    activation: str


class Notation(Struct):
    """Names every value by the letters of the source, and keeps its symbol and its meaning."""

    names: NamesTable
    depth: int
    single: bool
    symbols: dict[str, str] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)

    def layer(self, number: int) -> LayerNames:
        """Name the values of a layer, counted from 1; 0 names the input alone."""
        names = self.names
        below = names.input if number == 1 else self._activation(number - 1)
        return LayerNames(
            below,
            self._numbered(names.weight, number, f"weights of layer {number}"),
            self._numbered(names.bias, number, f"biases of layer {number}"),
            self._numbered(names.pre_activation, number, f"pre-activation of layer {number}: "
                           "the weighted sum"),
            self._activation(number),
        )  # fmt: skip

    def mask(self, number: int) -> str:
        """Name the dropout mask of a layer."""
        meaning = f"dropout mask of layer {number}: 1 where a cell stays, 0 where it is dropped"
        return self._numbered(self.names.mask, number, meaning)

    def gradient(self, of: str) -> str:
        """Name the gradient of the cost with respect to a value: dW1 for W1."""
        name = f"d{of}"
        cost = self.symbols.get(self.names.cost, self.names.cost)
        self.symbols[name] = f"∂{cost}/∂{self.symbols.get(of, of)}"
        self.meanings[name] = f"gradient of the cost with respect to {of}"
        return name

    def _activation(self, number: int) -> str:
        if number == self.depth and self.names.output:
            self.meanings[self.names.output] = "output of the network"
            return self.names.output
        return self._numbered(self.names.activation, number, f"activation of layer {number}")

    def _numbered(self, stem: str, number: int, meaning: str) -> str:
        suffix = "" if self.single else str(number)
        self.symbols[stem + suffix] = stem + lowered(suffix)
        self.meanings[stem + suffix] = meaning
        return stem + suffix
