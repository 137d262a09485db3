"""Arrays that a script changes in place without a statement that says so."""

from pathlib import Path

import numpy as np
import pytest

from nnscope.script.errors import ScriptError
from tests.script.recording import opened


@pytest.mark.parametrize("change", [
    "W.flat[0] = W[0, 0] - 0.1 * dW[0, 0]",
    "W.flat[0] -= 0.1 * dW[0, 0]",
])  # fmt: skip
def test_a_parameter_that_is_changed_so_is_no_constant(tmp_path: Path, change: str) -> None:
    with pytest.raises(ScriptError, match=r"line 11: .* is not in nnscope's language yet"):
        opened(
            tmp_path,
            f"""
b = 1 * np.zeros((1, 1))
for i in range(5):
    err = X @ W + b - y
    dW = X.T @ err
    {change}
    b -= 0.1 * np.mean(err)
""",
        )


@pytest.mark.parametrize("change", ["np.multiply(mask, 0, out=mask)", "mask.flat[:] = 0"])
def test_what_was_read_before_such_a_change_is_kept(tmp_path: Path, change: str) -> None:
    program = opened(
        tmp_path,
        f"""
for i in range(5):
    mask = np.random.rand(6, 2)
    err = (X * mask) @ W - y
    W = W - 0.1 * X.T @ err
    {change}
""",
    )

    assert np.all(np.asarray(program.start["mask"]) > 0)
