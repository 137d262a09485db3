"""Scripts whose iterations do not all run the same lines, because of branches and lengths."""

from pathlib import Path

import numpy as np

from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value
from nnscope.program.model import Program
from nnscope.program.order import MOST_FORMS
from tests.script.recording import HEAD, opened, recorded, texts

LENGTHS = """
U = np.random.randn(1, 1) * 0.3
data = [[np.random.randn(2, 1) for _ in range(length)] for length in (2, 3, 2, 4, 3)]
for sequence in data * 3:
    h = np.zeros((1, 1))
    for x in sequence:
        h = np.tanh(W.T @ x + U @ h)
    dz = (h - 0.5) * (1 - h ** 2)
    W -= 0.1 * sequence[-1] @ dz
    U -= 0.1 * dz * h
"""
CLIPPED = """
W = np.zeros((2, 1))
v = np.zeros((2, 1))
for i in range(30):
    v = 0.9 * v + X.T @ (X @ W - y) / 6
    W = W - 0.1 * v
    if np.max(np.abs(W)) > 0.3:
        W = np.clip(W, -0.3, 0.3)
"""
ENDLESS = """
for i in range(60):
    g = X.T @ (X @ W - y)
    for _ in range(i):
        g = g * 0.9
    W = W - 0.01 * g
"""


def last(program: Program, spelled: str) -> Value:
    """What a value is at the end of the run."""
    timeline = Timeline(program)
    timeline.seek(timeline.length)
    return timeline.frame().by_name[spelled]


def by_python(text: str, name: str) -> Value:
    """What plain Python makes of it."""
    values: dict[str, Value] = {}
    exec(HEAD + text, values)
    return values[name]


def test_each_length_of_a_sequence_has_its_lines(tmp_path: Path) -> None:
    program = opened(tmp_path, LENGTHS)

    assert len(program.forms) == 3
    assert [program.variant(at) for at in range(5)] == [(1, 3), (2, 3), (1, 3), (3, 3), (2, 3)]
    for name in ("W", "U"):
        assert np.array_equal(last(program, name), by_python(LENGTHS, name))


def test_what_a_branch_does_behind_the_update_is_carried_on(tmp_path: Path) -> None:
    program = opened(tmp_path, CLIPPED)

    assert {texts(form)[-1] for form in program.forms} == {
        "W = W - 0.1 * v", "W = np.clip(W, -0.3, 0.3)",
    }  # fmt: skip
    assert np.array_equal(last(program, "W"), by_python(CLIPPED, "W"))


def test_too_many_variants_are_told(tmp_path: Path) -> None:
    found = recorded(tmp_path, ENDLESS)

    assert (found.iterations, len(found.others)) == (MOST_FORMS, MOST_FORMS - 1)
    assert f"runs its lines in more than {MOST_FORMS} ways" in found.error


def test_an_edit_of_a_branch_leaves_the_other(tmp_path: Path) -> None:
    program = opened(tmp_path, CLIPPED)
    at = next(at for at, form in enumerate(program.forms) if "clip" in form.lines[-1].text)
    now = program.origin.edited(program.forms[at].lines[-1], "np.clip(W, -0.2, 0.2)")

    assert texts(now.forms[at])[-1] == "W = np.clip(W, -0.2, 0.2)"
    assert texts(now.forms[1 - at]) == texts(program.forms[1 - at])
