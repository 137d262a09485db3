import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from nnscope.engine.timeline import Timeline
from nnscope.expression.source import source
from tests.commands.shell import Shell
from tests.samples import LIBRARY, NEURON, PAIR, library, program

FIELDS = ["iteration", "line", "phase", "layer", "name", "expression", "shape", "value"]


def objects(shell: Shell) -> list[dict[str, Any]]:
    return [json.loads(line, parse_constant=_refuse) for line in shell.out]


def _refuse(word: str) -> float:
    raise AssertionError(f"{word} is not JSON")


def test_list_is_the_library(shell: Shell) -> None:
    assert shell.run("list") == 0
    paths = sorted(LIBRARY.glob("*.toml"))
    width = max(len(path.stem) for path in paths)
    assert shell.out == [
        f"{path.stem:<{width}}  {library(path.stem).origin.title}" for path in paths
    ]


def test_text_of_a_neuron(shell: Shell, neuron: Path) -> None:
    assert shell.run("trace", neuron, "--iterations", "1") == 0
    assert shell.out == [
        "     0   1  forward   z = w * x + b   ()", "            0.",
        "     0   2  forward   a = sigmoid(z)   ()", "            0.5",
        "     0   3  loss      J = (a - y) ** 2   ()", "            0.25",
        "     0   4  backward  da = 2 * (a - y)   ()", "            -1.",
        "     0   5  backward  dz = da * (a * (1 - a))   ()", "            -0.25",
        "     0   6  backward  dw = dz * x   ()", "            -0.5",
        "     0   7  backward  db = dz   ()", "            -0.25",
        "     0   8  update    w = w - learning_rate * dw   ()", "            0.75",
        "     0   9  update    b = b - learning_rate * db   ()", "            -0.875",
    ]  # fmt: skip
    assert shell.err == []


def test_text_of_a_matrix_has_a_line_for_each_row(shell: Shell, pair: Path) -> None:
    assert shell.run("trace", pair, "--iterations", "1") == 0
    assert shell.out[:3] == [
        "     0   1  forward   Z1 = W1 @ X + b1   (2, 3)",
        "            [[ 0.475   -0.65     0.6    ]",
        "             [ 0.725    2.0375  -1.36875]]",
    ]


def test_json_has_every_event_with_its_fields(shell: Shell, pair: Path) -> None:
    assert shell.run("trace", pair, "--json") == 0
    found = objects(shell)
    events = list(Timeline(program(PAIR)).events())
    assert len(found) == len(events) == 12 * 15
    for written, event in zip(found, events, strict=True):
        assert list(written) == FIELDS
        assert written == {
            "iteration": event.iteration,
            "line": event.index + 1,
            "phase": event.line.phase.value,
            "layer": event.line.layer or None,
            "name": event.line.spelled,
            "expression": source(event.line.expression),
            "shape": list(np.shape(event.value)),
            "value": np.asarray(event.value).tolist(),
        }


def test_json_of_one_event_in_full(shell: Shell, neuron: Path) -> None:
    assert shell.run("trace", neuron, "--json", "--iterations", "1") == 0
    assert objects(shell)[4] == {
        "iteration": 0, "line": 5, "phase": "backward", "layer": 1, "name": "dz",
        "expression": "da * (a * (1 - a))", "shape": [], "value": -0.25,
    }  # fmt: skip
    assert objects(shell)[2]["layer"] is None


def test_a_part_of_the_trace_is_a_part_of_the_whole(shell: Shell, pair: Path) -> None:
    assert shell.run("trace", pair, "--json") == 0
    whole = shell.out
    assert shell.run("trace", pair, "--json", "--from", "3", "--iterations", "2") == 0
    assert shell.out == whole[3 * 15 : 5 * 15]
    assert shell.run("trace", pair, "--json", "--from", "11") == 0
    assert shell.out == whole[11 * 15 :]
    assert shell.run("trace", pair, "--json", "--from", "10", "--iterations", "99") == 0
    assert shell.out == whole[10 * 15 :]


def test_non_finite_numbers_are_words(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "infinite.toml"
    override = '[[override]]\ntarget = "{}"\nexpression = "{}"\n'
    path.write_text(
        NEURON + override.format("da", "np.log(0 * a)") + override.format("dz", "-np.log(0 * a)")
        + override.format("dw", "da + dz"), encoding="utf-8",
    )  # fmt: skip
    assert shell.run("trace", path, "--json", "--iterations", "2") == 0
    values = {event["name"]: event["value"] for event in objects(shell)[:9]}
    assert [values[name] for name in ("da", "dz", "dw", "w")] == ["-inf", "inf", "nan", "nan"]
    assert math.isfinite(values["J"])
    assert objects(shell)[9]["value"] == "nan"


def test_truth_values_are_numbers(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "truth.toml"
    path.write_text(PAIR + '[[override]]\ntarget = "A1"\nexpression = "Z1 > 0"\n', encoding="utf-8")
    assert shell.run("trace", path, "--json", "--iterations", "1") == 0
    assert objects(shell)[1]["value"] == [[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]


def test_a_forward_pass_alone(shell: Shell) -> None:
    assert shell.run("trace", "three_layer_forward", "--json") == 0
    assert [event["name"] for event in objects(shell)] == ["A1", "Z1", "A2", "Z2", "A3", "Y"]
    assert np.round(objects(shell)[5]["value"], 8).tolist() == [0.31682708, 0.69627909]
