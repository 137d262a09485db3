"""Right scripts that do it in other ways than textbooks: none of them is blamed."""

from pathlib import Path

import pytest

from nnscope.insight.diagnose.diagnose import diagnose
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


@pytest.mark.parametrize(
    "text", [_NEURON, _SUM_BESIDE_MEAN, _ONE_INPUT_UNDER_TWO_NAMES], ids=["half", "sum", "names"]
)
def test_a_right_script(text: str, tmp_path: Path) -> None:
    found = diagnose(opened(tmp_path, text))

    assert not found.trouble
    assert [each.facts for each in found.findings] == []
    assert len(found.right) > 1
