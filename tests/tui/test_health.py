"""The health pane: what it shows, and where it stands at each size."""

import pytest

from nnscope.tui.panes.health import HealthPane, bar
from nnscope.tui.panes.variables import VariablesPane
from tests.tui.screens import NARROW, NORMAL, WIDE, opened, press, text_of


async def test_it_shares_its_place_with_the_variables() -> None:
    async with opened("two_layer", NORMAL, "n") as pilot:
        health = pilot.app.screen.query_one(HealthPane)
        variables = pilot.app.screen.query_one(VariablesPane)
        for key, shown in {"5": True, "1": True, "3": False, "2": False}.items():
            await press(pilot, key)
            assert (health.display, variables.display) == (shown, not shown)


async def test_on_a_wide_screen_both_are_shown() -> None:
    async with opened("two_layer", WIDE, "i") as pilot:
        for key in "5314":
            await press(pilot, key)
            assert "─ 5 Health ─" in text_of(pilot)
            assert "─ 3 Variables ─" in text_of(pilot)


async def test_it_remembers_what_passed_while_it_was_hidden() -> None:
    async with opened("two_layer", NARROW, "i i i 5") as pilot:
        assert "curves: 3 iterations from 0 to 2, log scale" in text_of(pilot)


async def test_where_room_is_short_the_layers_come_before_the_advice() -> None:
    async with opened("deep_network", NORMAL, "5 end z") as pilot:
        assert text_of(pilot).index("take leaky_relu") < text_of(pilot).index("|dW|")
        await press(pilot, "z")
        assert "! dead units: A2, units 0, 1, 2" in text_of(pilot)
        assert "take leaky_relu" not in text_of(pilot)
        await press(pilot, "pagedown")
        await press(pilot, "pagedown")
        assert "take leaky_relu" in text_of(pilot)


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0, "    "), (1, "████"), (0.5, "██  "), (1 / 32, "▏   "), (9 / 32, "█▏  "),
     (float("nan"), "    "), (float("inf"), "    ")],
)  # fmt: skip
def test_a_bar_to_an_eighth_of_a_character(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn
