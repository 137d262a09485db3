"""The losses: one entry for each name and factor that books use.

In the expressions `A` is the network's output, `Y` the target, `m` the number of examples. To add a
loss, add its entry; the first of a name is that name's default factor.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field


class Loss(Struct, frozen=True):
    """What a network is judged by.

    `cost` is over all examples, `cell` over a single number. `gradient` is the derivative by `A`
    without its `divisor`, which is the number of examples `m` or of values `n`, or empty. `average`
    says where the divisor is usually written: in the gradients of the parameters, or at the output.
    `combined` has what ∂J/∂Z collapses to for some output activations. `guess` is the cost of a
    network whose `K` outputs know nothing and say the same; empty where targets are no classes.
    `probabilities` says what the outputs must be for the cost to have a meaning: each one the
    probability of a yes by itself, or all of an example together those of its classes.
    """

    name: str
    factor: str
    cost: str
    cell: str
    gradient: str
    divisor: Literal["", "m", "n"]
    average: Literal["parameters", "output"]
    reference: str
    combined: Mapping[str, str] = field(default_factory=dict)
    algebra: str = ""
    guess: str = ""
    probabilities: Literal["", "each", "together"] = ""


_SQUARED_ERROR = "Bishop, Pattern Recognition and Machine Learning, section 1.2.5"

LOSSES: tuple[Loss, ...] = (
    Loss(
        name="mean_squared_error",
        factor="mean",
        cost="np.mean((A - Y) ** 2)",
        cell="(A - Y) ** 2",
        gradient="2 * (A - Y)",
        divisor="n",
        average="output",
        reference=_SQUARED_ERROR,
    ),
    Loss(
        name="mean_squared_error",
        factor="half_mean",
        cost="np.sum((A - Y) ** 2) / (2 * m)",
        cell="(A - Y) ** 2 / 2",
        gradient="A - Y",
        divisor="m",
        average="parameters",
        reference=_SQUARED_ERROR,
    ),
    Loss(
        name="mean_squared_error",
        factor="half_sum",
        cost="np.sum((A - Y) ** 2) / 2",
        cell="(A - Y) ** 2 / 2",
        gradient="A - Y",
        divisor="",
        average="parameters",
        reference=_SQUARED_ERROR,
    ),
    Loss(
        name="mean_squared_error",
        factor="sum",
        cost="np.sum((A - Y) ** 2)",
        cell="(A - Y) ** 2",
        gradient="2 * (A - Y)",
        divisor="",
        average="parameters",
        reference=_SQUARED_ERROR,
    ),
    Loss(
        name="huber",
        factor="mean",
        cost="np.mean(np.where(np.abs(A - Y) <= 1, (A - Y) ** 2 / 2, np.abs(A - Y) - 0.5))",
        cell="np.where(np.abs(A - Y) <= 1, (A - Y) ** 2 / 2, np.abs(A - Y) - 0.5)",
        gradient="np.where(np.abs(A - Y) <= 1, A - Y, np.sign(A - Y))",
        divisor="n",
        average="output",
        reference="Huber 1964, with the bend at an error of 1",
    ),
    Loss(
        name="binary_cross_entropy",
        factor="mean",
        cost="-np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m",
        cell="-(Y * np.log(A) + (1 - Y) * np.log(1 - A))",
        gradient="-(Y / A - (1 - Y) / (1 - A))",
        divisor="m",
        average="parameters",
        combined={"sigmoid": "A - Y"},
        guess="K * np.log(2)",
        probabilities="each",
        algebra="−(Y/A − (1−Y)/(1−A)) · A (1−A) = −Y (1−A) + (1−Y) A = A − Y",
        reference="Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.2",
    ),
    Loss(
        name="softmax_cross_entropy",
        factor="mean",
        cost="-np.sum(Y * np.log(A)) / m",
        cell="-Y * np.log(A)",
        gradient="-Y / A",
        divisor="m",
        average="parameters",
        combined={"softmax": "A - Y"},
        guess="np.log(K)",
        probabilities="together",
        algebra="Σᵢ (−yᵢ/aᵢ) · aᵢ (δᵢⱼ − aⱼ) = −yⱼ + aⱼ Σᵢ yᵢ = aⱼ − yⱼ, as the targets sum to 1",
        reference="Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3",
    ),
)
