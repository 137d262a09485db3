"""Numbers of other types than float64: carried on as they are, or refused with the reason."""

from pathlib import Path

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.insight.check.replay import replay_difference
from nnscope.script.errors import ScriptError
from nnscope.script.program import ScriptOrigin
from tests.samples import same
from tests.script.recording import opened, recorded

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


def test_a_parameter_that_can_not_be_carried_on_is_refused(tmp_path: Path) -> None:
    told = "line 9: .* has numbers of float16, and nnscope computes in float64 and float32"
    with pytest.raises(ScriptError, match=told):
        opened(tmp_path, HALF)


def test_a_first_pass_that_makes_numbers_of_another_type_is_left_out(tmp_path: Path) -> None:
    found = recorded(tmp_path, WIDENED)

    assert (found.iterations, found.error) == (4, "")
    assert found.notes[0].startswith("The first pass does something else than those that follow")


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


SINGLE = """
X, y, W = X.astype(np.float32), y.astype(np.float32), W.astype(np.float32)
wide, rate, m = y.astype(float), 0.1, np.zeros_like(W)
for i in range(1, 6):
    error = X @ W - {target}
    gradient = X.T @ error / len(X)
    {update}
"""
STEPS = [
    ("y", "W = W - rate * gradient / float(np.linalg.norm(gradient))"),
    ("wide", "W -= rate * gradient"),
    ("wide", "W = (W - rate * gradient).astype(np.float32)"),
    ("y", "m = 0.9 * m + (1 - 0.9) * gradient; W = W - rate * m / (1 - 0.9 ** i)"),
]
"""What a step reads, and how it is written: each leaves W in 32 bits."""


@pytest.mark.parametrize(("target", "update"), STEPS)
def test_steps_in_32_bits_are_replayed_bit_for_bit(
    tmp_path: Path, target: str, update: str
) -> None:
    text = SINGLE.format(target=target, update=update)
    known = recorded(tmp_path, text)
    program = ScriptOrigin(tmp_path / "script.py", known, {}, known.iterations).program()
    assert replay_difference(program, known.checks) is None
    assert all(
        value.dtype == np.float32 for each in known.checks.values() for value in each.values()
    )
    assert all(np.asarray(program.start[name]).dtype == np.float32 for name in program.carried)
