"""The activations: one entry each, its forward expression beside its derivative.

In the expressions `Z` is the pre-activation, `A` the activation, `dA` the gradient that arrives
from above, `axis` the axis of the units. To add an activation, add its entry; a function of the
language of one operand says in its own row that it is one.
"""

from collections.abc import Mapping
from math import inf

from msgspec import Struct, field

from nnscope.expression.functions import FUNCTIONS
from nnscope.expression.local import local_derivative
from nnscope.expression.parse import parse
from nnscope.expression.shapes import Shape
from nnscope.expression.source import source


class Activation(Struct, frozen=True):
    """How a layer bends its weighted sum, and how a gradient comes back through it.

    `derivative` is ∂A/∂Z cell by cell, in the form of the books; where there is none, it follows
    from the forward expression. `remark` tells more of it, `reference` who published it. `backward`
    turns dA into dZ; by default it is the product of the
    two. `several_units` says that one unit alone has no such activation, `can_die` that a
    unit may be 0 with derivative 0 for all examples, `saturates` that the derivative, written in
    terms of `A` alone, gets lost at both ends. Its values lie between `least` and `most`;
    `sums_to_one` says that those of one example add up to 1. `parameters` are numbers that a
    scenario may set, with their defaults.
    """

    forward: str
    remark: str = ""
    reference: str = ""
    derivative: str = ""
    backward: str = ""
    several_units: bool = False
    can_die: bool = False
    saturates: bool = False
    least: float = -inf
    most: float = inf
    sums_to_one: bool = False
    parameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def local(self) -> str:
        """∂A/∂Z as it is written, by the rules of calculus where no book's form is declared."""
        if self.derivative:
            return self.derivative
        numbers: dict[str, Shape] = dict.fromkeys(("Z", "A", *self.parameters), ())
        return source(local_derivative(parse(self.forward), "Z", "A", numbers))


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation(
        forward="Z",
        derivative="1",
        backward="dA",
        remark="for regression: the output is any real number",
    ),
    "sigmoid": Activation(
        forward="sigmoid(Z)",
        derivative="A * (1 - A)",
        remark="s' = s (1 - s), where s is the output",
        saturates=True,
        least=0,
        most=1,
    ),
    "tanh": Activation(
        forward="np.tanh(Z)",
        derivative="1 - A ** 2",
        remark="tanh' = 1 - tanh², where tanh is the output",
        saturates=True,
        least=-1,
        most=1,
    ),
    "relu": Activation(
        forward="relu(Z)",
        derivative="Z > 0",
        remark="at 0 itself the derivative is taken as 0",
        can_die=True,
        least=0,
    ),
    "leaky_relu": Activation(
        forward="leaky_relu(Z, slope)",
        derivative="np.where(Z > 0, 1, slope)",
        reference="Maas, Hannun and Ng 2013",
        parameters={"slope": 0.01},
    ),
    "softmax": Activation(
        forward="softmax(Z, axis=axis)",
        derivative="A * (1 - A)",
        backward="A * (dA - np.sum(dA * A, axis=axis, keepdims=True))",
        several_units=True,
        least=0,
        most=1,
        sums_to_one=True,
        reference="Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3",
    ),
} | {
    row.word: Activation(
        forward=f"{row.name}(Z)", reference=row.activation, least=row.least, most=row.most
    )
    for row in FUNCTIONS.values()
    if row.activation
}
