"""Stepping into a line: cell by cell, forwards and backwards, with what is read lit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from nnscope.network.build import build
from nnscope.scenario.load import parse
from nnscope.tui.app import NnscopeApp
from nnscope.tui.panes.matrices import MatricesPane
from tests.tui.screens import (
    NARROW,
    NORMAL,
    WIDE,
    agrees_with_golden,
    debugger,
    opened,
    press,
    settle,
    shown,
    text_of,
)

LONG = """
[data]
X = { draw = "randn", shape = [3000, 4] }
Y = { draw = "randn", shape = [3, 4] }
[[layer]]
units = 3
activation = "softmax"
[loss]
name = "mean_squared_error"
gradient = "chained"
[training]
learning_rate = 0.1
iterations = 10
"""


@asynccontextmanager
async def long(size: tuple[int, int] = NORMAL) -> AsyncIterator[Pilot[None]]:
    app = NnscopeApp(build(parse(LONG, Path("long.toml"))))
    async with shown(app, size) as pilot:
        yield pilot


def place(pilot: Pilot[None]) -> tuple[int, int]:
    """Give the line that is current, and the step inside it; -1 outside."""
    view = debugger(pilot).view
    return view.frame.index, -1 if view.inside is None else view.inside.number


def result_row(pilot: Pilot[None]) -> str:
    """Give the row of the matrices with the selected cell, without what stands beside the pane."""
    parts = text_of(pilot).replace("│", "\n").splitlines()
    return next(part for part in parts if "▸" in part)


async def test_a_jump_inside_a_long_sum() -> None:
    async with long(NARROW) as pilot:
        for _ in range(12):
            debugger(pilot).controls.stepping.into(1)
        await settle(pilot)
        agrees_with_golden(pilot, "into-long-80x24")


START = (-1, -1)
FORWARDS_AND_BACK = [
    ("S", START), ("s", (0, 0)), ("s", (0, 1)), ("S", (0, 0)), ("S", START),
    ("n", (0, -1)), ("S", (0, 35)), ("S", (0, 34)), ("s", (0, 35)),
    ("s", (1, 0)), ("S", (0, 35)),  # past the last step comes the next line
]  # fmt: skip
LEAVING = [
    ("n", (0, -1)), ("s", (0, 0)), ("s", (0, 1)), ("f", (0, -1)),
    ("s", (0, 0)), ("escape", (0, -1)), ("s", (0, 0)), ("n", (1, -1)),
    ("s", (1, 0)), ("N", (0, -1)), ("s", (0, 0)), ("F", START),
    ("s", (0, 0)), ("i", (0, -1)), ("s", (0, 0)), ("home", START),
    ("s", (0, 0)), ("f", (0, -1)), ("f", (3, -1)),
]  # fmt: skip
CELLS = [
    ("n", (0, -1)), ("s", (0, 0)), ("right", (0, 3)), ("down", (0, 12)), ("s", (0, 13)),
    ("f", (0, -1)), ("s", (0, 12)),  # it goes on with the cell that is selected
    ("tab", (0, 12)), ("2", (0, 12)), ("s", (0, 13)), ("S", (0, 12)),
    ("x", (0, 12)), ("z", (0, 12)), ("s", (0, 13)),
]  # fmt: skip


@pytest.mark.parametrize("moves", [FORWARDS_AND_BACK, LEAVING, CELLS])
async def test_keys(moves: list[tuple[str, tuple[int, int]]]) -> None:
    async with opened("two_layer", NARROW) as pilot:
        for number, (key, where) in enumerate(moves):
            await press(pilot, key)
            assert place(pilot) == where, f"after {key}, the key number {number + 1}"


async def test_the_end_of_the_run_is_the_end() -> None:
    async with opened("two_layer", keys="end S s") as pilot:
        assert debugger(pilot).view.inside is None
        assert debugger(pilot).worker.frame.time == debugger(pilot).worker.timeline.length


async def test_going_back_shows_what_was_there() -> None:
    async with opened("two_layer", WIDE, "f f n n S S") as pilot:
        seen = []
        for _ in range(4):  # out of dW2 and into db2
            seen.append(text_of(pilot))
            await press(pilot, "s")
        for shown in reversed(seen):
            await press(pilot, "S")
            assert text_of(pilot) == shown


async def test_what_is_not_computed_yet_is_a_dot() -> None:
    async with opened("two_layer", WIDE, "f f n n s") as pilot:
        row = result_row(pilot)
        assert row.count("·") == 3
        assert "0.0047" not in row
        for _ in range(4):
            debugger(pilot).controls.stepping.into(1)
        await settle(pilot)
        row = result_row(pilot)
        assert row.count("·") == 2
        assert "0.0047" in row
        await press(pilot, "f")
        row = result_row(pilot)
        assert "·" not in row


async def test_the_cells_that_are_read_stand_in_brackets() -> None:
    async with opened("two_layer", WIDE, "f f n n s s") as pilot:
        frame, text = debugger(pilot).view.frame, text_of(pilot)
        factors = np.asarray(frame.values["dZ2"])[0, 1], np.asarray(frame.values["A1"])[0, 1]
        assert text.count("[ 0.5000]") == 1
        assert text.count(f"[ {factors[1]:.2e}]") == 1
        assert "0→" in text
        assert "↓0" in text
        assert "term 2 of 3 of dZ2 @ A1.T" in text
        assert "0.003374 + 0.5 · 0.005635 = 0.00619189 so far" in text
        await press(pilot, "f")
        assert "→" not in text_of(pilot).replace("✓→", "").replace("NOW→", "").replace("┄→", "")


async def test_the_last_step_has_all_digits() -> None:
    async with opened("two_layer", keys="f f n n s s s s") as pilot:
        assert "0.01398 / 3 = 0.004660273810872812" in text_of(pilot)
        assert debugger(pilot).view.inside is not None


async def test_a_click_on_the_result_goes_to_the_cell() -> None:
    async with opened("two_layer", keys="n S s S") as pilot:
        lines = text_of(pilot).splitlines()
        row = next(at for at, line in enumerate(lines) if "▸" in line)
        await pilot.click(offset=(lines[row].index("▸") - 4, row))
        await settle(pilot)
        assert debugger(pilot).view.inside is not None
        assert place(pilot) == (0, 30)


async def test_every_line_of_a_softmax_net_can_be_stepped_through() -> None:
    async with long() as pilot:
        screen = debugger(pilot)
        for index in range(len(screen.worker.program.lines)):
            screen.controls.stepping.line(1)
            for step in [1] * 12 + [-1] * 5:
                screen.controls.stepping.into(step)
                assert screen.view.frame.index == index or screen.view.inside is not None
            screen.controls.travel.to_line(index)
        assert not pilot.app._notifications


OVERFLOW = """
[data]
X = [[1e200, 1.0], [1e200, 2.0]]
Y = [[0.0, 1.0]]
[[layer]]
units = 1
activation = "identity"
weights = [[1e200, -1e200]]
[loss]
name = "mean_squared_error"
[training]
learning_rate = 0.1
iterations = 3
"""


async def test_every_line_with_inf_and_nan_can_be_stepped_through() -> None:
    app = NnscopeApp(build(parse(OVERFLOW, Path("overflow.toml"))))
    async with shown(app) as pilot:
        screen, seen = debugger(pilot), set[str]()
        for _ in screen.worker.program.lines:
            screen.controls.stepping.line(1)
            for _ in range(6):
                screen.controls.stepping.into(1)
                seen.update(screen.pane(MatricesPane).text.split())
                assert screen.view.inside is not None
            screen.controls.inspect.leave()
        assert {"inf", "nan"} <= {word.strip("▸[]") for word in seen}


async def test_a_line_that_was_edited_to_make_nan_can_be_stepped_through() -> None:
    async with opened("two_layer", keys="n n e") as pilot:
        pilot.app.screen.query_one(Input).value = "np.log(-Z1)"
        for key in ("enter", *"nsssss"):
            await press(pilot, key)
        assert "nan" in debugger(pilot).pane(MatricesPane).text
        assert place(pilot) == (2, 4)
