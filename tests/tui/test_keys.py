"""Every key of the debugger, at both sizes."""

import pytest

from nnscope.tui.dialogs.help import HelpScreen, help_text
from nnscope.tui.dialogs.prompt import Prompt
from nnscope.tui.keymap import BINDINGS, named
from nnscope.tui.view import Selection
from tests.tui.screens import (
    NARROW,
    NORMAL,
    WIDE,
    debugger,
    opened,
    press,
    send,
    settle,
    text_of,
    until,
)

LINES = 15  # of two_layer
MOVES = {
    "n": 1, "n n N": 1, "N": 0, "f": 4, "f f": 5, "f f f": 11, "f f F": 1, "f f n n n F": 6,
    "f F": 1, "i": LINES, "n i": LINES + 1, "n i I": 1, "I": 0, "i i home": 0,
}  # fmt: skip
RUNS = [("end n N n", [10000 * LINES, 10000 * LINES, 10000 * LINES - 1, 10000 * LINES]),
        ("r home", [10000 * LINES, 0])]  # fmt: skip


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_keys_that_move_in_time(size: tuple[int, int]) -> None:
    came_to = dict[str, int]()
    async with opened("two_layer", size) as pilot:
        for keys in MOVES:
            for key in keys.split():
                await press(pilot, key)
            came_to[keys] = debugger(pilot).worker.frame.time
            debugger(pilot).controls.travel.go(0)
            await settle(pilot)
            assert debugger(pilot).worker.frame.time == 0
    assert came_to == MOVES


@pytest.mark.parametrize("size", [NARROW, NORMAL])
@pytest.mark.parametrize(("keys", "times"), RUNS)
async def test_keys_that_run_to_the_end(keys: str, times: list[int], size: tuple[int, int]) -> None:
    async with opened("two_layer", size) as pilot:
        came_to = list[int]()
        for key in keys.split():
            await press(pilot, key)
            came_to.append(debugger(pilot).worker.frame.time)
    assert came_to == times


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_go_to_asks_for_an_iteration(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "n n g") as pilot:
        assert isinstance(pilot.app.screen, Prompt)
        await press(pilot, "x")
        await press(pilot, "enter")
        assert "Write a whole number from 0 to 9999." in text_of(pilot)
        for key in ["backspace", "5", "0", "0", "enter"]:
            await press(pilot, key)
        assert debugger(pilot).worker.frame.time == 500 * LINES + 2
        await press(pilot, "g")
        await press(pilot, "escape")
        assert debugger(pilot).worker.frame.time == 500 * LINES + 2


CELLS = {
    "down": (-1, 1, 0), "j": (-1, 1, 0), "down up": (-1, 0, 0), "j k": (-1, 0, 0),
    "right": (-1, 0, 1), "l": (-1, 0, 1), "l left": (-1, 0, 0), "l h": (-1, 0, 0),
    "up": (-1, 0, 0), "j j j j j j": (-1, 3, 0), "l l l l l": (-1, 0, 2),
    "tab": (0, 0, 0), "tab tab": (1, 0, 0), "shift+tab": (2, 0, 0), "pagedown": (-1, 3, 0),
    "pagedown pageup": (-1, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_keys_that_select(size: tuple[int, int]) -> None:
    selected = dict[str, tuple[int, int, int]]()
    async with opened("two_layer", size, "n") as pilot:
        for keys in CELLS:
            for key in keys.split():
                await press(pilot, key)
            found = debugger(pilot).view.selection
            selected[keys] = found.operand, found.row, found.column
            debugger(pilot).controls.inspect.go_to_cell(Selection(-1, 0, 0))
    assert selected == CELLS


async def test_the_selected_cell_stays_with_its_line() -> None:
    async with opened("two_layer", keys="n j l n n i N N") as pilot:
        assert debugger(pilot).view.frame.index == 0
        assert debugger(pilot).view.cell == (1, 1)


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_mathematics_and_back(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "n x") as pilot:
        assert "Z₁ = W₁ X + b₁" in text_of(pilot)
        await press(pilot, "x")
        assert "Z1 = W1 @ X + b1" in text_of(pilot)


async def test_logarithmic_cost() -> None:
    async with opened("two_layer", keys="end y") as pilot:
        assert "log scale" in text_of(pilot)
        await press(pilot, "y")
        assert "linear" in text_of(pilot)


async def test_panes_are_chosen_and_zoomed() -> None:
    async with opened("two_layer", NARROW, "i f f n") as pilot:
        for key, words in {
            "2": "local derivative",
            "3": "norm",
            "4": "linear",
            "1": "dZ2 (",
        }.items():
            await press(pilot, key)
            assert words in text_of(pilot)
        await press(pilot, "z")
        assert "Program" not in text_of(pilot)
        await press(pilot, "z")
        assert "Program" in text_of(pilot)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("size", [NARROW, NORMAL, WIDE])
async def test_help_names_every_key_and_is_broken_once(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "question_mark") as pilot:
        assert isinstance(pilot.app.screen, HelpScreen)
        static = pilot.app.screen.query("Static").first()
        page = str(static.render())
        for binding in BINDINGS:
            assert words(named({}).told(binding.tooltip)) in words(page)
        assert max(map(len, page.splitlines())) <= static.content_region.width
        assert static.content_region.height == len(page.splitlines())  # no line is broken again
        await press(pilot, "escape")
        assert len(pilot.app.screen_stack) == 2


async def test_help_is_broken_anew_for_another_width() -> None:
    async with opened("two_layer", WIDE, "question_mark") as pilot:
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        static = pilot.app.screen.query("Static").first()
        assert max(map(len, str(static.render()).splitlines())) <= static.content_region.width


@pytest.mark.parametrize("width", [40, 70, 98])
def test_in_the_help_what_terms_mean_stands_beside_them(width: int) -> None:
    page = help_text("A title", "About it:\n\n    X = 1\n    Y = 2", "", width)
    assert "    X = 1\n    Y = 2" in page
    rows = page.splitlines()
    first = next(at for at, row in enumerate(rows) if row.startswith("Matrices "))
    column = rows[first].index("What that line read")
    below = rows[first + 1 : first + 4]
    assert all(row[:column].isspace() and row[column] != " " for row in below)


async def test_the_palette_offers_the_keys() -> None:
    async with opened("two_layer", keys="n") as pilot:
        await press(pilot, "colon")
        for key in "rewind":
            await press(pilot, key)
        await until(pilot, lambda: "go back to the start" in text_of(pilot))
        send(pilot, "enter")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        await settle(pilot)
        assert debugger(pilot).worker.frame.time == 0


async def test_quit() -> None:
    async with opened("two_layer", keys="q") as pilot:
        assert not pilot.app.is_running
