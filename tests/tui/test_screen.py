"""The mouse, long work, errors and the picker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from nnscope.commands.loading import library
from nnscope.engine.timeline import Timeline
from nnscope.network.build import build
from nnscope.scenario.load import parse
from nnscope.tui.app import NnscopeApp
from nnscope.tui.control.job import JobKind
from nnscope.tui.control.tour import is_first_time
from nnscope.tui.panes.matrices import MatricesPane
from nnscope.tui.panes.program import ProgramPane
from tests.samples import NEURON
from tests.tui.screens import (
    NARROW,
    NORMAL,
    debugger,
    opened,
    press,
    send,
    settle,
    shown,
    text_of,
    until,
)

SLOW = """
[data]
X = { draw = "randn", shape = [400, 200] }
Y = { draw = "randn", shape = [1, 200], above = 0.0 }
[[layer]]
units = 100
activation = "tanh"
[[layer]]
units = 1
activation = "sigmoid"
[loss]
name = "binary_cross_entropy"
[training]
learning_rate = 0.1
iterations = 1000000
"""


@asynccontextmanager
async def running(text: str, size: tuple[int, int] = NORMAL) -> AsyncIterator[Pilot[None]]:
    async with shown(NnscopeApp(build(parse(text, Path("test.toml")))), size) as pilot:
        yield pilot


def large(size: tuple[int, int] = NORMAL) -> AbstractAsyncContextManager[Pilot[None]]:
    return running(SLOW, size)


async def begin(pilot: Pilot[None], key: str) -> None:
    """Press a key that begins a run, and wait until that has come somewhere."""
    send(pilot, key)
    await until(pilot, lambda: debugger(pilot).worker.frame.time)


def wheel(pane: MatricesPane) -> events.MouseScrollDown:
    return events.MouseScrollDown(pane, 1, 1, 0, 1, 0, False, False, False)


async def test_a_click_selects_the_cell_under_the_mouse() -> None:
    async with opened("two_layer", keys="n") as pilot:
        pane = pilot.app.screen.query_one(MatricesPane)
        row, column = find(text_of(pilot), "1.6243")  # X[0, 0]
        await pilot.click(offset=(column + 2, row))
        await settle(pilot)
        assert pane.view is not None
        assert (pane.view.selected.text, pane.view.cell) == ("X", (0, 0))
        assert "X[0, 0] = 1.6243453636632417" in text_of(pilot)


async def test_a_click_goes_to_the_line_under_the_mouse() -> None:
    async with opened("two_layer") as pilot:
        row, column = find(text_of(pilot), "dZ2 = A2 - Y")
        await pilot.click(offset=(column, row))
        await settle(pilot)
        assert debugger(pilot).worker.frame.time == 6


async def test_the_wheel_moves_through_a_tall_matrix() -> None:
    async with large() as pilot:
        await press(pilot, "n")
        pane = pilot.app.screen.query_one(MatricesPane)
        pilot.app.screen.query_one(MatricesPane).post_message(wheel(pane))
        await settle(pilot)
        assert debugger(pilot).view.cell == (3, 0)


async def test_only_what_is_in_sight_is_written() -> None:
    async with large() as pilot:
        await press(pilot, "n")
        screen = debugger(pilot)
        for _ in range(40):
            screen.action_do("page.down")
        await settle(pilot)
        assert screen.view.cell == (99, 0)
        assert len(text_of(pilot).splitlines()) == NORMAL[1]


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_a_run_can_be_paused_and_leaves_the_screen_alive(size: tuple[int, int]) -> None:
    async with large(size) as pilot:
        await begin(pilot, "r")
        job = debugger(pilot).worker.job
        assert job is not None
        assert job.kind is JobKind.RUNNING
        await until(pilot, lambda: "running" in text_of(pilot))
        await press(pilot, "r")
        reached = debugger(pilot).worker.frame.time
        assert 0 < reached < debugger(pilot).worker.timeline.length
        await press(pilot, "n")
        assert debugger(pilot).worker.frame.time == reached + 1


async def test_a_key_during_a_run_pauses_it_first() -> None:
    async with large() as pilot:
        await begin(pilot, "r")
        await press(pilot, "home")
        assert debugger(pilot).worker.frame.time == 0


async def test_long_seeks_tell_where_they_are_and_escape_stops_them() -> None:
    async with large() as pilot:
        send(pilot, "end")
        await until(pilot, lambda: "going to iteration" in text_of(pilot))
        await press(pilot, "escape")
        assert debugger(pilot).worker.frame.time == 0


async def test_quitting_in_the_middle_of_a_run_ends_it() -> None:
    async with large() as pilot:
        await begin(pilot, "r")
        send(pilot, "q")
        await until(pilot, lambda: not pilot.app.is_running)


async def test_not_a_number_is_written_out() -> None:
    text = SLOW.replace("[400, 200]", "[2, 3]").replace("[1, 200]", "[1, 3]")
    text = text.replace("learning_rate", "learning_rate = 1e200 #").replace(
        "units = 100", "units = 2"
    )
    async with running(text) as pilot:
        for _ in range(3):
            await press(pilot, "i")
        assert "nan" in text_of(pilot) or "inf" in text_of(pilot)


async def test_the_picker_opens_what_is_chosen() -> None:
    app = NnscopeApp(library=library())
    async with shown(app, NARROW) as pilot:
        choices = app.screen.query_one(OptionList)
        names = [str(option.prompt) for option in choices.options]
        for _ in range(names.index("two_layer")):
            await press(pilot, "j")
        assert "Two layers: tanh, then sigmoid" in text_of(pilot)
        await press(pilot, "enter")
        assert debugger(pilot).worker.program.name == "two_layer"


async def test_the_picker_goes_from_simple_to_deep_and_ends_with_a_file(tmp_path: Path) -> None:
    app = NnscopeApp(library=library())
    async with shown(app, NARROW) as pilot:
        names = [str(option.prompt) for option in app.screen.query_one(OptionList).options]
        assert names[0] == "single_neuron"
        assert names.index("two_layer") < names.index("deep_network")
        assert "Teaches: what a gradient is" in text_of(pilot)
        assert names[-1] == "open a file ..."
        own = tmp_path / "own.toml"
        own.touch()
        await press(pilot, "end")
        await press(pilot, "enter")
        app.screen.query_one(Input).value = "nowhere"
        await press(pilot, "enter")
        find(text_of(pilot), "There is no file 'nowhere'.")
        app.screen.query_one(Input).value = str(own)
        send(pilot, "enter")
        async with asyncio.timeout(30):
            while not app.file:
                await asyncio.sleep(0.01)
    assert app.file == str(own)


async def test_the_tour_goes_on_with_each_key_that_it_asks_for() -> None:
    async with opened("two_layer", NARROW, "question_mark T") as pilot:
        for number, key in enumerate("nsWfN", start=1):
            find(text_of(pilot), f"Tour, {number} of 5")
            await press(pilot, key)
            if key == "W":
                await press(pilot, "escape")
        find(text_of(pilot), "That was the tour.")
        await press(pilot, "n")
        assert "tour" not in text_of(pilot)
    async with opened("two_layer", NARROW, "T x T") as pilot:
        assert "Tour" not in text_of(pilot)


def test_the_tour_is_offered_once(tmp_path: Path) -> None:
    assert [is_first_time(tmp_path / "state") for _ in range(3)] == [True, False, False]
    (tmp_path / "file").touch()
    assert not is_first_time(tmp_path / "file")


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_what_there_is_has_its_key_on_the_screen(size: tuple[int, int]) -> None:
    async with opened("two_layer_as_printed", size, "f f f A") as pilot:
        text = text_of(pilot)
        for name in ("1 Matrices", "2 Chain", "5 Health", "7 Shapes", "8 Gradient"):
            find(text, name)
        find(text, "✗ 4 (8)")
        find(text, "G check")
        row, column = find(text, "5 Health")
        await pilot.click(offset=(column + 1, row))
        await settle(pilot)
        assert debugger(pilot).active.NAME == "health"
        row, column = find(text_of(pilot), "N back")
        await pilot.click(offset=(column, row))
        await settle(pilot)
        assert debugger(pilot).view.frame.index == 9
        assert "G check" in text_of(pilot)
        await press(pilot, "home")
        assert "G check" not in text_of(pilot)


async def test_a_finding_that_comes_while_running_is_told_once() -> None:
    async with opened("deep_network", NARROW, "n") as pilot:
        debugger(pilot).controls.running.run()
        await until(pilot, lambda: "vanishing gradients in iteration" in text_of(pilot))
        await press(pilot, "escape")
        await press(pilot, "x")
        debugger(pilot).controls.findings.note(debugger(pilot).view)
        assert not debugger(pilot).controls.findings.news(debugger(pilot).view)
        find(text_of(pilot), "! ")


async def test_the_panes_get_frames_and_never_the_engine() -> None:
    async with opened("two_layer", keys="n") as pilot:
        pane = pilot.app.screen.query_one(ProgramPane)
        held = [value for value in vars(pane).values() if isinstance(value, Timeline)]
        assert not held
        assert pane.view is not None
        with pytest.raises(ValueError, match="read-only"):
            np.asarray(pane.view.frame.values["Z1"])[0, 0] = 1


def find(text: str, words: str) -> tuple[int, int]:
    for row, line in enumerate(text.splitlines()):
        if words in line:
            return row, line.index(words)
    raise AssertionError(f"{words} is not on the screen:\n{text}")


async def test_what_there_is_to_tell_of_a_program_stands_on_the_screen() -> None:
    told = ["homework.py was run: opening a script runs it.", "[odd] marks stay as they are"]
    async with shown(NnscopeApp(build(parse(NEURON, Path("n.toml"))), told=told), NORMAL) as pilot:
        assert [note.message for note in pilot.app._notifications] == told


QUESTIONS = {
    "f f f N W": [
        "shape (n1=4, n0=2)",
        "dZ1 (4, 3) @ X.T (3, 2) = (4, 2)",
        "Line 5 divides J by m",
    ],
    "f f f W": ["why a sum over the 3 examples (axis 1)", "Without keepdims=True", "to (4, 4)"],
    "n n W": ["∂A1/∂Z1 = 1 - A1 ** 2", "quotient rule"],
}


@pytest.mark.parametrize("keys", QUESTIONS)
async def test_five_keys_answer_a_question_on_a_small_screen(keys: str) -> None:
    async with opened("two_layer", NARROW, keys) as pilot:
        for text in QUESTIONS[keys]:
            find(text_of(pilot), text)
        await press(pilot, "escape")
        assert pilot.app.screen is debugger(pilot)
