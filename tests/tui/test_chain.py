"""The chain-rule pane: a neuron by hand, number by number; paths, factors and their lines."""

from math import exp
from pathlib import Path

import pytest
from textual.pilot import Pilot

from nnscope.insight.numbers import short
from nnscope.network.build import build
from nnscope.scenario.load import parse
from nnscope.tui.app import NnscopeApp
from nnscope.tui.panes.chain import ChainPane
from tests.samples import LIBRARY, NEURON
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

TEN = """
[data]
X = { draw = "randn", shape = [3, 5] }
Y = { draw = "rand", shape = [1, 5], above = 0.5 }
[network]
sizes = [3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 1]
hidden = "tanh"
output = "sigmoid"
weights = { draw = "randn", scale = "lecun" }
[loss]
name = "binary_cross_entropy"
gradient = "chained"
[training]
learning_rate = 0.1
iterations = 5
"""
CLASSES = """
[data]
X = { draw = "randn", shape = [3, 4] }
Y = { value = [0, 1, 2, 1], one_hot = 3 }
[[layer]]
units = 3
activation = "softmax"
weights = { draw = "randn", scale = 0.5 }
[loss]
name = "softmax_cross_entropy"
gradient = "chained"
[training]
learning_rate = 0.1
iterations = 5
"""


def app(text: str) -> NnscopeApp:
    return NnscopeApp(build(parse(text, Path("sample.toml"))))


def chain_text(pilot: Pilot[None]) -> str:
    """Read all lines of the chain pane, also those that are scrolled away."""
    return debugger(pilot).pane(ChainPane).text


@pytest.mark.parametrize("size", [NARROW, NORMAL, WIDE])
async def test_a_neuron_number_by_number(size: tuple[int, int]) -> None:
    """Work the neuron of the samples out by hand: x = 2, y = 1, w = 1/2, b = -1."""
    x, y, w, b = 2.0, 1.0, 0.5, -1.0
    z = w * x + b
    a = 1 / (1 + exp(-z))
    by_a = 2 * (a - y)  # J = (a - y)²
    a_by_z = a * (1 - a)
    z_by_w = x
    assert (z, a, by_a, a_by_z, by_a * a_by_z * z_by_w) == (0.0, 0.5, -1.0, 0.25, -0.5)
    async with shown(app(NEURON), size) as pilot:
        for _ in range(6):
            debugger(pilot).controls.stepping.line(1)
        await press(pilot, "2")
        rows = chain_text(pilot).splitlines()
        assert rows[0].split() == ["∂J/∂w", "=", "∂J/∂a", "·", "∂a/∂z", "·", "∂z/∂w"]
        wanted = [short(number) for number in (by_a, a_by_z, z_by_w)]
        assert [part for part in rows[1].split() if part not in "=·"] == wanted
        assert rows[2].split() == ["=", short(by_a * a_by_z * z_by_w)]
        assert rows[3] == "J ─✓→ a ─✓→ z NOW→ w"
        table = [row.split() for row in rows[5:8]]
        lines = [["3", "4", "done"], ["2", "5", "done"], ["1", "6", "NOW"]]
        assert [row[-3:] for row in table] == lines


@pytest.mark.parametrize(
    ("name", "text", "line", "size"),
    [("ten-layers-80x24", TEN, "dZ5", NARROW), ("softmax-120x36", CLASSES, "dZ1", NORMAL)],
)
async def test_long_and_wide_chains(name: str, text: str, line: str, size: tuple[int, int]) -> None:
    async with shown(app(text), size) as pilot:
        screen = debugger(pilot)
        await press(pilot, "p")
        screen.controls.travel.to_line(screen.worker.program.line_of[line])
        await settle(pilot)
        agrees_with_golden(pilot, f"chain-{name}")


async def test_ten_layers_keep_the_factor_of_now_in_sight() -> None:
    async with shown(app(TEN), NARROW) as pilot:
        await press(pilot, "p")
        screen = debugger(pilot)
        lines = screen.worker.program.lines
        for index, line in enumerate(lines):
            factors = [factor.backward for factor in screen.view.chain]
            if index in factors[::3]:
                screen.controls.travel.to_line(index)
                await settle(pilot)
                rows = text_of(pilot).splitlines()
                assert any(row.rstrip("│ ┃").endswith(" NOW") for row in rows), line.text


async def test_done_now_and_to_come_are_told_in_words() -> None:
    async with opened("two_layer", keys="p") as pilot:
        told = []
        for _ in range(12):
            rows = chain_text(pilot).splitlines()
            words = [row.split()[-1] for row in rows[3:] if row.split()]
            path = next(row for row in rows if row.startswith("J "))
            told.append((path, [each for each in words if each in {"done", "NOW", "come"}][:5]))
            debugger(pilot).controls.stepping.line(1)
        assert told[0][0] == "J ┄┄→ A₂ ┄┄→ Z₂ ┄┄→ A₁ ┄┄→ Z₁ ┄┄→ W₁"
        assert told[6][0] == "J NOW→ A₂ NOW→ Z₂ ┄┄→ A₁ ┄┄→ Z₁ ┄┄→ W₁"
        assert told[6][1] == ["NOW", "NOW", "come", "come", "come"]
        assert told[9][1] == ["done", "done", "NOW", "NOW", "come"]
        assert told[10][0] == "J ─✓→ A₂ ─✓→ Z₂ ─✓→ A₁ ─✓→ Z₁ NOW→ W₁"


async def test_p_goes_through_the_parameters_and_h_comes_back() -> None:
    async with opened("two_layer", keys="n") as pilot:
        seen = []
        for key in ("p", "p", "p", "p", "p", "P", "P", "H"):
            await press(pilot, key)
            seen.append(debugger(pilot).view.chain_choice.parameter)
        assert seen == ["W1", "b1", "W2", "b2", "W1", "b2", "W2", ""]
        assert "In the backward pass this line gives" in text_of(pilot)


async def test_p_goes_on_from_the_gradient_of_the_current_line() -> None:
    async with opened("two_layer", keys="f f n n p") as pilot:
        assert debugger(pilot).view.chain_choice.parameter == "b2"
        assert "Chain rule of b2 (H: of the current line)" in text_of(pilot)


async def test_a_network_without_gradients_says_so() -> None:
    async with opened("three_layer_forward", keys="n p") as pilot:
        assert "No line of this program is a gradient" in text_of(pilot)


async def test_enter_goes_to_the_line_of_a_factor_and_to_what_it_differentiates() -> None:
    async with opened("two_layer", keys="f f n n n n n 2") as pilot:
        screen = debugger(pilot)
        assert (screen.view.frame.index, screen.view.pointed) == (9, 4)
        await press(pilot, "up")
        await press(pilot, "up")
        assert screen.view.chain[screen.view.pointed].link.below == "A1"
        await press(pilot, "enter")  # dZ1 multiplies ∂Z₂/∂A₁ in
        assert (screen.view.frame.index, screen.view.pointed) == (8, 2)
        assert screen.view.chain_choice.parameter == "W1"
        await press(pilot, "enter")  # which differentiates Z2
        assert (screen.view.frame.index, screen.view.pointed) == (2, 2)
        await press(pilot, "enter")
        assert screen.view.frame.index == 8
        await press(pilot, "H")
        assert screen.view.differentiated == "Z1"


async def test_up_and_down_stay_inside_the_factors() -> None:
    async with opened("two_layer", keys="f f n n 2 up up up") as pilot:
        assert debugger(pilot).view.pointed == 0
        for _ in range(3):
            await press(pilot, "down")
        assert debugger(pilot).view.pointed == 2
        assert "▸ ∂Z₂/∂W₂" in text_of(pilot)
        await press(pilot, "1")
        await press(pilot, "down")
        assert debugger(pilot).view.pointed == 2
        assert "▸ ∂Z₂/∂W₂" not in text_of(pilot)


async def test_enter_does_nothing_elsewhere() -> None:
    async with opened("two_layer", keys="f f n n enter") as pilot:
        assert debugger(pilot).view.frame.index == 6
    async with opened("three_layer_forward", keys="n 2 enter down enter") as pilot:
        assert debugger(pilot).view.frame.index == 0


async def test_a_click_chooses_a_factor() -> None:
    async with opened("two_layer", keys="f f n n 2") as pilot:
        lines = text_of(pilot).splitlines()
        row = next(at for at, line in enumerate(lines) if " ∂J/∂A₂ " in line and "done" in line)
        await pilot.click(offset=(lines[row].index("∂J/∂A₂"), row))
        await settle(pilot)
        assert debugger(pilot).view.pointed == 0


async def test_the_numbers_follow_the_selected_cell() -> None:
    async with opened("two_layer", keys="f f n n") as pilot:
        for column in range(4):
            assert f"dW2[0, {column}] = (Σᵢ dZ2[0, i]·A1.T[i, {column}]) / m" in chain_text(pilot)
            debugger(pilot).controls.inspect.move(0, 1)


async def test_no_numbers_before_the_gradient_is_there() -> None:
    async with opened("two_layer", keys="p") as pilot:
        assert "Σ" not in chain_text(pilot)
        move = debugger(pilot).controls.stepping.line
        for _ in range(9):
            move(1)
        assert "Σ" not in chain_text(pilot)
        move(1)
        assert "dW1[0, 0] = (Σᵢ dZ1[0, i]·X.T[i, 0]) / m" in chain_text(pilot)
        for _ in range(6):  # the next iteration: what stands there is the old gradient
            move(1)
        assert "Σ" not in chain_text(pilot)


async def test_what_collapses_is_told_with_its_line() -> None:
    async with opened("two_layer", keys="f f n") as pilot:
        assert "These two simplify to one: −(Y/A − (1−Y)/(1−A)) · A (1−A)" in chain_text(pilot)
        await press(pilot, "n")
        assert "Line 6 multiplies by two factors at once: −(Y/A" in chain_text(pilot)


async def test_where_the_division_comes_in_is_where_this_gradient_is_read() -> None:
    async with opened("two_layer", keys="f f n n n n 2") as pilot:
        text = " ".join(chain_text(pilot).split())
        assert "The 1/m of J (line 5) is not in here: it comes in with lines 10 and 11." in text
        await press(pilot, "n")
        assert "comes in on this line, 10." in " ".join(chain_text(pilot).split())


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_a_network_none_of_whose_lines_reads_m_any_more(size: tuple[int, int]) -> None:
    path = LIBRARY.parent / "tests" / "published" / "H09_neuron.toml"
    async with opened(str(path), size, "2 P") as pilot:
        assert "m" not in debugger(pilot).worker.program.shapes
        for key in "pPHnnnnnnnn":
            await press(pilot, key)
            assert chain_text(pilot)
        assert "∂J/∂W₁ = ∂J/∂A₁ · ∂A₁/∂Z₁ · ∂Z₁/∂W₁" in chain_text(pilot)


async def test_a_path_says_more_than_its_number() -> None:
    async with opened("two_layer", keys="f f") as pilot:
        for _ in range(6):
            await press(pilot, "n")
            rows = chain_text(pilot).splitlines()
            pairs = (row.split("  through ")[0].split(" = ") for row in rows)
            assert all(len(pair) != 2 or pair[0].strip() != pair[1].strip() for pair in pairs)
        assert "db1[0, 0] = (Σᵢ dZ1[0, i]) / m" in chain_text(pilot)
        assert "  dZ1[0, 2] = -0.001567" in chain_text(pilot)


async def test_the_marks_of_the_factors_are_in_sight_on_a_narrow_pane() -> None:
    async with opened("two_layer", (100, 30), "f f n n 2") as pilot:
        width = debugger(pilot).pane(ChainPane).scrollable_content_region.width
        rows = chain_text(pilot).splitlines()
        assert max(map(len, rows)) <= width
        (now,) = [row for row in rows if row.endswith("NOW")]
        assert now.split()[:3] == ["▸", "∂Z₂/∂W₂", "="]
