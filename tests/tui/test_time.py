"""Time as an axis: curves beside the cost, marks, going along them; and the memory."""

import time

import numpy as np
import pytest
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widgets import Input

from nnscope.tui.dialogs.prompt import Prompt
from nnscope.tui.dialogs.run_loop import ListingScreen
from nnscope.tui.draw.axis import Axis, Mark
from nnscope.tui.draw.braille import Plot, curve
from nnscope.tui.panes.time import TimePane
from tests.tui.screens import (
    NARROW,
    NORMAL,
    WIDE,
    agrees_with_golden,
    debugger,
    opened,
    press,
    send,
    settle,
    text_of,
    until,
)
from tests.tui.test_screen import SLOW, running

LINES = 15  # of two_layer
SMALL = SLOW.replace("[400, 200]", "[2, 3]").replace("[1, 200]", "[1, 3]").replace("= 100", "= 2")


async def type_in(pilot: Pilot[None], key: str, text: str) -> None:
    """Press the key of a question, and answer it."""
    await press(pilot, key)
    await answer(pilot, text)


async def answer(pilot: Pilot[None], text: str) -> None:
    pilot.app.screen.query_one(Input).value = text
    await press(pilot, "enter")
    await settle(pilot)


def curves(pilot: Pilot[None]) -> list[str]:
    return [each.text for each in debugger(pilot).view.curves.curves]


def iteration(pilot: Pilot[None]) -> int:
    return debugger(pilot).worker.frame.iteration


# the axis and the plot


@pytest.mark.parametrize("width", [4, 7, 60])
@pytest.mark.parametrize("count", [1, 2, 5, 8, 59, 60, 121, 10_000])
def test_an_axis_there_and_back(count: int, width: int) -> None:
    axis = Axis(count, width)
    columns = [axis.column(at) for at in range(count)]
    assert columns == sorted(columns)
    assert columns[0] == 0
    assert columns[-1] == (width - 1 if count > 1 else 0)
    for column in set(columns):
        assert axis.column(axis.iteration(column)) == column
    assert axis.iteration(width - 1) == count - 1
    assert axis.iteration(-5) == axis.iteration(0) == 0


@pytest.mark.parametrize("count", [1, 2, 30, 77, 500])
def test_a_step_along_it_always_moves_and_stays_inside(count: int) -> None:
    axis, at, passed = Axis(count, 20), 0, [0]
    while at < count - 1:
        at = axis.moved(at, 1)
        passed.append(at)
    assert passed == sorted(set(passed))
    assert axis.moved(at, 1) == at == count - 1
    assert axis.moved(0, -1) == axis.moved(0, -10) == 0


def test_a_dense_column_shows_what_it_stands_for() -> None:
    for at in (0, 1, 333, 998, 999):
        values = np.zeros(1000)
        values[at] = 1.0
        top = curve(values, 30, 2)[0]
        (place,) = [number for number, sign in enumerate(top) if sign != "\u2800"]
        assert place == Axis(1000, 30).column(at)


def test_gaps_and_scales() -> None:
    values = np.array([1.0, np.nan, np.inf, 4.0])
    plot = Plot(values)
    assert (plot.low, plot.high) == (1.0, 4.0)
    assert plot.draw(Axis(4, 4), 1) == ["⡀⠀⠀⠈"]
    assert Plot(np.array([-1.0, 0.0]), logarithmic=True).is_empty
    assert not Plot(np.array([1e308, -1e308])).is_empty
    assert Axis(10, 10).marked((Mark(0, "a"), Mark(9, "●"), Mark(9, "‼"))) == "a        ‼"


# following


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_a_number_is_asked_for_and_followed(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "end w") as pilot:
        assert isinstance(pilot.app.screen, Prompt)
        await answer(pilot, "dW1")
        assert "has the shape (4, 2)" in text_of(pilot)
        await answer(pilot, "np.max(np.abs(dZ2))")
        (found,) = debugger(pilot).view.curves.curves
        assert (found.text, len(found.values)) == ("np.max(np.abs(dZ2))", 10000)
        assert not found.values.flags.writeable
        await press(pilot, "4")
        here = debugger(pilot).pane(TimePane).text.splitlines()
        assert here[0].startswith(("▸ 2 of 2: np.max", "  J = "))
        assert any(row.strip().endswith("9999") for row in here)
        (value,) = [row for row in here if "np.max(np.abs(dZ2)) = " in row]
        assert value.startswith("▸ ")


async def test_an_empty_answer_drops_the_chosen_curve() -> None:
    async with opened("two_layer", keys="i i") as pilot:
        for text in ("W1[0,0]", "J * 2", "W1[0,0]"):
            await type_in(pilot, "w", text)
        assert curves(pilot) == ["W1[0, 0]", "J * 2"]
        await press(pilot, "w")
        assert "empty: drop W1[0, 0]" in text_of(pilot)
        await press(pilot, "enter")
        assert curves(pilot) == ["J * 2"]
        await press(pilot, "4")
        await press(pilot, "delete")
        assert curves(pilot) == []
        await type_in(pilot, "w", "")
        assert curves(pilot) == []


async def test_curves_grow_with_the_run_and_by_steps() -> None:
    async with opened("two_layer", keys="i") as pilot:
        await type_in(pilot, "w", "np.sum(dW1)")
        for key in "iiin":
            await press(pilot, key)
        (found,) = debugger(pilot).view.curves.curves
        assert len(found.values) == len(debugger(pilot).view.frame.costs) == 4
        assert found.values[2] == debugger(pilot).worker.watched.curves[0].values[2]
        await press(pilot, "end")
        await settle(pilot)
        assert len(debugger(pilot).view.curves.curves[0].values) == 10000
        values = debugger(pilot).worker.frame.values
        assert debugger(pilot).view.curves.curves[0].values[-1] == np.sum(values["dW1"])


async def test_the_value_here_says_when_it_is_old() -> None:
    async with opened("two_layer", NARROW, "n n n n n") as pilot:
        await type_in(pilot, "w", "np.sum(dZ2)")
        await press(pilot, "4")
        assert "np.sum(dZ2) = ?" in text_of(pilot)
        await press(pilot, "n")
        assert "np.sum(dZ2) = -0.5" in text_of(pilot)
        assert "○" not in text_of(pilot)
        for key in "inn":
            await press(pilot, key)
        await press(pilot, "N")
        await press(pilot, "N")
        await press(pilot, "N")
        assert "○ of iteration 0" in text_of(pilot)


async def test_long_work_on_a_curve_is_told_and_escape_leaves_it_where_it_is() -> None:
    async with running(SLOW) as pilot:
        await type_in(pilot, "g", "12")
        worker = debugger(pilot).worker
        going = worker._keep_going

        def held(at: int) -> bool:
            while at >= 4 and not worker._stop.is_set():
                time.sleep(0.01)
            return going(at)

        worker._keep_going = held  # type: ignore[method-assign, assignment]
        await press(pilot, "w")
        pilot.app.screen.query_one(Input).value = "np.sum(np.abs(W1))"
        send(pilot, "enter")
        await until(pilot, lambda: "following np.sum(np.abs(W1))" in text_of(pilot))
        await until(
            pilot, lambda: [each for each in debugger(pilot).view.curves.curves if len(each.values)]
        )
        assert 0 < len(debugger(pilot).view.curves.curves[0].values) < 12
        await press(pilot, "escape")
        (found,) = debugger(pilot).view.curves.curves
        reached = len(found.values)
        assert 0 < reached < len(debugger(pilot).view.frame.costs)
        worker._keep_going = going  # type: ignore[method-assign]
        await press(pilot, "N")
        assert len(debugger(pilot).view.curves.curves[0].values) == reached
        await press(pilot, "i")
        await settle(pilot)
        frame, (found,) = debugger(pilot).view.frame, debugger(pilot).view.curves.curves
        assert len(found.values) == len(frame.costs)


# marks


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_marks_on_the_axis(size: tuple[int, int]) -> None:
    async with opened("two_layer", size) as pilot:
        await type_in(pilot, "B", "J < 0.01")
        await press(pilot, "c")
        await settle(pilot)
        await press(pilot, "end")
        for key in "mz":
            await press(pilot, key)
        await type_in(pilot, "g", "6000")
        for key in "ma":
            await press(pilot, key)
        await press(pilot, "4")
        await press(pilot, "h")
        signs = [mark.sign for mark in debugger(pilot).view.curves.marks]
        assert signs == ["●", "a", "z"]
        feet = debugger(pilot).pane(TimePane).text.split("\u28c0")[-1].split()  # below the curve
        found = [sign for sign in "".join(feet) if not sign.isdecimal()]
        assert [sign for sign in found if sign != "▲"] == ["●", "a", "z"]
        assert found.count("▲") == 1
        if size == NORMAL:
            agrees_with_golden(pilot, "time-marks-120x36")


async def test_the_first_bad_number_is_marked_and_leaves_a_gap() -> None:
    text = SMALL.replace("learning_rate = 0.1", "learning_rate = 1e200")
    async with running(text.replace("1000000", "40"), NARROW) as pilot:
        for key in ("r", "r", "4"):
            await press(pilot, key)
        assert "‼" in text_of(pilot)
        (mark,) = debugger(pilot).view.curves.marks
        assert mark.sign == "‼"
        await press(pilot, "y")
        assert "log scale" in text_of(pilot)


# going along


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_keys_go_along_the_axis(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "n end 4") as pilot:
        axis = pilot.app.screen.query_one(TimePane).axis
        moves = {
            "left": -2,
            "h": -3,
            "right": -2,
            "comma": -12,
            "l": -11,
            "shift+left": -21,
            "full_stop": -11,
            "shift+right": -1,
        }
        for key, column in moves.items():
            await press(pilot, key)
            assert iteration(pilot) == axis.iteration(axis.width + column)
        assert debugger(pilot).worker.frame.index == 14
        await press(pilot, "1")
        await press(pilot, "left")
        assert iteration(pilot) == 9999


async def test_few_iterations_are_passed_one_by_one() -> None:
    async with opened("two_layer", NARROW, "i i i i 4 h") as pilot:
        assert iteration(pilot) == 2  # the fourth has no cost yet
        await press(pilot, "h")
        assert iteration(pilot) == 1


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_a_click_goes_there_and_dragging_follows(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "end 4") as pilot:
        pane = pilot.app.screen.query_one(TimePane)
        left = pane.content_region.x + 9  # behind `5.079e-5 `
        row = pane.content_region.y + 2
        await pilot.mouse_down(offset=Offset(left + 10, row))
        await settle(pilot)
        assert iteration(pilot) == pane.axis.iteration(10)
        await pilot.hover(offset=Offset(left + 20, row))
        await settle(pilot)
        assert iteration(pilot) == pane.axis.iteration(20)
        await pilot.mouse_up(offset=Offset(left + 20, row))
        await pilot.hover(offset=Offset(left + 5, row))
        await settle(pilot)
        assert iteration(pilot) == pane.axis.iteration(20)


async def test_up_and_down_choose_where_there_is_no_room() -> None:
    async with opened("two_layer", NARROW, "i i i i 4") as pilot:
        for text in ("W1[0,0]", "W1[0,1]", "W1[1,0]"):
            await type_in(pilot, "w", text)
        assert "▸ 4 of 4: W1[1, 0]" in text_of(pilot)
        assert "J = " not in text_of(pilot).split("Time")[1]
        for _ in range(3):
            await press(pilot, "up")
        assert "▸ 1 of 4: J = " in text_of(pilot)
        assert "W1[1, 0]" not in text_of(pilot)
        await press(pilot, "z")
        assert "W1[1, 0]" in text_of(pilot)


async def test_a_wide_screen_has_room_for_several() -> None:
    async with opened("two_layer", WIDE, "end") as pilot:
        for text in ("W1[0,0]", "np.linalg.norm(dW1)"):
            await type_in(pilot, "w", text)
        await press(pilot, "y")
        assert "linear: not all are above 0" in text_of(pilot)
        agrees_with_golden(pilot, "time-several-200x60")


async def test_a_program_without_a_loss() -> None:
    async with opened("three_layer_forward", NARROW, "end 4") as pilot:
        await type_in(pilot, "w", "np.sum(X)")
        assert "np.sum(X) = " in text_of(pilot)
        for key in ("h", "comma", "up"):
            await press(pilot, key)
        assert debugger(pilot).worker.frame.iteration == 0


# memory, and the source


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_the_memory_is_shown_and_set(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "end") as pilot:
        await press(pilot, "M")
        await answer(pilot, "7 parrots")
        assert "expected a size such as 64MB or 1GB" in text_of(pilot)
        await press(pilot, "escape")
        await type_in(pilot, "M", "64kb")
        await settle(pilot)
        history = debugger(pilot).worker.timeline.history
        assert history.cap == 64 * 1024
        assert debugger(pilot).view.frame.cap == 64 * 1024
        for key in ("home", "i"):
            await press(pilot, key)
        shown = "of 0.0625 MB" if size == NORMAL else "/0.0625 MB"
        assert shown in text_of(pilot).splitlines()[0]


async def test_a_scenario_says_how_much() -> None:
    async with running('memory = "3MB"\n' + SMALL) as pilot:
        assert "0.0 of 3 MB" in text_of(pilot)


async def test_the_source_of_the_loop() -> None:
    async with opened("two_layer", NORMAL, "L") as pilot:
        assert isinstance(pilot.app.screen, ListingScreen)
        assert "# The run loop of two_layer" in text_of(pilot)
        await press(pilot, "tab")
        assert "# The plain loop of two_layer" in text_of(pilot)
        await press(pilot, "escape")
        assert len(pilot.app.screen_stack) == 2
