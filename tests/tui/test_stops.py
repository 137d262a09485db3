"""Stops, marks and walks along the dataflow on the screen."""

import numpy as np
import pytest
from textual.pilot import Pilot

from nnscope.tui.dialogs.letter import LetterPrompt
from nnscope.tui.dialogs.prompt import Prompt
from nnscope.tui.panes.stops import StopsPane
from tests.tui.screens import (
    NARROW,
    NORMAL,
    agrees_with_golden,
    debugger,
    opened,
    press,
    send,
    settle,
    text_of,
    until,
)

LINES = 15  # of two_layer


async def typed(pilot: Pilot[None], text: str) -> None:
    for letter in text:
        send(pilot, letter)
    await press(pilot, "enter")


def stops(pilot: Pilot[None]) -> list[str]:
    """Tell the stops of the debugger in words."""
    view = debugger(pilot).view
    return [stop.told(view.frame.program) for stop in view.stops.stops]


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_a_line_stop_halts_in_both_directions(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "n n b c") as pilot:
        assert debugger(pilot).worker.frame.time == LINES + 2
        await press(pilot, "c")
        await press(pilot, "C")
        assert debugger(pilot).worker.frame.time == LINES + 2
        await press(pilot, "backspace")
        assert debugger(pilot).worker.frame.time == 2 * LINES + 2


async def test_a_condition_is_checked_when_it_is_typed() -> None:
    async with opened("two_layer", keys="B") as pilot:
        await typed(pilot, "A2 > 1")
        assert "wrap it in np.any(...)" in text_of(pilot)
        for _ in range(6):
            await press(pilot, "backspace")
        await typed(pilot, "J < 0.1")
        await press(pilot, "c")
        assert debugger(pilot).worker.frame.time == 27 * LINES + 5
        await press(pilot, "end")
        await press(pilot, "C")
        assert debugger(pilot).worker.frame.time == 9999 * LINES + 5


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_the_pane_of_stops(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "n n b B") as pilot:
        await typed(pilot, "J < 0.1")
        for key in ("6", "k", "space", "j", "c"):
            await press(pilot, key)
        rows = debugger(pilot).pane(StopsPane).text.splitlines()
        assert rows[:2] == ["  ○ line 2, A1  (off)", "▸ ● J < 0.1  behind line 5"]
        assert rows[3] == "Stopped: J < 0.1."
        assert "(off)" in text_of(pilot)
        if size == NARROW:
            agrees_with_golden(pilot, "stops-80x24")
        await press(pilot, "delete")
        assert stops(pilot) == ["line 2, A1"]


async def test_a_stop_can_be_changed() -> None:
    async with opened("two_layer", keys="n b 6 enter") as pilot:
        for _ in range(2):
            await press(pilot, "backspace")
        await typed(pilot, "A2")
        assert stops(pilot) == ["line 4, A2"]


async def test_the_origin_walks_back_to_the_data_and_home_again() -> None:
    async with opened("two_layer", keys="i f f n") as pilot:  # dZ2 of iteration 1
        start = debugger(pilot).worker.frame.time
        seen = []
        for _ in range(5):
            await press(pilot, "o")
            frame = debugger(pilot).worker.frame
            seen.append(frame.line.spelled if frame.line else "")
        assert seen == ["A2", "Z2", "W2", "dW2", "dZ2"]  # the first W2 is a starting value
        await press(pilot, "H")
        assert debugger(pilot).worker.frame.time == start


async def test_the_origin_of_a_cell_is_a_cell() -> None:
    async with opened("two_layer", keys="n f f n n n n n down down right") as pilot:
        assert "dW1[2, 1]" in text_of(pilot)  # it reads row 2 of dZ1 and row 1 of X
        # W2 is a starting value yet: dZ2 is the first that a line has made
        for name, cell in (("dZ1", (2, 0)), ("dZ2", (0, 0)), ("A2", (0, 0)), ("Z2", (0, 0))):
            await press(pilot, "o")
            view = debugger(pilot).view
            assert (view.selected.name, view.cell) == (name, cell)


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_a_mark_takes_one_letter_and_no_more(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "n n n m a end apostrophe a") as pilot:
        assert debugger(pilot).worker.frame.time == 3
        await press(pilot, "apostrophe")
        assert "Go to a mark (a): press its letter." in text_of(pilot)
        await press(pilot, "z")
        assert debugger(pilot).worker.frame.time == 3
        assert any("no mark `z`" in note.message for note in pilot.app._notifications)
        for key in "mb":
            await press(pilot, key)
        await press(pilot, "g")  # what follows the letter is a command again
        assert "Go to iteration" in text_of(pilot)
        await typed(pilot, "7")
        assert debugger(pilot).worker.frame.time == 7 * LINES + 3


async def test_only_a_letter_is_a_mark() -> None:
    async with opened("two_layer", keys="n m 1 enter left") as pilot:
        assert isinstance(pilot.app.screen, LetterPrompt)
        assert "Press one letter; Escape leaves." in text_of(pilot)
        await press(pilot, "escape")
        assert len(pilot.app.screen_stack) == 2
        assert debugger(pilot).view.curves.marks == ()
        for key in "mé":
            await press(pilot, key)
        assert [mark.sign for mark in debugger(pilot).view.curves.marks] == ["é"]


async def test_without_stops_continue_says_so() -> None:
    async with opened("two_layer", keys="c") as pilot:
        assert debugger(pilot).worker.frame.time == 0
        assert any("no stops" in note.message for note in pilot.app._notifications)


async def test_a_rule_of_health_is_a_stop_in_both_directions() -> None:
    async with opened("deep_network", keys="B") as pilot:
        await typed(pilot, "health dead unit")
        assert "is not a rule of health" in text_of(pilot)
        await typed(pilot, "s")
        lines = len(debugger(pilot).worker.program.lines)
        await press(pilot, "c")
        first = debugger(pilot).worker.frame
        assert (first.iteration, first.index) == (46, lines - 1)
        await press(pilot, "end")
        await press(pilot, "C")
        assert debugger(pilot).worker.frame.iteration == 2998


async def test_an_edited_line_is_checked_and_the_run_goes_on_with_it() -> None:
    async with opened("two_layer", keys="i f f n e") as pilot:  # dZ2 of iteration 1
        await typed(pilot, " + Q")
        assert "`Q` has no value" in text_of(pilot)
        for _ in range(4):
            await press(pilot, "backspace")
        await typed(pilot, " + 0.5")
        await settle(pilot)
        frame = debugger(pilot).worker.frame
        assert frame.time == LINES + 6
        assert frame.line is not None
        assert frame.line.text == "dZ2 = A2 - Y + 0.5"
        assert frame.line.because == "it was edited in the debugger"


async def test_an_edit_keeps_the_screen_as_it_was_and_can_be_taken_back() -> None:
    async with opened("two_layer", keys="g") as pilot:
        await typed(pilot, "300")
        for key in "xfw":
            await press(pilot, key)
        await typed(pilot, "np.linalg.norm(dW1)")
        for key in "ma2":
            await press(pilot, key)
        before = debugger(pilot).view
        await press(pilot, "e")
        await typed(pilot, " * 0.5")
        edited = debugger(pilot).view
        assert (edited.frame.time, edited.writing.mathematics) == (before.frame.time, True)
        assert [curve.text for curve in edited.curves.curves] == ["np.linalg.norm(dW1)"]
        assert len(edited.curves.curves[0].values) == len(before.curves.curves[0].values)
        assert edited.curves.marks == before.curves.marks
        assert not np.array_equal(edited.frame.costs[1:], before.frame.costs[1:])
        assert debugger(pilot).query_one("#chain").has_class("-active")
        await press(pilot, "E")
        again = debugger(pilot).view
        assert np.array_equal(again.frame.costs, before.frame.costs)
        assert np.array_equal(again.curves.curves[0].values, before.curves.curves[0].values)
        await press(pilot, "E")
        assert "No line has been edited" in text_of(pilot)


async def test_a_line_is_edited_while_a_run_goes_on() -> None:
    async with opened("two_layer", keys="f f") as pilot:
        send(pilot, "r")
        await until(pilot, lambda: debugger(pilot).worker.frame.index == LINES - 1)
        send(pilot, "e")
        await until(pilot, lambda: isinstance(pilot.app.screen, Prompt))
        await typed(pilot, " * 2")
        await settle(pilot)
        assert debugger(pilot).worker.frame.program.lines[LINES - 1].is_edited
