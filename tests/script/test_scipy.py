"""`scipy.special.expit`, which a well-known book takes for its activation."""

import sys
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest

from nnscope.expression.rows.activations import sigmoid
from nnscope.expression.rows.of_scipy import expit
from nnscope.expression.syntax import Call
from nnscope.script.functions import called, operand
from tests.script.recording import opened, texts

Z = np.array([[-800.0, -2.0, 0.0], [1e-3, 3.0, 800.0]])


def test_it_is_known_by_what_it_is_and_not_by_its_name() -> None:
    def expit(z: object) -> object:
        return z

    module = SimpleNamespace(expit=expit)
    with patch.dict(sys.modules, {"scipy.special": module}):
        assert called(module.expit, (Z,), {}) == (Call("expit", (operand(0),)), (Z,))
        assert called(lambda z: z, (Z,), {}) is None


def test_without_scipy_it_is_the_sigmoid_to_rounding() -> None:
    with np.errstate(all="ignore"), patch.dict(sys.modules, {"scipy.special": None}):
        assert np.allclose(expit(Z), sigmoid(Z), rtol=1e-15, atol=1e-300)


def test_a_script_that_calls_it_is_followed(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    program = opened(tmp_path, """
import scipy.special
for i in range(4):
    A = scipy.special.expit(X @ W)
    W = W - 0.1 * X.T @ ((A - y) * A * (1 - A))
""")  # fmt: skip

    assert texts(program)[0] == "A = expit(X @ W)"
