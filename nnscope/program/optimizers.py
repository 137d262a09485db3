"""The optimizers: one entry for each rule, and for each convention that books write it in.

In the lines `P` is a parameter and `dP` its gradient. Every other name that a line assigns belongs
to the parameter: `v` is called `vdW1` in the listing, `s_corrected` is `sdW1_corrected`. To add an
optimizer, add its entry; the first of a name is that name's default convention.
"""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace


class Hyperparameter(NamedTuple):
    """A number of `[training]`: its default (None: it must be given), from `least` to `below`."""

    default: float | None
    least: float = -inf
    below: float = inf
    symbol: str = ""


class Optimizer(Struct, frozen=True):
    """How a parameter moves.

    `lines` are run for each parameter, `shared` once before them. `state` is what is carried from
    iteration to iteration, with its meaning, in which `{P}` and `{dP}` stand for the names; it
    starts at zeros of the parameter's shape. What is shared and carried is a hyperparameter of the
    same name, which gives its start. `meanings` are those of the other names. `told` says what sets
    the convention apart.
    """

    name: str
    title: str
    lines: tuple[str, ...]
    hyperparameters: Mapping[str, Hyperparameter]
    reference: str
    convention: str = ""
    told: str = ""
    state: Mapping[str, str] = field(default_factory=dict)
    shared: tuple[str, ...] = ()
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def full_title(self) -> str:
        """The title with what sets the convention apart."""
        return f"{self.title} ({self.told})" if self.told else self.title


COUNT = Hyperparameter(0.0, 0.0)
"""The number of steps that were made before the first iteration."""

COUNTING = "t = t + 1"
"""The line that counts the steps: it is 1 in the first one."""

_RATE = Hyperparameter(None, symbol="α")
_EPSILON = Hyperparameter(1e-8, 0.0, symbol="ε")


def _beta(default: float, symbol: str = "β") -> Hyperparameter:
    return Hyperparameter(default, 0.0, 1.0, symbol)


_MOMENTUM = (
    "Polyak 1964; Sutskever and others 2013, On the importance of initialization and momentum"
)
_NESTEROV = "Nesterov 1983; Sutskever and others 2013"
_ADAGRAD = "Duchi, Hazan and Singer 2011"
_RMSPROP = "Tieleman and Hinton 2012, Neural Networks for Machine Learning, lecture 6.5"
_ADAM = "Kingma and Ba 2015, Adam: a method for stochastic optimization, algorithm 1"

_VELOCITY = {"v": "velocity of {P}: its gradients so far, the older the less they count"}
_SQUARES = {"s": "running mean of {dP} ** 2: how large the gradient of each cell is"}
_WITH_BETA = {"learning_rate": _RATE, "beta": _beta(0.9)}
_ROOTS = {
    "epsilon_outside": ("np.sqrt({}) + epsilon", "epsilon outside the root"),
    "epsilon_inside": ("np.sqrt({} + epsilon)", "epsilon inside the root"),
}


def _adagrad(convention: str) -> Optimizer:
    root, told = _ROOTS[convention]
    return Optimizer(
        name="adagrad",
        title="AdaGrad",
        convention=convention,
        told=told,
        lines=(
            "s = s + dP ** 2",
            f"P = P - learning_rate * dP / ({root.format('s')})",
        ),
        state={"s": "sum of {dP} ** 2 over all iterations so far"},
        hyperparameters={"learning_rate": _RATE, "epsilon": _EPSILON},
        reference=_ADAGRAD,
    )


def _rmsprop(convention: str) -> Optimizer:
    root, told = _ROOTS[convention]
    return Optimizer(
        name="rmsprop",
        title="RMSProp",
        convention=convention,
        told=told,
        lines=(
            "s = beta * s + (1 - beta) * dP ** 2",
            f"P = P - learning_rate * dP / ({root.format('s')})",
        ),
        state=_SQUARES,
        hyperparameters={**_WITH_BETA, "epsilon": _EPSILON},
        reference=_RMSPROP,
    )


def _adam(convention: str) -> Optimizer:
    root, told = _ROOTS[convention]
    return Optimizer(
        name="adam",
        title="Adam",
        convention=convention,
        told=told,
        shared=(COUNTING,),
        lines=(
            "v = beta1 * v + (1 - beta1) * dP",
            "s = beta2 * s + (1 - beta2) * dP ** 2",
            "v_corrected = v / (1 - beta1 ** t)",
            "s_corrected = s / (1 - beta2 ** t)",
            f"P = P - learning_rate * v_corrected / ({root.format('s_corrected')})",
        ),
        state={"v": "running mean of {dP}", **_SQUARES},
        meanings={
            "v_corrected": "running mean of {dP}, corrected for its start at 0",
            "s_corrected": "running mean of {dP} ** 2, corrected for its start at 0",
        },
        hyperparameters={
            "learning_rate": _RATE,
            "beta1": _beta(0.9, "β₁"),
            "beta2": _beta(0.999, "β₂"),
            "epsilon": _EPSILON,
            "t": COUNT,
        },
        reference=_ADAM,
    )


def _adam_by_rate() -> Optimizer:
    outside = _adam("epsilon_outside")
    return replace(
        outside,
        convention="corrected_rate",
        told="the corrections in the learning rate",
        lines=(
            *outside.lines[:2],
            "rate = learning_rate * np.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)",
            "P = P - rate * v / (np.sqrt(s) + epsilon)",
        ),
        meanings={"rate": "learning rate, corrected for the start of both running means at 0"},
        reference=f"{_ADAM}, end of section 2",
    )


OPTIMIZERS: tuple[Optimizer, ...] = (
    Optimizer(
        name="gradient_descent",
        title="gradient descent",
        lines=("P = P - learning_rate * dP",),
        hyperparameters={"learning_rate": _RATE},
        reference="Cauchy 1847",
    ),
    Optimizer(
        name="momentum",
        title="momentum",
        convention="sum",
        told="v = beta * v + dP",
        lines=("v = beta * v + dP", "P = P - learning_rate * v"),
        state=_VELOCITY,
        hyperparameters=_WITH_BETA,
        reference=_MOMENTUM,
    ),
    Optimizer(
        name="momentum",
        title="momentum",
        convention="average",
        told="v = beta * v + (1 - beta) * dP",
        lines=("v = beta * v + (1 - beta) * dP", "P = P - learning_rate * v"),
        state={"v": "running mean of {dP}"},
        hyperparameters=_WITH_BETA,
        reference=_MOMENTUM,
    ),
    Optimizer(
        name="momentum",
        title="momentum",
        convention="step",
        told="v = beta * v - learning_rate * dP",
        lines=("v = beta * v - learning_rate * dP", "P = P + v"),
        state={"v": "step of {P}: a part of the last one, and one down the gradient"},
        hyperparameters=_WITH_BETA,
        reference=_MOMENTUM,
    ),
    Optimizer(
        name="nesterov",
        title="Nesterov's momentum",
        convention="sum",
        told="v = beta * v + dP",
        lines=("v = beta * v + dP", "P = P - learning_rate * (dP + beta * v)"),
        state=_VELOCITY,
        hyperparameters=_WITH_BETA,
        reference=_NESTEROV,
    ),
    Optimizer(
        name="nesterov",
        title="Nesterov's momentum",
        convention="step",
        told="v = beta * v - learning_rate * dP",
        lines=(
            "v = beta * v - learning_rate * dP",
            "P = P + beta * v - learning_rate * dP",
        ),
        state={"v": "step of {P} before the look ahead"},
        hyperparameters=_WITH_BETA,
        reference=_NESTEROV,
    ),
    *map(_adagrad, _ROOTS),
    *map(_rmsprop, _ROOTS),
    *map(_adam, _ROOTS),
    _adam_by_rate(),
    Optimizer(
        name="adamax",
        title="AdaMax",
        shared=(COUNTING,),
        lines=(
            "v = beta1 * v + (1 - beta1) * dP",
            "u = np.maximum(beta2 * u, np.abs(dP))",
            "v_corrected = v / (1 - beta1 ** t)",
            "P = P - learning_rate * v_corrected / (u + epsilon)",
        ),
        state={
            "v": "running mean of {dP}",
            "u": "largest size of {dP} so far, the older the less it counts",
        },
        meanings={"v_corrected": "running mean of {dP}, corrected for its start at 0"},
        hyperparameters={
            "learning_rate": _RATE,
            "beta1": _beta(0.9, "β₁"),
            "beta2": _beta(0.999, "β₂"),
            "epsilon": _EPSILON,
            "t": COUNT,
        },
        reference="Kingma and Ba 2015, Adam: a method for stochastic optimization, algorithm 2",
    ),
)

DECAY = "P = P - learning_rate * weight_decay * P"
"""Decoupled weight decay, before the rule: Loshchilov and Hutter 2019, algorithm 2."""
