"""Right scripts that do it in other ways than textbooks: none of them is blamed."""

from pathlib import Path

import pytest

from nnscope.commands.diagnosing import diagnosed
from nnscope.insight.diagnose.slips.slip import Kind
from tests.script.recording import opened

_NEURON = """
x, goal, w = np.array([1, 0, 1]), np.array([0, 1])[0], np.array([0.5, 0.48, -0.7])
for i in range(20):
    out = x.dot(w)
    error = (goal - out) ** 2
    delta = out - goal
    w = w - 0.1 * (x * delta)
"""  # the delta of a half square beside a whole one; a single number times an array

_SUM_BESIDE_MEAN = """
V, c = 0.5 * np.ones(2), 0.0
t = y.ravel()
for i in range(20):
    H = np.tanh(X)
    out = H.dot(V) + c
    gV, gc = (t - out).dot(H), (t - out).sum()
    V += 1e-3 * gV
    c += 1e-3 * gc
    cost = ((t - out) ** 2).mean()
"""

_ONE_INPUT_UNDER_TWO_NAMES = """
class Neuron:
    def __init__(self):
        self.w, self.v = 0.4, 0.3
        self.inputs = [0.05, 0.1]
n = Neuron()
read, goal = [0.05, 0.1], 0.7
for i in range(20):
    h = 1 / (1 + np.exp(-(n.w * n.inputs[0] + n.v * n.inputs[1])))
    d = (h - goal) * h * (1 - h)
    gw = d * read[0]
    gv = d * read[1]
    n.w -= 0.5 * gw
    n.v -= 0.5 * gv
"""


_TANH_COMPUTED_AGAIN = """
V = np.array([[0.3], [-0.2]])
for i in range(20):
    H = np.tanh(X * W.T)
    out = H @ V
    cost = np.sum((out - y) ** 2) / 2
    again = np.tanh(X * W.T)
    delta = (out - y) @ V.T * (1 - np.square(again))
    gV = H.T @ (out - y)
    gW = np.sum(delta * X, axis=0, keepdims=True).T
    V = V - 0.1 * gV
    W = W - 0.1 * gW
"""

_NAMED_LIKE_THE_TARGETS = """
t = (y > 0).astype(float)
for i in range(20):
    p = 1 / (1 + np.exp(-X @ W))
    cost = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    d_t = t - p
    W = W + 0.1 * X.T @ d_t / 6
"""

_A_GRADIENT_THAT_IS_ONE_NUMBER = """
t, w, b = (y.ravel() > 0) * 1.0, np.zeros(2), 0.0
for i in range(20):
    p = 1 / (1 + np.exp(-(np.dot(X, w) + b)))
    dw = (1 / 6) * np.dot(X.T, (p - t))
    db = (1 / 6) * np.sum(p - t)
    w -= 0.1 * dw
    b -= 0.1 * db
"""

_SOFTMAX_IN_TWO_LINES = """
t, b = np.eye(2)[(y.ravel() > 0) * 1], np.zeros((1, 3))
V, c = np.random.randn(2, 3), np.zeros((1, 2))
U = np.random.randn(3, 2)
for i in range(20):
    H = np.tanh(X @ V + b)
    p = np.exp(H @ U + c)
    p = p / np.sum(p, axis=1, keepdims=True)
    cost = np.sum((p - t) ** 2)
    g = 2 * (p - t)
    grad = g - np.sum(g * p, axis=1, keepdims=True)
    dZ = p * grad
    dU, dc = H.T @ dZ, np.sum(dZ, axis=0, keepdims=True)
    dH = dZ @ U.T * (1 - H**2)
    dV, db = X.T @ dH, np.sum(dH, axis=0, keepdims=True)
    U, c = U - 0.1 * dU, c - 0.1 * dc
    V, b = V - 0.1 * dV, b - 0.1 * db
"""

_RIGHT = {
    "softmax": _SOFTMAX_IN_TWO_LINES,
    "half": _NEURON, "sum": _SUM_BESIDE_MEAN, "names": _ONE_INPUT_UNDER_TWO_NAMES,
    "again": _TANH_COMPUTED_AGAIN, "targets": _NAMED_LIKE_THE_TARGETS,
    "number": _A_GRADIENT_THAT_IS_ONE_NUMBER,
}  # fmt: skip


@pytest.mark.parametrize("text", _RIGHT.values(), ids=_RIGHT)
def test_a_right_script(text: str, tmp_path: Path) -> None:
    found = diagnosed(opened(tmp_path, text))

    assert not found.trouble
    assert [each.facts for each in found.findings] == []
    assert len(found.right) > 1


def test_a_log_likelihood_is_ascended(tmp_path: Path) -> None:
    text = """
t, V = (y > 0).astype(float), np.ones((2, 1))
for i in range(20):
    H = np.tanh(X * V.T)
    p = 1 / (1 + np.exp(-H @ W))
    c = np.sum(t * np.log(p) + (1 - t) * np.log(1 - p))
    gW = H.T @ (t - p)
    gV = np.sum((t - p) @ W.T * (1 - H**2) * X, axis=0, keepdims=True).T
    W = W + 0.01 * gW
    V = V + 0.01 * gV
"""
    found = diagnosed(opened(tmp_path, text))

    assert found.status == 0
    (told,) = found.findings
    assert (told.line.spelled, told.kind) == ("c", Kind.CONVENTION)


def test_the_rule_of_a_perceptron_follows_no_cost(tmp_path: Path) -> None:
    text = """
w, b = np.zeros(2), 0.0
for epoch in range(3):
    for x, t in zip(X, (y.ravel() > 0) * 1):
        linear = np.dot(x, w) + b
        step = 0.1 * (t - np.where(linear >= 0, 1, 0))
        w = w + step * x
        b = b + step
"""
    assert diagnosed(opened(tmp_path, text)).trouble
