import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import nnscope
from nnscope.expression.errors import ExpressionError
from tests.commands.shell import ROOT, Shell
from tests.samples import LIBRARY

PROGRAMS = ROOT / "tests" / "script" / "programs"
SLIP = '\n[[override]]\ntarget = "dZ1"\nexpression = "W2.T @ dZ2"\n'


def values() -> dict[str, np.ndarray]:
    """The arrays of the first iteration, by name."""
    events = nnscope.load("two_layer").trace(1)
    return {event.line.target: np.array(event.value) for event in events}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return tmp_path / "mine.npz"


def test_a_right_program(shell: Shell) -> None:
    assert shell.run("diagnose", "two_layer") == 0
    assert shell.out == [
        "two_layer: no wrong line was found; 10 lines of the backward pass and the update are right"
    ]


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.toml")), ids=lambda path: path.stem)
def test_the_library(shell: Shell, path: Path) -> None:
    wrong = {"two_layer_as_printed": 1, "three_layer_forward": 2}
    assert shell.run("diagnose", path) == wrong.get(path.stem, 0)


def test_a_slip_in_a_scenario(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text((LIBRARY / "two_layer.toml").read_text() + SLIP)
    assert shell.run("diagnose", path) == 1
    assert shell.out[2] == "✗ line 9, dZ1: wrong direction"
    assert "  cause   the derivative of the activation is left out" in shell.out
    assert "  right   dZ1 = (W2.T @ dZ2) * (1 - A1 ** 2)" in shell.out


def test_a_slip_in_a_script(shell: Shell) -> None:
    assert shell.run("diagnose", PROGRAMS / "wrong_derivative.py", "--json") == 1
    found = json.loads(shell.out[0])
    assert found["first_wrong"] == {"file": "wrong_derivative.py", "line": 17, "name": "dW1"}
    assert found["facts"][0].startswith("dW1[1, 2] is ")
    (cause,) = found["causes"]
    assert (cause["slip"], cause["exact"]) == ("derivative-left-out", True)
    assert (cause["wrong"], cause["right"]) == ("X.T @ dA1", "X.T @ (dA1 * (1 - A1 ** 2))")
    assert (found["clean"], found["not_given"]) == (False, [])


def test_many_files(shell: Shell) -> None:
    right, wrong = PROGRAMS / "relu_where.py", PROGRAMS / "wrong_derivative.py"
    assert shell.run("diagnose", right, wrong, "missing.toml") == 2
    assert [line.partition(": ")[0] for line in shell.out] == [str(right), str(wrong)]
    assert "the derivative of the activation is left out" in shell.out[1]
    assert len(shell.err) == 1


def test_a_program_that_only_runs_forwards(shell: Shell) -> None:
    assert shell.run("diagnose", "three_layer_forward") == 2
    assert shell.out == ["three_layer_forward can't be compared: it has no cost to compare with"]


def test_arrays(shell: Shell, mine: Path) -> None:
    own = values()
    np.savez(mine, dw1=own["dW1"].astype(np.float32), grad_W2=3 * own["dW2"], b2_grad=own["db2"])
    assert shell.run("diagnose", "two_layer", mine, "--json") == 1
    found = json.loads(shell.out[0])
    assert found["first_wrong"]["name"] == "dW2"
    assert found["facts"] == ["dW2 is 3 times what it should be in all 4 cells, and m = 3"]
    assert [cause["slip"] for cause in found["causes"]] == ["count-lost"]
    assert found["not_given"] == ["dZ2", "dZ1", "db1"]
    assert len(found["findings"]) == 1


def test_arrays_whose_wrong_line_was_not_given() -> None:
    own, start = values(), nnscope.load("two_layer").program.start
    wrong = np.asarray(start["W2"]).T @ own["dZ2"]
    grads = {"W1": wrong @ np.asarray(start["X"]).T / 3, "b1": np.sum(wrong, 1, keepdims=True) / 3}
    found = nnscope.load("two_layer").diagnose({"grads": grads})
    (finding,) = found.findings
    assert finding.place.target == "dZ1"
    assert [cause.slip.name for cause in finding.causes] == ["derivative-left-out"]


def test_the_costs_that_the_third_article_prints() -> None:
    printed = nnscope.load("two_layer_as_printed").program.notes.expectations
    costs = [float(np.asarray(each.value)) for each in printed if each.text == "J"]
    found = nnscope.load("two_layer").diagnose({"costs": costs})
    assert len(costs) == 10
    assert found.findings[0].facts[0] == "all 4 gradients are divided by 400 instead of 3"


def test_arrays_without_a_known_name() -> None:
    network = nnscope.load("two_layer")
    with pytest.raises(ExpressionError, match="`dQ` is the name of nothing in two_layer"):
        network.diagnose({"dQ": [1.0]})
    with pytest.raises(ExpressionError, match="holds Python objects, not real numbers"):
        network.diagnose({"dW1": np.array([None])})
    with pytest.raises(ExpressionError, match="`dW1` is empty"):
        network.diagnose({"dW1": []})
    with pytest.raises(ExpressionError, match="no array: its rows have different lengths"):
        network.diagnose({"dW1": [[1.0], [1.0, 2.0]]})


def huge() -> bytes:
    """An array whose header promises 10 ** 9 cells."""
    head = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,), }"
    head += " " * (117 - len(head)) + "\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode()


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return stream.getvalue()


def saved(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


HOSTILE = {
    "pickle": (zipped(dW1=saved(np.array([{}], dtype=object))), "Python objects (a pickle)"),
    "words": (zipped(dW1=saved(np.array(["a"]))), "not real numbers"),
    "complex": (zipped(dW1=saved(np.array([1j]))), "not real numbers"),
    "cells": (zipped(dW1=huge()), "1,000,000,000 cells; the most is 20,000,000"),
    "bomb": (zipped(dW1=saved(np.zeros(10**6))[:-8] + b"\0" * 10**7), "dW1 has the shape"),
    "cut": (zipped(dW1=saved(np.zeros(9)))[:90], "is not a .npz file that NumPy reads"),
    "empty": (b"", "is not a .npz file that NumPy reads"),
    "nothing in it": (zipped(), "holds no arrays"),
    "no cells": (zipped(dW1=saved(np.zeros((0, 3)))), "`dW1` is empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file(shell: Shell, mine: Path, name: str) -> None:
    content, told = HOSTILE[name]
    mine.write_bytes(content)
    assert shell.run("diagnose", "two_layer", mine) in (1, 2)
    assert told in shell.raw
    assert "Traceback" not in shell.raw


def test_arrays_without_a_scenario(shell: Shell, mine: Path) -> None:
    np.savez(mine, dW1=np.zeros(3))
    assert "name one scenario or script" in shell.mistake("diagnose", mine)
