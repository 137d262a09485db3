"""Recorded scripts beside plain Python: every value that has a name, bit for bit."""

from functools import cache
from pathlib import Path

import pytest

from nnscope.engine.timeline import Timeline
from nnscope.script.errors import ScriptError
from nnscope.script.process import record
from tests.script.expected import OPENS, REFUSED, Expected
from tests.script.recording import opened, texts
from tests.script.replay import PROGRAMS, Script, gradients, spelled

_FORWARD = "forward_only.py"
_GUESSED = {
    "llayer_masked.py": "where a ReLU reads exactly 0, its slope is not the 0 of the script's mask",
    "relu_scalars.py": "one example has many parallel slopes: d2 is taken for that of z1",
}


@cache
def _script(expected: Expected) -> Script:
    return Script(expected.name, expected.loop, expected.also, expected.first)


@pytest.mark.parametrize("expected", OPENS, ids=str)
def test_a_script_is_replayed_as_python_runs_it(expected: Expected) -> None:
    script = _script(expected)
    compared, (python, printed) = script.compared(), script.python

    assert compared.wrong == []
    assert compared.unknown == {*expected.nameless}
    assert script.recorded.error == expected.error
    assert script.recorded.iterations == expected.iterations
    assert script.printed == printed
    if not expected.error or expected.is_left_early:
        passes = python.passes + expected.is_left_early
        assert passes == expected.first + expected.iterations


@pytest.mark.parametrize("expected", OPENS, ids=str)
def test_its_parameters_and_its_cost_are_found(expected: Expected) -> None:
    script = _script(expected)
    recorded, program = script.recorded, script.program

    assert spelled(recorded, program.carried) == {*expected.carried}
    assert spelled(recorded, recorded.fed) == {*expected.fed}
    assert (program.spelled(program.cost) if program.cost else "") == expected.cost


@pytest.mark.parametrize("expected", [
    pytest.param(each, id=each.name, marks=[
        pytest.mark.xfail(reason=_GUESSED[each.name], strict=True)
    ] if each.name in _GUESSED else [])
    for each in OPENS if each.cost
])  # fmt: skip
def test_its_gradients_are_measured(expected: Expected) -> None:
    assert gradients(_script(expected).program) == {*expected.gradients}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_recorded_yet_is_told(name: str) -> None:
    row, code, reason = REFUSED[name]
    with pytest.raises(ScriptError) as told:
        _ = Script(name, "").program

    place = f"{name}, line {row}: `{code}`" if row else f"{name}:"
    assert str(told.value) == f"{place} {reason}"


def test_a_script_that_trains_nothing_opens_as_a_pass_forward() -> None:
    script = Script(_FORWARD, "")
    program = script.program
    frame = Timeline(program)
    frame.seek(len(program.lines))

    assert [line.spelled for line in program.lines] == ["a1", "z1", "a2", "z2", "a3"]
    assert script.printed == f"{frame.frame().values['a3']}\n"
    assert "it trains nothing" in script.program.origin.about


def test_what_is_lost_on_the_way_forward_is_told_and_is_no_constant(tmp_path: Path) -> None:
    script = tmp_path / "lost.py"
    script.write_text(
        "import numpy as np\nX = np.ones((2, 3))\nh = X @ np.ones((3, 2))\n"
        "s = np.sort(h)\nprint(s @ np.ones((2, 1)))\n"
    )
    recorded, _ = record(script)

    lost = "lost.py, line 4: `np.sort(h)` is not in nnscope's language yet, and what follows"
    assert lost in recorded.error


def test_labels_may_choose_the_cells_of_a_cost_on_the_way_forward(tmp_path: Path) -> None:
    program = opened(tmp_path, """
t = np.array([0, 1, 0, 1, 1, 0]).reshape(6, 1)
A = np.exp(X @ np.ones((2, 2)))
cost = -np.sum(np.log(A[np.arange(6), t.argmax(axis=1)]))
""")  # fmt: skip

    assert texts(program)[-1].startswith("cost = -np.sum(np.log(np.sum(A * ")


def test_every_program_is_told_of() -> None:
    told = {
        _FORWARD,
        *(each.name for each in OPENS),
        *REFUSED,
    }
    scripts = {path.name for path in PROGRAMS.glob("*.py")}

    assert scripts | {"beside/main.py", "beside/data_file.py"} == told
