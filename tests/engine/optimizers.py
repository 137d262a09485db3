"""A network of two layers under every update rule, its lines written by hand."""

import numpy as np

from nnscope.expression.evaluate import Value, freeze
from nnscope.program.model import Program
from tests.hand_built import HandBuilt

PARAMETERS = ("W1", "b1", "W2", "b2")
_RANDOM = np.random.default_rng(7)
_X = _RANDOM.normal(size=(3, 6))
_START: dict[str, Value] = {
    "X": freeze(_X), "Y": freeze((_X[:1] > 0) * 1.0), "m": np.float64(6), "rate": np.float64(0.3),
    "W1": freeze(_RANDOM.normal(size=(4, 3))), "b1": freeze(np.zeros((4, 1))),
    "W2": freeze(_RANDOM.normal(size=(1, 4))), "b2": freeze(np.zeros((1, 1))),
}  # fmt: skip
_NETWORK = """
Z1 = W1 @ X + b1
A1 = np.tanh(Z1)
Z2 = W2 @ A1 + b2
A2 = sigmoid(Z2)
J = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
dZ2 = A2 - Y
dW2 = dZ2 @ A1.T / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dZ1 = (W2.T @ dZ2) * (1 - A1 ** 2)
dW1 = dZ1 @ X.T / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m
"""


def trained(
    name: str, *updates: str, iterations: int = 20, by_line: bool = False, **start: float
) -> Program:
    """Put the network together with an update, in which P stands for each parameter.

    A line without P stands once, for all. With `by_line` each line is written for every parameter
    before the next line begins. What an update reads and is not in `start` begins with zeros.
    """
    own = [line.replace("P", parameter) for line, parameter in _spread(updates, by_line)]
    state: dict[str, Value] = {key: np.float64(value) for key, value in start.items()}
    for line in updates:
        target = line.partition("=")[0].strip()
        if "P" in target and target != "P" and target[0] in "vsm" and target[1] == "P":
            for parameter in PARAMETERS:
                zeros = np.zeros(np.shape(_START[parameter]))
                state[target.replace("P", parameter)] = freeze(zeros)
    text = _NETWORK + "\n".join(own)
    return HandBuilt(name, text, {**_START, **state}, "J", iterations).program()


def _spread(updates: tuple[str, ...], by_line: bool) -> list[tuple[str, str]]:
    shared = [(line, "") for line in updates if "P" not in line]
    own = [line for line in updates if "P" in line]
    if by_line:
        return shared + [(line, parameter) for line in own for parameter in PARAMETERS]
    return shared + [(line, parameter) for parameter in PARAMETERS for line in own]


DESCENT = trained("descent", "P = P - rate * dP")
MOMENTUM = trained("momentum", "vP = beta * vP + dP", "P = P - rate * vP", beta=0.9)
AVERAGED = trained(
    "averaged", "vP = beta * vP + (1 - beta) * dP", "P = P - rate * vP", by_line=True, beta=0.9
)
NESTEROV = trained(
    "nesterov", "lP = vP", "vP = beta * vP - rate * dP", "P = P - beta * lP + (1 + beta) * vP",
    beta=0.9,
)  # fmt: skip
LOOKING_BACK = trained(
    "looking_back", "nP = beta * vP - rate * dP", "P = P - beta * vP + (1 + beta) * nP", "vP = nP",
    beta=0.9,
)  # fmt: skip
LATE = trained("late", "P = P - rate * vP", "vP = beta * vP + dP", by_line=True, beta=0.9)
ADAGRAD = trained("adagrad", "sP = sP + dP ** 2", "P = P - rate * dP / (np.sqrt(sP) + 1e-8)")
RMSPROP = trained(
    "rmsprop", "sP = beta * sP + (1 - beta) * dP ** 2", "P = P - rate * dP / (sP + 1e-8) ** 0.5",
    beta=0.9,
)  # fmt: skip
ADAM = trained(
    "adam", "t = t + 1", "one = one * beta1", "two = two * beta2",
    "mP = beta1 * mP + (1 - beta1) * dP", "vP = beta2 * vP + (1 - beta2) * dP ** 2",
    "hP = mP / (1 - one)", "kP = vP / (1 - two)", "P = P - rate * hP / (np.sqrt(kP) + 1e-8)",
    t=0, one=1, two=1, beta1=0.9, beta2=0.999,
)  # fmt: skip
DECAY = trained(
    "decay", "now = rate / (1 + 0.1 * t)", "t = t + 1", "gP = dP + 0.01 * P", "P = P - now * gP",
    t=0,
)  # fmt: skip
_EARLY = _NETWORK.replace("dZ1 = ", "W2 = W2 - rate * dW2\ndZ1 = ")
_LAST = "".join(f"{name} = {name} - rate * d{name}\n" for name in ("W1", "b1", "b2"))
EARLY = HandBuilt("early", _EARLY + _LAST, _START, "J", 20).program()
"""One weight is updated before the backward pass reads it: a mistake, but to be shown as it is."""

OPTIMIZERS = {
    each.name: each
    for each in (DESCENT, MOMENTUM, AVERAGED, NESTEROV, LOOKING_BACK, LATE, ADAGRAD, RMSPROP, ADAM,
                 DECAY)
}  # fmt: skip
