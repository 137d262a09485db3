"""`nnscope export FILE --to script`: the lines as a NumPy script that needs nothing of nnscope."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnscope.engine.timeline import Timeline
from nnscope.export.script import script_text
from nnscope.program.model import Program
from tests.commands.shell import Shell
from tests.recorded import flat
from tests.samples import library

_BATCHES = """
seed = 2
[data]
X = [[0, 0, 1, 1, 2], [0, 1, 0, 1, 2]]
Y = [[0, 1, 1, 0, 1]]
[[layer]]
units = 3
activation = "leaky_relu"
keep = 0.5
[[layer]]
units = 1
activation = "sigmoid"
[loss]
name = "binary_cross_entropy"
[training]
iterations = 6
learning_rate = 0.1
batch_size = 2
"""


def _run(text: str) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    with np.errstate(all="ignore"):
        exec(compile(text, "exported.py", "exec"), scope)
    return scope


def _compare(program: Program, scope: dict[str, Any]) -> None:
    timeline = Timeline(program)
    timeline.seek(timeline.length)
    frame = timeline.frame()
    assert len(scope["costs"]) == program.iterations
    for later in program.carried.values():
        expected = np.asarray(frame.values[later], dtype=np.float64)
        np.testing.assert_allclose(scope[later], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["single_neuron", "two_layer", "deep_network"])
def test_it_computes_what_the_scenario_does(name: str, shell: Shell) -> None:
    assert shell.run("export", name, "--to", "script") == 0
    assert "nnscope." not in "\n".join(shell.out)
    _compare(library(name), _run("\n".join(shell.out)))


def test_it_computes_what_a_recorded_script_does() -> None:
    _compare(flat(), _run(script_text(flat())))


def test_it_has_what_each_iteration_is_given(tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "batches.toml"
    path.write_text(_BATCHES)

    assert shell.run("export", str(path), "--to", "script") == 0

    assert _run("\n".join(shell.out))["costs"]


def test_data_that_are_too_many_are_told(tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "batches.toml"
    path.write_text(_BATCHES.replace("iterations = 6", "iterations = 60000"))

    told = shell.mistake("export", str(path), "--to", "script")

    assert "take fewer iterations, or less data" in told
