"""The whole screen as text, where the whole of it is worth keeping."""

import pytest

from tests.tui.screens import NARROW, NORMAL, WIDE, agrees_with_golden, opened

SIZES = {"80x24": NARROW, "120x36": NORMAL, "200x60": WIDE}


@pytest.mark.parametrize(
    ("name", "scenario", "keys", "size"),
    [
        ("start", "two_layer", "", "80x24"),
        ("start", "two_layer", "", "120x36"),
        ("two-layer-backward", "two_layer", "f f n n", "80x24"),
        ("two-layer-backward", "two_layer", "f f n n", "120x36"),
        ("two-layer-backward", "two_layer", "f f n n", "200x60"),
        ("neuron-chain", "single_neuron", "n n n n n n", "120x36"),
        ("neuron-mathematics", "single_neuron", "n n n n n x", "120x36"),
        ("as-printed", "two_layer_as_printed", "f f n n", "120x36"),
        ("deep-trained", "deep_network_he", "end y", "200x60"),
        ("into-product", "two_layer", "f f n n s s", "120x36"),
        ("chain-weights", "two_layer", "f f n n 2", "120x36"),
        ("health-vanishing", "deep_network", "5 i i f", "120x36"),
        ("health-dead", "deep_network_he", "5 i end", "80x24"),
        ("memory-prompt", "two_layer", "i M", "80x24"),
        ("run-loop", "two_layer", "i L", "120x36"),
    ],
)
async def test_a_screen(name: str, scenario: str, keys: str, size: str) -> None:
    async with opened(scenario, SIZES[size], keys) as pilot:
        agrees_with_golden(pilot, f"{name}-{size}")
