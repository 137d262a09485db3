"""Which cells are in sight: the selected one, and in line with it those that it is made from."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from nnscope.network.build import build
from nnscope.scenario.load import parse
from nnscope.tui.app import NnscopeApp
from nnscope.tui.draw.matrix_layout import Block
from nnscope.tui.panes.matrices import MatricesPane
from nnscope.tui.panes.stops import StopsPane
from nnscope.tui.view import Selection
from tests.tui.screens import NARROW, NORMAL, WIDE, debugger, opened, press, settle, shown, text_of

TALL = """
[data]
X = { draw = "randn", shape = [20, 90] }
Y = { draw = "randn", shape = [3, 90], above = 0.0 }
[[layer]]
units = 70
activation = "tanh"
[[layer]]
units = 3
activation = "sigmoid"
[loss]
name = "binary_cross_entropy"
gradient = "chained"
[training]
learning_rate = 0.1
iterations = 3
"""


def app() -> NnscopeApp:
    return NnscopeApp(build(parse(TALL, Path("tall.toml"))))


async def select(pilot: Pilot[None], line: str, selection: Selection) -> list[Block]:
    """Go to a line, select a cell, and give the matrices by what they are called."""
    screen = debugger(pilot)
    program = screen.worker.program
    screen.controls.travel.to_line(program.line_of[line])
    screen.controls.inspect.go_to_cell(selection)
    await settle(pilot)
    return screen.pane(MatricesPane)._blocks


def rows(block: Block) -> range:
    return range(block.top, block.top + block.rows)


def columns(block: Block) -> range:
    return range(block.left, block.left + block.columns)


CELLS = [(0, 0), (69, 89), (35, 40), (36, 44), (69, 0), (2, 88)]


@pytest.mark.parametrize("size", [NARROW, NORMAL, WIDE])
async def test_cells_of_one_place_stand_side_by_side(size: tuple[int, int]) -> None:
    async with shown(app(), size) as pilot:
        for row, column in CELLS:
            dA, A, dZ = await select(pilot, "dZ1", Selection(-1, row, column))
            assert dA.operand.value.shape == A.operand.value.shape == dZ.operand.value.shape
            for block in (dA, A, dZ):
                assert row in rows(block)
                assert column in columns(block)
            same = [block for block in (dA, A) if block.rows == dZ.rows]
            assert all(block.top == dZ.top for block in same)
            same = [block for block in (dA, A) if block.columns == dZ.columns]
            assert all(block.left == dZ.left for block in same)


@pytest.mark.parametrize("size", [NARROW, NORMAL, WIDE])
async def test_the_row_and_the_column_of_a_product_are_in_sight(size: tuple[int, int]) -> None:
    async with shown(app(), size) as pilot:
        for row, column in CELLS:
            W, X, b, Z = await select(pilot, "Z1", Selection(-1, row, column))
            assert row in rows(W)
            assert column in columns(X)
            assert row in rows(b)
            assert W.rows != Z.rows or W.top == Z.top
            assert b.rows != Z.rows or b.top == Z.top
            assert (W.left, X.top) == (0, 0)  # the sum from its first term on


EIGHT = """
[data]
W = { draw = "randn", shape = [8, 8], scale = 0.01 }
D = { draw = "randn", shape = [8, 8], scale = 100 }
A = { draw = "randn", shape = [8, 8] }
b = { draw = "randn", shape = [8, 1] }
[[line]]
target = "Z"
expression = "W @ A + b"
[[line]]
target = "G"
expression = "(W.T @ D) * (1 - A ** 2)"
[[line]]
target = "S"
expression = "W * D - A"
[[line]]
target = "T"
expression = "np.sum(S, axis=1, keepdims=True)"
"""


@pytest.mark.parametrize("size", [NARROW, NORMAL, WIDE])
async def test_small_matrices_are_seen_whole(size: tuple[int, int]) -> None:
    built = build(parse(EIGHT, Path("eight.toml")))
    async with shown(NnscopeApp(built), size) as pilot:
        pane = debugger(pilot).pane(MatricesPane)
        for _ in built.lines:
            await press(pilot, "n")
            for block in pane._blocks:
                assert (block.rows, block.columns) == block.written.size, text_of(pilot)
            rows, room = pane.text.splitlines(), pane.scrollable_content_region
            assert max(map(len, rows)) <= room.width, text_of(pilot)
            assert len(rows) <= room.height, text_of(pilot)
            assert pane._blocks[-1].bottom <= room.height


async def test_what_the_selected_cell_is_made_from_is_lit() -> None:
    async with opened("two_layer", NARROW, "n right down") as pilot:
        rows = debugger(pilot).pane(MatricesPane).text.splitlines()
        assert "↓1" in rows[1]
        assert rows[3].startswith("1→")
        assert "[0]" in rows[3]


async def test_a_selected_cell_of_an_operand_takes_the_result_along() -> None:
    async with shown(app(), NARROW) as pilot:
        dA, A, dZ = await select(pilot, "dZ1", Selection(1, 44, 61))
        assert 44 in rows(A)
        assert 61 in columns(A)
        assert {block.top for block in (dA, A, dZ)} == {A.top}
        assert 61 in columns(dZ)
        W, _, _, Z = await select(pilot, "Z1", Selection(0, 50, 19))
        assert 50 in rows(W)
        assert 50 in rows(Z)
        assert 19 in columns(W)


async def test_leaving_a_line_shows_the_same_rows_as_stepping_into_it() -> None:
    async with shown(app(), NARROW) as pilot:
        await select(pilot, "dZ1", Selection(-1, 40, 50))
        await press(pilot, "s")
        inside = [(block.top, block.left) for block in debugger(pilot).pane(MatricesPane)._blocks]
        await press(pilot, "f")
        left = [(block.top, block.left) for block in debugger(pilot).pane(MatricesPane)._blocks]
        assert inside == left


async def test_a_move_scrolls_no_farther_than_it_must() -> None:
    async with shown(app(), NORMAL) as pilot:
        *_, far = await select(pilot, "dZ1", Selection(-1, 30, 30))
        *_, near = await select(pilot, "dZ1", Selection(-1, 29, 29))
        assert (near.top, near.left) == (far.top, far.left)


SIZES = [NARROW, (100, 30), NORMAL, WIDE]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scenario", ["two_layer", "deep_network", "two_layer_as_printed"])
async def test_matrices_and_what_stands_between_fit_into_the_pane(
    scenario: str, size: tuple[int, int]
) -> None:
    async with opened(scenario, size) as pilot:
        screen = debugger(pilot)
        pane = screen.pane(MatricesPane)
        for mathematics in (False, True):
            for _ in screen.worker.program.lines:
                screen.controls.stepping.line(1)
                await settle(pilot)
                widest = max(map(len, pane.text.splitlines()))
                assert widest <= pane.scrollable_content_region.width, pane.text
                for operand in screen.view.operands:
                    assert operand.heading in pane.text or operand.short_heading in pane.text
                    assert operand.before in pane.text
            assert mathematics == screen.view.writing.mathematics
            await press(pilot, "home")
            await press(pilot, "x")


@pytest.mark.parametrize("size", SIZES)
async def test_no_row_of_a_pane_is_longer_than_the_pane(size: tuple[int, int]) -> None:
    async with opened("deep_network_he", size, "i") as pilot:
        screen = debugger(pilot)
        for key in "1234578":
            await press(pilot, key)
            for index in (0, 6, 7, 9, 15, 24):
                screen.controls.travel.to_line(index)
                screen.controls.inspect.go_to_cell(Selection(-1, 99, 99))
                await settle(pilot)
                if key == "1":
                    await press(pilot, "s")
                for pane in screen.panes:
                    room = pane.scrollable_content_region.width
                    rows = pane.text.splitlines() if room else []
                    assert not [row for row in rows if len(row) > room]


async def test_marks_point_to_the_cells_that_are_out_of_sight() -> None:
    async with shown(app(), NORMAL) as pilot:
        seen = []
        for cell in ((0, 0), (35, 40), (69, 89)):
            await select(pilot, "dZ1", Selection(-1, *cell))
            text = debugger(pilot).pane(MatricesPane).text
            seen.append({mark for mark in "⌃⌄‹›" if mark in text})
        assert seen == [set("⌄›"), set("⌃⌄‹›"), set("⌃‹")]


async def test_what_is_cut_has_a_mark() -> None:
    async with opened("two_layer", NARROW, "b 6") as pilot:
        pane = debugger(pilot).pane(StopsPane)
        pane.take([["x" * 200], ["short"]], 2, None, is_all_new=True)
        pane.render_lines(pane.size.region)
        assert pane.render_line(0).text.rstrip().endswith("xx…")
        assert pane.render_line(1).text.rstrip() == "short"


async def test_under_mathematics_the_matrices_have_their_symbols() -> None:
    async with opened("two_layer", keys="f f n n x") as pilot:
        text = debugger(pilot).pane(MatricesPane).text
        assert "∂J/∂Z₂ (n2=1, m=3)" in text
        assert "A₁ᵀ (m=3, n1=4)" in text
        assert "∂J/∂W₂[0, 0] = 0.0046" in text
        assert "dW2" not in text
