"""The optimizers: one entry each, the lines that update a parameter `P` from its gradient `dP`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Optimizer:
    """How a parameter moves.

    `update` is the parameter's next value; `hyperparameters` are the keys of `[training]` that it
    needs, each a number.
    """

    update: str
    hyperparameters: tuple[str, ...]
    reference: str


OPTIMIZERS: dict[str, Optimizer] = {
    "gradient_descent": Optimizer(
        update="P - learning_rate * dP",
        hyperparameters=("learning_rate",),
        reference="Cauchy 1847",
    ),
}
