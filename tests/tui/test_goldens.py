"""The whole screen as text, for each scenario at the sizes that matter."""

import pytest

from nnscope.scenario.library import paths
from tests.tui.screens import NARROW, NORMAL, WIDE, agrees_with_golden, opened

SIZES = {"80x24": NARROW, "120x36": NORMAL, "200x60": WIDE}


@pytest.mark.parametrize("size", ["80x24", "120x36"])
@pytest.mark.parametrize("scenario", [path.stem for path in paths()])
async def test_every_scenario_at_its_start(scenario: str, size: str) -> None:
    async with opened(scenario, SIZES[size]) as pilot:
        agrees_with_golden(pilot, f"{scenario}-start-{size}")


@pytest.mark.parametrize(
    ("name", "scenario", "keys"),
    [
        ("neuron-chain", "single_neuron", "n n n n n n"),
        ("neuron-mathematics", "single_neuron", "n n n n n x"),
        ("forward-only-end", "three_layer_forward", "end"),
        ("two-layer-backward", "two_layer", "f f n n"),
        ("two-layer-update", "two_layer", "i f f"),
        ("as-printed", "two_layer_as_printed", "f f n n"),
        ("deep-chained", "deep_network", "f f n n n n n n"),
        ("deep-trained", "deep_network_he", "end y"),
    ],
)
@pytest.mark.parametrize("size", ["80x24", "120x36", "200x60"])
async def test_a_moment(name: str, scenario: str, keys: str, size: str) -> None:
    async with opened(scenario, SIZES[size], keys) as pilot:
        agrees_with_golden(pilot, f"{name}-{size}")


@pytest.mark.parametrize("pane", ["1", "2", "3", "4"])
async def test_each_pane_of_a_narrow_screen(pane: str) -> None:
    async with opened("two_layer", NARROW, f"i f f n {pane}") as pilot:
        agrees_with_golden(pilot, f"narrow-pane-{pane}")
