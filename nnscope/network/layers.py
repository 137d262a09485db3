"""The lines of a dense layer, forwards and backwards. This is all that knows what a layer does."""

from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.syntax import Binary, Call, Expression, Name, Number
from nnscope.network.activations import Activation
from nnscope.network.dropout import Dropout
from nnscope.network.layouts import Layout
from nnscope.network.notation import LayerNames, Notation
from nnscope.network.templates import fill
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase
from nnscope.scenario.model import Layer


class Dense(Struct, frozen=True, eq=False):
    """One dense layer with its names and conventions; it writes the layer's lines."""

    number: int
    layer: Layer
    activation: Activation
    layout: Layout
    names: LayerNames
    notation: Notation
    below: Name
    dropout: Dropout | None = None

    @property
    def output(self) -> Name:
        """The variable that the layer above reads."""
        return self.dropout.variables[-1] if self.dropout else Name(self.names.activation)

    def forward(self) -> list[Assignment]:
        """Write the weighted sum and the activation, and what dropout leaves of that."""
        names = self.names
        total = fill(self.layout.weighted_sum, W=names.weight, A=names.input)
        if self.layer.bias is not None:
            total = Binary("+", total, Name(names.bias))
        bent = self._filled(self.activation.forward)
        return [
            Assignment(names.pre_activation, total, Phase.FORWARD, self.number),
            Assignment(names.activation, bent, Phase.FORWARD, self.number),
            *(self.dropout.forward() if self.dropout else []),
        ]

    def through_activation(self, arriving: Expression) -> Expression:
        """Write dZ from the gradient that arrives at the activation."""
        activation = self.activation
        if activation.backward:
            return self._activated(activation.backward, dA=arriving)
        return Binary("*", arriving, self._activated(activation.local))

    def to_input(self, gradient: str) -> Expression:
        """Write dA of the layer below from this layer's dZ."""
        return fill(self.layout.input_gradient, W=self.names.weight, dZ=gradient)

    def parameter_lines(
        self, divisor: Expression | None, penalty: Expression | None = None
    ) -> list[Assignment]:
        """Write dW and db from dZ, divided by the number of examples where that is done here.

        `penalty` is what a penalty on the weights adds to dW.
        """
        names, layout = self.names, self.layout
        arriving = self.notation.gradient(names.pre_activation)
        weight = fill(layout.weight_gradient, dZ=arriving, A=names.input)
        lines = [self._gradient(names.weight, weight, divisor)]
        if penalty is not None:
            lines = [replace(lines[0], expression=Binary("+", lines[0].expression, penalty))]
        if self.layer.bias is not None and self.layer.train_bias:
            lines.append(self._gradient(names.bias, self._summed(arriving), divisor))
        return lines

    def _gradient(self, of: str, expression: Expression, divisor: Expression | None) -> Assignment:
        if divisor is not None:
            expression = Binary("/", expression, divisor)
        target = self.notation.gradient(of)
        return Assignment(target, expression, Phase.BACKWARD, self.number, of)

    def _summed(self, arriving: str) -> Expression:
        total = fill(self.layout.bias_gradient, dZ=arriving)
        if isinstance(total, Call) and self.layer.bias is not None and self.layer.bias.ndim == 1:
            return Call(total.function, total.arguments, total.options[:1])  # b is a plain vector
        return total

    def _activated(self, template: str, **parts: Expression) -> Expression:
        """Write a backward rule; where dropout has changed A since, by what A was."""
        if self.dropout:
            parts["A"] = self._filled(self.activation.forward)
        return self._filled(template, **parts)

    def _filled(self, template: str, **parts: Expression) -> Expression:
        numbers = {**self.activation.parameters, **self.layer.activation.parameters}
        return fill(
            template.replace("axis=axis", f"axis={self.layout.units_axis}"),
            **{
                "Z": Name(self.names.pre_activation),
                "A": Name(self.names.activation),
                **{name: Number(value) for name, value in numbers.items()},
                **parts,
            },
        )
