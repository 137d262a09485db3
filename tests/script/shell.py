"""Writing small scripts and recording them."""

import textwrap
from pathlib import Path

TRAINING = """\
import numpy as np

np.random.seed(0)
X = np.random.randn(4, 2)
y = X[:, :1] * 2.0
W = np.zeros((2, 1))
for i in range(40):
    d = X @ W - y
    J = np.sum(d ** 2) / 2
    W -= 0.1 * X.T @ d
"""
"""Forty iterations; what goes on in the loop stands four spaces in, from row 11 on."""


def written(folder: Path, text: str, name: str = "homework.py") -> Path:
    """Write a script."""
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path
