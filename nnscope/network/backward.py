"""The cost and the way back: which gradient lines a loss and a style of writing ask for."""

from collections.abc import Sequence

from msgspec import Struct

from nnscope.expression.syntax import Binary, Expression, Name
from nnscope.network.layers import Dense
from nnscope.network.losses import LOSSES, Loss
from nnscope.network.notation import Notation
from nnscope.network.penalty import Penalty
from nnscope.network.templates import fill
from nnscope.program.assignment import Assignment
from nnscope.program.model import Phase
from nnscope.scenario.errors import one_of, wrong
from nnscope.scenario.schema import LossTable


def choose_loss(table: LossTable) -> Loss:
    """Look a loss up by its name and factor; raises `ScenarioError` for what is not there."""
    factors = {loss.factor: loss for loss in LOSSES if loss.name == table.name}
    if not factors:
        known = dict.fromkeys(loss.name for loss in LOSSES)
        raise wrong("[loss], name", one_of(table.name, known, "a loss"))
    if table.factor and table.factor not in factors:
        raise wrong("[loss], factor", one_of(table.factor, factors, f"a factor of {table.name}"))
    return factors[table.factor] if table.factor else next(iter(factors.values()))


class Backward(Struct, frozen=True):
    """Writes the cost and the gradients of a stack of layers.

    `divisor` is what the cost averages over (None: nothing), `scalar` says that values are single
    numbers.
    """

    layers: Sequence[Dense]
    notation: Notation
    table: LossTable
    loss: Loss
    divisor: Name | None
    scalar: bool

    @property
    def late_divisor(self) -> Name | None:
        """What only the gradients of the parameters are divided by; None where dZ is already."""
        average = self.table.average or self.loss.average
        return self.divisor if average == "parameters" else None

    def lines(self) -> list[Assignment]:
        """Write the loss line and every gradient, from the output down."""
        output, cost = self.layers[-1].names.activation, self.notation.names.cost
        template = self.loss.cell if self.scalar else self.loss.cost
        judged = self._paired(template, output)
        penalty = Penalty(self.divisor, self.scalar) if self.table.l2 else None
        lines = [Assignment(cost, judged, Phase.LOSS)]
        if penalty:
            lines = penalty.lines(judged, self.layers, self.notation)
        at_parameters = self.late_divisor
        at_output = None if at_parameters else self.divisor
        arriving = divided(self._paired(self.loss.gradient, output), at_output)
        for layer in reversed(self.layers):
            whole = self._collapsed(layer, at_output)
            lines += self._through(layer, arriving, whole)
            own = penalty.gradient(layer.names.weight) if penalty else None
            lines += layer.parameter_lines(at_parameters, own)
            gradient = self.notation.gradient(layer.names.pre_activation)
            arriving = layer.to_input(gradient)
        return lines

    def _through(
        self, layer: Dense, arriving: Expression, whole: Expression | None
    ) -> list[Assignment]:
        """Write dZ of a layer: in two lines where the gradient is chained, else in one."""
        names, number = layer.names, layer.number
        target = self.notation.gradient(names.pre_activation)
        if self._chained() or layer.dropout:
            above = self.notation.gradient(names.activation)
            bent = layer.through_activation(Name(above))
            return [
                Assignment(above, arriving, Phase.BACKWARD, number, layer.output.id),
                *(layer.dropout.backward() if layer.dropout else []),
                Assignment(target, bent, Phase.BACKWARD, number, names.pre_activation),
            ]
        expression = layer.through_activation(arriving) if whole is None else whole
        note = self.loss.algebra if whole else ""
        return [
            Assignment(target, expression, Phase.BACKWARD, number, names.pre_activation, note=note)
        ]

    def _collapsed(self, layer: Dense, divisor: Name | None) -> Expression | None:
        """Give what ∂J/∂Z of the output collapses to for this pair of loss and activation."""
        template = self.loss.combined.get(layer.layer.activation.name)
        if layer is not self.layers[-1] or template is None:
            return None
        return divided(self._paired(template, layer.names.activation), divisor)

    def _chained(self) -> bool:
        collapses = self.layers[-1].layer.activation.name in self.loss.combined
        return (self.table.gradient or ("combined" if collapses else "chained")) == "chained"

    def _paired(self, template: str, output: str) -> Expression:
        return fill(template, A=output, Y=self.notation.names.target)


def divided(expression: Expression, divisor: Name | None) -> Expression:
    """Divide an expression by a name, where there is one to divide by."""
    return Binary("/", expression, divisor) if divisor is not None else expression
