"""Numbers of other types than float64: carried on as they are, or refused with the reason."""

from pathlib import Path

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.script.errors import ScriptError
from tests.samples import same
from tests.script.recording import opened

HALF = """
W = W.astype(np.float16)
for i in range(5):
    W = W - np.float16(0.1) * W
"""
WIDENED = """
W = W.astype(np.float32)
for i in range(5):
    W = W - np.array([[0.1]]) * W
"""
MIXED = """
W = W.astype(np.float32)
slow, steps, rate = np.zeros((2, 1)), np.zeros((2, 1), dtype=np.int64), 0.1
for i in range(5):
    error = X.astype(np.float32) @ W - y.astype(np.float32)
    steps = steps + (W > 0)
    slow = slow - rate * (W + steps)
    W = W - rate * (X.T.astype(np.float32) @ error + np.float32(slow))
"""


@pytest.mark.parametrize(("text", "told"), [
    (HALF, "line 9: .* has numbers of float16, and nnscope computes in float64 and float32"),
    (WIDENED, "line 9: .* has numbers of float32 before the loop and of float64 after its first"),
])  # fmt: skip
def test_a_parameter_that_can_not_be_carried_on_is_refused(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(ScriptError, match=told):
        opened(tmp_path, text)


def test_every_type_is_carried_on_as_it_is_stepped_and_run(tmp_path: Path) -> None:
    program = opened(tmp_path, MIXED)
    stepped, ran = Timeline(program), Timeline(program)
    for _ in range(stepped.length):
        stepped.step()
    ran.run(ran.length)
    first, second = stepped.frame().values, ran.frame().values
    assert all(same(value, second[name]) for name, value in first.items())
    types = {program.spelled(name): np.asarray(first[name]).dtype for name in program.carried}
    assert types == {"W": np.float32, "slow": np.float64, "steps": np.int64}
