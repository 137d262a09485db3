"""`nnscope export`: the source of the loops, as it runs."""

import ast
import re

import numpy as np
import pytest

from nnscope.engine.keep.history import History
from nnscope.engine.run.listed import plain_loop
from nnscope.engine.run.writer import build_loop
from nnscope.export.run_loop import plain_loop_text, run_loop_text
from nnscope.insight.health.norms import squares
from nnscope.scenario.library import paths
from tests.commands.shell import Shell
from tests.samples import library

EVERY = [path.stem for path in paths()]


def test_the_run_loop_with_its_names_explained(shell: Shell) -> None:
    assert shell.run("export", "two_layer", "--to", "run-loop") == 0
    page = "\n".join(shell.out)
    assert shell.out[0].startswith("# The run loop of two_layer: what runs when it runs fast.")
    assert "        _dot(W1, X, Z1)" in shell.out
    assert "# _fixed1      (1,3)  1 - Y, computed once: it never changes" in shell.out
    assert "# _fixed0      ()  1, as an array without axes" in page
    assert "# _add_reduce  np.add.reduce" in shell.out
    used = set(re.findall(r"_(?:buffer|fixed)\d+|_\w+_T", page))
    assert used
    assert all(any(line.startswith(f"# {name} ") for line in shell.out) for name in used)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("to", ["run-loop", "plain-loop"])
def test_every_scenario_has_both(name: str, to: str, shell: Shell) -> None:
    assert shell.run("export", name, "--to", to) == 0
    head = [line for line in shell.out if line.startswith("#")]
    assert all(len(line) <= 72 for line in head)
    (function,) = ast.parse("\n".join(shell.out)).body
    assert isinstance(function, ast.FunctionDef)


def test_the_plain_loop_is_the_listing(shell: Shell) -> None:
    assert shell.run("export", "two_layer", "--to", "plain-loop") == 0
    for line in library("two_layer").lines:
        assert f"        {line.statement}" in shell.out


def test_where_there_is_no_faster_loop_the_plain_one_is_shown(shell: Shell) -> None:
    assert shell.run("export", "single_neuron", "--to", "run-loop") == 0
    assert shell.out[0].startswith("# No faster loop")
    assert plain_loop_text(library("single_neuron")) in "\n".join([*shell.out, ""])


def test_what_is_printed_is_what_runs() -> None:
    """Compile the page that was printed, and compare its numbers with those of the engine."""
    built = library("two_layer")
    history = History(built, 1, squares(built))
    fast = history.loops.buffered()
    assert fast is not None
    loop = build_loop(run_loop_text(built), fast.scope)
    start = history.layout.pack(built.start)
    costs, known = np.empty(50), np.empty(50)
    keep = lambda at, _state: at + 1  # noqa: E731
    found = loop(0, 50, start, costs, 0, keep, None)[2].copy()  # type: ignore[arg-type]
    plain = plain_loop(built)(0, 50, start, known, 0, keep, None)[2]  # type: ignore[arg-type]
    assert np.array_equal(found, plain)
    assert np.array_equal(costs, known)


def test_the_text_is_the_same_every_time() -> None:
    built = library("deep_network")
    assert run_loop_text(built) == run_loop_text(library("deep_network"))


def test_a_form_that_is_not_there(shell: Shell) -> None:
    assert shell.run("export", "two_layer", "--to", "loop") == 2
    assert "run-loop" in shell.err[-1]
