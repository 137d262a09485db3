"""Recorded scripts beside plain Python: every value that has a name, bit for bit."""

from functools import cache

import pytest

from nnscope.script.errors import ScriptError
from tests.script.expected import OPENS, REFUSED, Expected
from tests.script.replay import PROGRAMS, Script, gradients, spelled

_GUESSED = {
    "llayer_masked.py": "where a ReLU reads exactly 0, its slope is not the 0 of the script's mask",
    "relu_scalars.py": "one example has many parallel slopes: d2 is taken for that of z1",
}
_DIFFERS = {
    ("data_loop_first.py", "for i in range(10):"): "a loop that makes data is taken for training",
}
_CONSTANT = {
    ("sum_of_generator.py", "number_0.08845845059190371"): "nor has the sum of a generator",
}


@cache
def _script(expected: Expected) -> Script:
    return Script(expected.name, expected.loop, expected.also)


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
        assert python.passes + expected.is_left_early == expected.iterations


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


@pytest.mark.parametrize(("name", "loop"), [
    pytest.param(*case, marks=pytest.mark.xfail(reason=why, strict=True))
    for case, why in _DIFFERS.items()
])  # fmt: skip
def test_what_differs_from_python_without_a_word_yet(name: str, loop: str) -> None:
    assert Script(name, loop).compared().wrong == []


@pytest.mark.parametrize(("name", "lost"), [
    pytest.param(*case, marks=pytest.mark.xfail(reason=why, strict=True))
    for case, why in _CONSTANT.items()
])  # fmt: skip
def test_what_depends_on_a_parameter_is_no_constant(name: str, lost: str) -> None:
    recorded = Script(name, "").recorded

    assert recorded.error or lost not in spelled(recorded, recorded.fed)


def test_every_program_is_told_of() -> None:
    told = {
        *(each.name for each in OPENS),
        *REFUSED,
        *(name for name, _ in [*_DIFFERS, *_CONSTANT]),
    }
    scripts = {path.name for path in PROGRAMS.glob("*.py")}

    assert scripts | {"beside/main.py", "beside/data_file.py"} == told
