"""Scripts for tests, written into a folder and recorded there."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from nnscope.commands.loading import load_program
from nnscope.program.model import Program

FLAT = """\
import numpy as np
np.random.seed(1)
X = np.random.randn(6, 3)
Y = (X[:, :1] > 0) * 1.0
W = np.zeros((3, 1))
rate = 0.5
print("before", rate)
for k in range(12):
    A = 1 / (1 + np.exp(-(X @ W)))
    J = -np.mean(Y * np.log(A)
                 + (1 - Y) * np.log(1 - A))
    dW = X.T @ (A - Y) / len(X)
    if k % 4 == 0:
        print("J is", J)
        print("k is", k)
    W -= rate * dW
print("after", J)
"""

TWO_FILES = {
    "train.py": """\
import numpy as np
from layers import back, forward

params = {"W1": np.full((2, 3), 0.1), "b1": np.zeros(2)}
X = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 2.0]])
Y = np.array([[1.0, 0.0], [0.0, 1.0]])


def train(params, X, Y):
    out = forward(params, X)
    cost = np.sum((out - Y) ** 2)
    grads = back(params, X, Y, out)
    params["W1"] -= 0.05 * grads["dW1"]
    params["b1"] -= 0.05 * grads["db1"]
    return cost


for epoch in range(4):
    for i in range(2):
        train(params, X, Y)
    print("epoch", epoch)
""",
    "layers.py": """\
import numpy as np


def forward(params, X):
    Z1 = X @ params["W1"].T + params["b1"]
    return np.tanh(Z1)


def back(params, X, Y, out):
    dZ1 = 2 * (out - Y) * (1 - out ** 2)
    return {"dW1": dZ1.T @ X, "db1": np.sum(dZ1, axis=0)}
""",
}
"""A module beside the script, a dictionary of parameters, a bias of one axis, batches in epochs."""

NO_COST = """\
import numpy as np
np.random.seed(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
syn0 = 2 * np.random.random((3, 1)) - 1
for j in range(6):
    l1 = 1 / (1 + np.exp(-np.dot(X, syn0)))
    l1_delta = np.sin(y - l1)
    syn0 += X.T.dot(l1_delta)
"""


def written(files: Mapping[str, str], folder: Path) -> Path:
    """Write the files of a script; give the first one's path."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / next(iter(files))


@lru_cache
def flat() -> Program:
    """Record the flat script, once."""
    return load_program(str(written({"flat.py": FLAT}, Path(mkdtemp()))))


@lru_cache
def two_files() -> Program:
    """Record the script with a module beside it, once."""
    return load_program(str(written(TWO_FILES, Path(mkdtemp()))))


@lru_cache
def no_cost() -> Program:
    """Record the script that computes no cost, once."""
    return load_program(str(written({"no_cost.py": NO_COST}, Path(mkdtemp()))))
