"""Recorded scripts on the screen: rows, the source, notations, edits, recording again."""

import asyncio
import itertools
import os
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot

from nnscope.commands.loading import load_program
from nnscope.program.model import Program
from nnscope.script.options import ScriptOptions
from nnscope.tui.app import NnscopeApp
from nnscope.tui.control.job import JobKind
from nnscope.tui.keymap import BINDINGS
from nnscope.tui.panes import PANES
from nnscope.tui.sentence_bar import SentenceBar
from nnscope.tui.status import Status
from tests.recorded import FLAT, NO_COST, flat, no_cost, two_files, written
from tests.tui.screens import (
    NARROW,
    NORMAL,
    WIDE,
    debugger,
    press,
    send,
    settle,
    shown,
    text_of,
    until,
)

KEYS = [key for binding in BINDINGS for key in binding.key.split(",")]
QUITS = {"q", "colon"}
SIZES = [NARROW, NORMAL, WIDE]
RECORDED = {"flat": flat, "two files": two_files, "no cost": no_cost}


def pane(pilot: Pilot[None], name: str) -> str:
    """Read a pane, also what is scrolled away."""
    return next(each for each in debugger(pilot).panes if name == each.NAME).text


async def pressed(pilot: Pilot[None], keys: str) -> None:
    """Press keys one after the other."""
    for key in keys.split():
        await press(pilot, key)


async def typed(pilot: Pilot[None], text: str) -> None:
    """Answer the question that is open with a text."""
    await press(pilot, "ctrl+u")
    for character in text:
        send(pilot, character)
    await press(pilot, "enter")


def status(pilot: Pilot[None]) -> str:
    """Read the first line of the screen."""
    return debugger(pilot).query_one(Status).render_line(0).text


@pytest.mark.parametrize(
    ("recorded", "size"),
    [*zip(RECORDED.values(), itertools.cycle(SIZES), strict=False)],
    ids=RECORDED,
)
async def test_every_pane_at_every_line(
    recorded: Callable[[], Program], size: tuple[int, int]
) -> None:
    program = recorded()
    async with shown(NnscopeApp(program), size) as pilot:
        assert f"nnscope ran {program.origin.title}" in status(pilot)
        for line in program.lines:
            await press(pilot, "n")
            assert line.at is not None
            assert f"{line.at.row}" in pane(pilot, "program")
            for each in PANES:
                if each.KEY:
                    await press(pilot, each.KEY)
                    assert debugger(pilot).active.NAME == each.NAME
            assert "mistake of nnscope" not in text_of(pilot)
        await pressed(pilot, "N i I G A")
        assert "mistake of nnscope" not in text_of(pilot)


@pytest.mark.parametrize("recorded", RECORDED.values(), ids=RECORDED)
async def test_keys_at_random_break_nothing(recorded: Callable[[], Program]) -> None:
    draw, keys = random.Random(recorded().name), [key for key in KEYS if key not in {*QUITS, "R"}]
    async with shown(NnscopeApp(recorded()), NORMAL) as pilot:
        for _ in range(40):
            await press(pilot, draw.choice(keys))
            if len(pilot.app.screen_stack) > 2:
                await press(pilot, "escape")
        assert "mistake of nnscope" not in text_of(pilot)


async def test_the_listing_has_the_file_once_and_then_the_rows() -> None:
    async with shown(NnscopeApp(two_files()), WIDE) as pilot:
        rows = [row.split() for row in pane(pilot, "program").splitlines()]
        places = [row[-2] for row in rows if row[0].isdecimal()]
        assert places == ["layers.py:5", "6", "train.py:11", "layers.py:10", "11", "11",
                          "train.py:13", "14"]  # fmt: skip


async def test_a_scenario_has_no_rows_and_no_source() -> None:
    async with shown(NnscopeApp(load_program("single_neuron")), NORMAL) as pilot:
        await pressed(pilot, "n 9")
        assert "no lines of Python" in pane(pilot, "source")
        assert "ran" not in status(pilot)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36", "200x60"])
async def test_the_source_around_the_current_line(size: tuple[int, int]) -> None:
    async with shown(NnscopeApp(two_files()), size) as pilot:
        await press(pilot, "9")
        assert pane(pilot, "source").startswith("train.py\n")
        await pressed(pilot, "n n n n")
        text = pane(pilot, "source")
        assert text.startswith("layers.py:10  back < train\n")
        assert ">  10      dZ1 = 2 * (out - Y) * (1 - out ** 2)" in text
        assert text.count(">") == 1
        assert ">  10      dZ1 = 2 * (out - Y)" in text_of(pilot)  # it is in sight
        await pressed(pilot, "b n")
        assert "●  10" in pane(pilot, "source")


async def test_a_statement_on_several_rows_is_marked_as_a_whole() -> None:
    async with shown(NnscopeApp(flat()), NORMAL) as pilot:
        await pressed(pilot, "9 n n")
        assert ">  10      J = " in pane(pilot, "source")
        assert ">  11  " in pane(pilot, "source")


async def test_what_the_script_printed() -> None:
    async with shown(NnscopeApp(flat()), NORMAL) as pilot:
        await press(pilot, "9")
        assert "Printed before the first iteration:\n  before 0.5" in pane(pilot, "source")
        await press(pilot, "n")
        assert "Printed in iteration 0:\n  J is 0.69" in pane(pilot, "source")
        await press(pilot, "i")
        assert "Printed" not in pane(pilot, "source")
        await press(pilot, "end")
        assert "Printed in iteration 11:\n  after " in pane(pilot, "source")


async def test_what_is_printed_at_length_stands_below_the_file(tmp_path: Path) -> None:
    text = FLAT.replace('print("k is", k)', 'print("\\x1b[31mk\\tis\\n" * 30)')
    path = written({"long.py": text}, tmp_path)
    async with shown(NnscopeApp(load_program(str(path))), NARROW) as pilot:
        await pressed(pilot, "9 n")
        shown_, (head, _, below) = text_of(pilot), pane(pilot, "source").partition("   1  import")
        assert "more rows: all stand below the file" in head
        assert below.count("k  is") == 30
        assert "\x1b" not in shown_
        assert ">   9  " in shown_


async def test_lines_in_three_notations() -> None:
    async with shown(NnscopeApp(two_files()), WIDE) as pilot:
        debugger(pilot).controls.travel.to_line(6)  # the current line is never cut
        await settle(pilot)
        wanted = ['params["W1"] = params', 'params["W1"] ← params', 'params["W1"] -= 0.05']
        for text in (*wanted, wanted[0]):
            assert text in pane(pilot, "program")
            await press(pilot, "x")


async def test_an_edit_says_that_the_file_is_not_touched() -> None:
    async with shown(NnscopeApp(two_files()), NORMAL) as pilot:
        before = dict(two_files().notes.sources)
        await pressed(pilot, "end e")
        assert "file is not touched" in " ".join(text_of(pilot).split())
        line = two_files().lines[-1].spelled
        await typed(pilot, f"{line} * 1")
        assert f"{line} = {line} * 1" in pane(pilot, "program")
        assert "≠" in pane(pilot, "program")
        assert debugger(pilot).worker.program.notes.sources == before
        await pressed(pilot, "x x")
        assert f"{line} = {line} * 1" in pane(pilot, "program")  # it stands in no source
        await press(pilot, "E")
        assert "≠" not in pane(pilot, "program")


async def test_a_condition_and_a_curve_in_the_names_of_the_script() -> None:
    async with shown(NnscopeApp(two_files()), NORMAL) as pilot:
        await pressed(pilot, "n B")
        await typed(pilot, "params['W1'][0, 0] > 0.11")
        await press(pilot, "c")
        frame = debugger(pilot).worker.frame
        assert float(np.asarray(frame.values["params_W1_2"])[0, 0]) > 0.11
        await press(pilot, "w")
        await typed(pilot, 'np.sum(params["b1"])')
        assert 'np.sum(params["b1"])' in pane(pilot, "time")


async def test_no_cost_is_said_as_it_is() -> None:
    async with shown(NnscopeApp(no_cost()), NORMAL) as pilot:
        await pressed(pilot, "n n 4 2")
        assert "No line is known to compute the cost" in pane(pilot, "time")
        assert "No line is known to compute the cost" in " ".join(pane(pilot, "chain").split())
        await press(pilot, "A")
        assert "forwards" not in text_of(pilot)


async def test_a_gradient_without_factors_is_not_called_undifferentiated() -> None:
    async with shown(NnscopeApp(flat()), NORMAL) as pilot:
        await pressed(pilot, "n n n 2")
        assert "No product of local derivatives is known" in pane(pilot, "chain")
        assert "not differentiated" not in pane(pilot, "chain")


async def test_a_line_that_the_script_does_not_have(tmp_path: Path) -> None:
    text = NO_COST.replace("np.sin(y - l1)", "(y - l1) * l1 * (1 - l1)")
    path = written({"half.py": text}, tmp_path)
    async with shown(NnscopeApp(load_program(str(path))), NORMAL) as pilot:
        await pressed(pilot, "9 n n")
        assert "not in the script: the script computes no cost; its steps follow half the sum" in (
            " ".join(pane(pilot, "source").split()))  # fmt: skip
        assert ">" not in pane(pilot, "source")
        words = " ".join(str(debugger(pilot).query_one(SentenceBar)._text).split())
        assert "which no line of the script computes" in words
        assert "own line" not in words


async def test_updates_are_checked_where_no_line_is_a_gradient(tmp_path: Path) -> None:
    text = FLAT.replace("    dW = X.T @ (A - Y) / len(X)\n", "").replace(
        "rate * dW", "rate * (X.T @ (A - Y) / len(X))")  # fmt: skip
    path = written({"inline.py": text}, tmp_path)
    async with shown(NnscopeApp(load_program(str(path))), NORMAL) as pilot:
        await pressed(pilot, "n A")
        assert "W  right  moves as gradient descent says" in pane(pilot, "check")


async def test_names_with_brackets_and_control_characters(tmp_path: Path) -> None:
    key = "[/x]\\x1b[31m"
    text = FLAT.replace("W = np.zeros((3, 1))", f'P = {{"{key}": np.zeros((3, 1))}}')
    text = text.replace("    W -= ", f'    P["{key}"] -= ').replace("X @ W", f'X @ P["{key}"]')
    async with shown(NnscopeApp(load_program(str(written({"odd.py": text}, tmp_path))))) as pilot:
        for each in ("n", "n", "n", "n", "x", "x", "1", "2", "p", "A", "9", "e"):
            await press(pilot, each)
            assert "\x1b" not in text_of(pilot)
        assert 'P["[/x]' in text_of(pilot)


# recording again


def changed(path: Path, text: str) -> None:
    """Save another text, so that its time tells it."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(1, 1))


async def test_recording_again_keeps_the_moment_stops_marks_and_curves(tmp_path: Path) -> None:
    path = written({"flat.py": FLAT}, tmp_path)
    async with shown(NnscopeApp(load_program(str(path))), NORMAL) as pilot:
        screen = debugger(pilot)
        await pressed(pilot, "n n n b i i m")
        await typed(pilot, "a")
        await press(pilot, "B")
        await typed(pilot, "J < 0.5")
        await press(pilot, "w")
        await typed(pilot, "W[0, 0]")
        assert screen.view.frame.line is not None
        assert screen.view.frame.line.spelled == "dW"
        changed(
            path,
            FLAT.replace("    J =", "    error = A - Y\n    J =").replace("(A - Y) /", "error /"),
        )
        screen.controls.recording.look()
        await settle(pilot)
        assert "file changed: R" in status(pilot)
        await press(pilot, "R")
        frame, program = screen.worker.frame, screen.worker.program
        assert "error" in [line.spelled for line in program.lines]
        assert frame.line is not None
        assert (frame.iteration, frame.line.spelled) == (2, "dW")
        assert "file changed" not in status(pilot)
        told = [stop.told(program) for stop in screen.view.stops.stops]
        assert told == [f"line {frame.index + 1}, dW", "J < 0.5"]
        assert [curve.text for curve in screen.view.curves.curves] == ["W[0, 0]"]
        assert len(screen.view.curves.curves[0].values) == 3
        await pressed(pilot, "home '")
        await typed(pilot, "a")
        assert screen.worker.frame.time == frame.time


async def test_what_no_longer_fits_is_told(tmp_path: Path) -> None:
    path = written({"flat.py": FLAT}, tmp_path)
    async with shown(NnscopeApp(load_program(str(path))), NORMAL) as pilot:
        await pressed(pilot, "n n n b e")
        await typed(pilot, "X.T @ (A - Y)")
        changed(path, FLAT.replace("dW", "slope").replace("range(12)", "range(5)"))
        await pressed(pilot, "end R")
        screen = debugger(pilot)
        assert screen.view.stops.stops == ()
        assert screen.worker.frame.iteration == 4
        told = " ".join(note.message for note in pilot.app._notifications)
        assert "do not fit any more" in told
        assert "edited here are as in the file again" in told
        assert "≠" not in pane(pilot, "program")
        await press(pilot, "E")
        assert "No line has been edited" in text_of(pilot)


async def test_a_script_that_no_longer_runs_leaves_the_recording(tmp_path: Path) -> None:
    path = written({"flat.py": FLAT}, tmp_path)
    async with shown(NnscopeApp(load_program(str(path))), NORMAL) as pilot:
        await pressed(pilot, "n n")
        before = debugger(pilot).worker.program
        changed(path, FLAT.replace("W = np", "W = = np"))
        await press(pilot, "R")
        assert "flat.py, line 5: SyntaxError" in text_of(pilot)
        assert debugger(pilot).worker.program is before
        await press(pilot, "n")
        assert debugger(pilot).worker.frame.time == 3


async def test_recording_again_is_work_that_can_be_interrupted(tmp_path: Path) -> None:
    path = written({"flat.py": FLAT}, tmp_path)
    async with shown(NnscopeApp(load_program(str(path))), NORMAL) as pilot:
        screen = debugger(pilot)
        before = screen.worker.program
        changed(path, "while True:\n    pass\n")
        send(pilot, "R")
        await until(pilot, lambda: screen.controls.work.kind is JobKind.RECORDING)
        assert status(pilot).rstrip().endswith("loading the file again")
        send(pilot, "escape")
        await settle(pilot)
        assert screen.controls.work.kind is None
        assert screen.worker.program is before
        assert "you ended the recording" in text_of(pilot)


async def test_a_scenario_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    text = Path("scenarios/single_neuron.toml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    async with shown(NnscopeApp(load_program(str(path))), NORMAL) as pilot:
        await pressed(pilot, "n n")
        changed(path, text)
        debugger(pilot).controls.recording.look()
        await settle(pilot)
        assert "file changed: R" in status(pilot)
        await press(pilot, "R")
        assert "file changed" not in status(pilot)
        assert debugger(pilot).worker.frame.time == 2


async def test_how_the_script_ended_is_told(tmp_path: Path) -> None:
    broken = "    if k == 5:\n        raise KeyError('no')\n    W -= rate"
    path = written({"flat.py": FLAT.replace("    W -= rate", broken)}, tmp_path)
    async with shown(NnscopeApp(load_program(str(path))), NORMAL) as pilot:
        assert "flat.py, line 17: KeyError" in text_of(pilot)
        await press(pilot, "9")
        assert pane(pilot, "source").startswith("! The script ended early. flat.py, line 17")


async def test_iterations_that_are_recorded_meanwhile_are_taken_at_the_same_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnscope.script.ahead._FIRST", 0.0)
    file = tmp_path / "go on"
    wait = f"    while k == 20 and not os.path.exists({str(file)!r}): time.sleep(0.01)"
    slow = FLAT.replace("range(12):", f"range(60):\n{wait}")
    path = written({"flat.py": f"import os, time\n{slow}"}, tmp_path)
    program = load_program(str(path), None, ScriptOptions(is_ahead=True))
    assert program.iterations < 60
    async with shown(NnscopeApp(program), NORMAL) as pilot:
        screen = debugger(pilot)
        await pressed(pilot, "n n n")
        assert "still recording" in status(pilot)
        frame = screen.worker.frame
        file.touch()
        while screen.worker.program.origin.is_growing:
            await asyncio.sleep(0.05)
            screen.controls.recording.look()
            await settle(pilot)
        assert screen.worker.program.iterations == 60
        assert screen.worker.frame.time == frame.time
        assert "60 iterations" in text_of(pilot)
        assert "still recording" not in status(pilot)
