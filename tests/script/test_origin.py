"""A recorded script as the origin of a program: its source, edits, and recording it again."""

import os
from pathlib import Path

import numpy as np
import pytest

from nnscope.commands.loading import load_program
from nnscope.engine.timeline import Timeline
from nnscope.expression.errors import ExpressionError
from nnscope.insight.check.iteration import iteration_of
from nnscope.insight.check.updates import check_updates
from nnscope.program.model import Evidence, Phase, Program
from nnscope.program.resolve import read
from tests.recorded import FLAT, flat, two_files, written


def _line(program: Program, spelled: str) -> int:
    return next(index for index, line in enumerate(program.lines) if line.spelled == spelled)


def _outdated(program: Program) -> bool:
    return program.origin.is_outdated


def test_the_sources_of_a_program_are_named_from_the_folder_of_the_script() -> None:
    assert list(two_files().notes.sources) == ["train.py", "layers.py"]
    assert flat().notes.sources == {"flat.py": tuple(FLAT.split("\n"))}


def test_where_a_line_stands_and_what_stands_there() -> None:
    program = two_files()
    line = program.lines[_line(program, "dZ1")]
    assert line.at is not None
    assert (line.at.file, line.at.row, line.at.calls) == ("layers.py", 10, ("train", "back"))
    assert line.at.text == "dZ1 = 2 * (out - Y) * (1 - out ** 2)"
    out = program.lines[_line(program, "out")].at
    assert out is not None
    assert out.text == "out: return np.tanh(Z1)"


def test_a_statement_on_several_rows() -> None:
    at = flat().lines[_line(flat(), "J")].at
    assert at is not None
    assert (at.first, at.last) == (10, 11)
    assert at.text == "J = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))"


def test_an_entry_is_written_in_one_way() -> None:
    program = two_files()
    assert program.spelled("params_W1") == 'params["W1"]'
    assert program.lines[_line(program, 'params["W1"]')].text.startswith(
        'params["W1"] = params["W1"] - '
    )
    assert read(program, "params['b1']", -1) == program.variables["params_b1"].name


def test_an_edit_is_in_the_names_of_the_script() -> None:
    program = two_files()
    line = program.lines[_line(program, 'params["W1"]')]
    edited = program.origin.edited(line, 'params["W1"] + 0.05 * grads["dW1"]')
    found = edited.lines[_line(edited, 'params["W1"]')]
    assert found.is_edited
    assert found.text == 'params["W1"] = params["W1"] + 0.05 * grads["dW1"]'
    before, after = (Timeline(each).program for each in (program, edited))
    assert before.carried == after.carried
    assert edited.cost == program.cost


def test_an_edited_gradient_is_still_judged() -> None:
    program = flat()
    line = program.lines[_line(program, "dW")]
    assert (line.gradient_of, line.evidence) == ("W", Evidence.MEASURED)
    edited = program.origin.edited(line, "X.T @ (A - Y * Y * A)")
    again = edited.lines[_line(edited, "dW")]
    assert (again.gradient_of, again.evidence) == ("W", Evidence.GUESSED)
    assert edited.cost == "J"


def test_an_edit_that_does_not_fit_is_refused() -> None:
    program = two_files()
    line = program.lines[_line(program, "dZ1")]
    for text in ("no_such_name + 1", 'params["W1"] @ X', 'params["no"]'):
        with pytest.raises(ExpressionError):
            program.origin.edited(line, text)


def test_recording_again(tmp_path: Path) -> None:
    path = written({"flat.py": FLAT}, tmp_path)
    program = load_program(str(path))
    assert not _outdated(program)
    path.write_text(FLAT.replace("rate = 0.5", "rate = 0.25"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert _outdated(program)
    again = program.origin.again(lambda: True)
    assert not _outdated(again)
    assert float(np.asarray(again.start["rate"])) == 0.25
    path.unlink()
    assert not _outdated(again)  # an editor that saves has it away for a moment


def test_recording_again_can_be_interrupted(tmp_path: Path) -> None:
    path = written({"flat.py": FLAT}, tmp_path)
    program = load_program(str(path))
    path.write_text("while True:\n    pass\n", encoding="utf-8")
    with pytest.raises(ExpressionError, match="you ended the recording"):
        program.origin.again(lambda: False)


def test_how_a_script_broke_off_is_told_with_its_lines(tmp_path: Path) -> None:
    text = FLAT.replace(
        "    W -= rate", "    if k == 5:\n        raise KeyError('no')\n    W -= rate"
    )
    program = load_program(str(written({"flat.py": text}, tmp_path)))
    assert program.iterations == 5
    assert program.notes.ended == "flat.py, line 17: KeyError: 'no'"


def test_updates_are_checked_in_the_names_of_the_script() -> None:
    program = two_files()
    timeline = Timeline(program)
    timeline.seek(len(program.lines))
    names = {check.spelled for check in check_updates(iteration_of(timeline.frame()))}
    assert names == {'params["W1"]', 'params["b1"]'}
    assert program.lines[-1].phase is Phase.UPDATE


def test_a_scenario_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    text = Path("scenarios/single_neuron.toml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    program = load_program(str(path))
    assert not _outdated(program)
    os.utime(path, ns=(1, 1))
    assert _outdated(program)
    assert len(program.origin.again(lambda: True).lines) == len(program.lines)
