"""Programs that no scenario was compiled to: lines put together by hand, as a script has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from nnscope.expression.evaluate import Value, freeze
from nnscope.expression.parse import parse
from nnscope.program.assemble import assemble
from nnscope.program.assignment import Assignment
from nnscope.program.model import EDITED, Line, Program


@dataclass(frozen=True, eq=False)
class HandBuilt:
    """An origin that keeps the text of its lines."""

    name: str
    text: str
    start: Mapping[str, Value]
    cost: str = ""
    iterations: int = 1
    own: tuple[str, ...] = ()  # the text of the lines that were edited
    kind: str = "script"
    title: str = "Put together by hand"
    about: str = ""
    source: str = ""

    is_outdated: bool = False
    is_growing: bool = False
    has_grown: bool = False

    def grown(self) -> Program:
        return self.program()

    @property
    def headline(self) -> str:
        return self.name

    def again(self, keep_going: Callable[[], bool]) -> Program:
        return self.program()

    def program(self) -> Program:
        lines = []
        for text in self.text.strip().splitlines():
            target, _, expression = map(str.strip, text.partition("="))
            because = EDITED if text in self.own else ""
            lines.append(Assignment(target, parse(expression), because=because))
        return assemble(self, lines, self.start, cost=self.cost, iterations=self.iterations)

    def edited(self, line: Line, expression: str) -> Program:
        lines = self.text.strip().splitlines()
        at = self.program().line_of[line.target]
        lines[at] = f"{line.spelled} = {expression}"
        own = (*self.own, lines[at])
        return replace(self, text="\n".join(lines), own=own).program()

    def with_iterations(self, iterations: int) -> Program:
        return replace(self, iterations=iterations).program()


def _drawn(seed: int, *shape: int) -> Value:
    return freeze(np.random.default_rng(seed).normal(size=shape))


_X = _drawn(1, 3, 6)
_Y = freeze((np.asarray(_X)[:1] > 0) * 1.0)

LOGISTIC = HandBuilt(
    "logistic",
    """
    scores = theta @ examples + offset
    guess = sigmoid(scores)
    penalty = -np.mean(labels * np.log(guess) + (1 - labels) * np.log(1 - guess))
    error = (guess - labels) / count
    g = error @ examples.T
    h = np.sum(error, axis=1, keepdims=True)
    speed = friction * speed + g
    theta = theta - pace * speed
    offset = offset - pace * h
    """,
    {"examples": _X, "labels": _Y, "theta": _drawn(2, 1, 3), "offset": freeze(np.zeros((1, 1))),
     "speed": freeze(np.zeros((1, 3))), "friction": np.float64(0.9), "pace": np.float64(0.5),
     "count": np.float64(6)},
    "penalty", 20,
)  # fmt: skip
"""Logistic regression in a student's own names, with momentum."""

TWICE = HandBuilt(
    "twice",
    """
    z = W1 @ X
    a = np.tanh(z)
    z = W2 @ a
    out = sigmoid(z)
    J = np.sum((out - Y) ** 2) / m
    d = 2 * (out - Y) / m
    d = d * out * (1 - out)
    dW2 = d @ a.T
    d = (W2.T @ d) * (1 - a ** 2)
    dW1 = d @ X.T
    W1 = W1 - rate * dW1
    W2 = W2 - rate * dW2
    """,
    {"X": _X, "Y": _Y, "W1": _drawn(3, 4, 3), "W2": _drawn(4, 1, 4), "m": np.float64(6),
     "rate": np.float64(0.3)},
    "J", 20,
)  # fmt: skip
"""A network whose names are assigned twice in an iteration."""

ADDING = HandBuilt(
    "adding",
    """
    l1 = sigmoid(X @ syn0)
    l1_error = y - l1
    half = np.sum(l1_error ** 2) / 2
    l1_delta = l1_error * (l1 * (1 - l1))
    syn0 = syn0 + X.T @ l1_delta
    """,
    {"X": freeze(np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])),
     "y": freeze(np.array([[0.0], [0], [1], [1]])), "syn0": _drawn(5, 3, 1)},
    "half", 20,
)  # fmt: skip
"""An update that adds, without a learning rate, its gradient inside it: descent all the same."""

_HALF = "    half = np.sum(l1_error ** 2) / 2\n"
NO_COST = replace(ADDING, name="no_cost", cost="", text=ADDING.text.replace(_HALF, ""))
"""The same without a cost."""

NO_LAYERS = HandBuilt(
    "no_layers",
    """
    J = (x - 3) ** 2 + 1
    dx = 2 * (x - 3)
    x = x - rate * dx
    """,
    {"x": np.float64(0.5), "rate": np.float64(0.1)},
    "J", 20,
)  # fmt: skip
"""Descent in one dimension: no layer, no data."""

FORWARD = HandBuilt(
    "forward",
    """
    hidden = relu(inputs @ first)
    result = softmax(hidden @ second, axis=1)
    """,
    {"inputs": _drawn(8, 6, 3), "first": _drawn(6, 3, 4), "second": _drawn(7, 4, 2)},
)
"""Forwards only."""

HAND_BUILT = {each.name: each for each in (LOGISTIC, TWICE, ADDING, NO_COST, NO_LAYERS, FORWARD)}
