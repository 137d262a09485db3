"""The gradient check, the shapes and the sentences on the screen."""

import pytest

from nnscope.tui.app import NnscopeApp
from tests.commands.test_check import DEAD
from tests.samples import program
from tests.tui.screens import NARROW, NORMAL, opened, press, settle, shown, text_of


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_a_wrong_gradient_is_found_with_its_ratio(size: tuple[int, int]) -> None:
    async with opened("two_layer_as_printed", size, "i f f n n G z") as pilot:
        await settle(pilot)
        words = " ".join(text_of(pilot).replace("│", " ").split())
        assert "✗ dW2 wrong" in words
        assert "the ratio is 0.0075 in all 4 cells: m/400 = 3/400" in words
        assert "0✗ 0✗ 0✗ 0✗" in words


async def test_all_gradients_are_checked_and_escape_leaves_the_pane() -> None:
    async with opened("two_layer", NARROW, "i A z") as pilot:
        await settle(pilot)
        words = text_of(pilot)
        assert all(f"✓ {name}  right" in words for name in ("dZ2", "dW2", "db2", "dZ1"))
        await press(pilot, "z")
        await press(pilot, "escape")
        assert "Gradient check" not in text_of(pilot)


async def test_the_listing_marks_what_was_checked() -> None:
    async with opened("two_layer_as_printed", NORMAL, "i f f n A") as pilot:
        for row in (" 6 ✓dZ2 = ", " 7≠✗dW2 = ", "12 ✓W1 = ", " 1  Z1 = "):
            assert row in text_of(pilot)
        await press(pilot, "G")  # what was checked before stays
        assert "≠✗dW2 = " in text_of(pilot)
        await press(pilot, "i")  # another iteration was not checked
        assert "≠ dW2 = " in text_of(pilot)
        await press(pilot, "I")
        assert "≠✗dW2 = " in text_of(pilot)


async def test_all_is_summed_up_in_the_end() -> None:
    async with opened("two_layer", NORMAL, "i A z") as pilot:
        await settle(pilot)
        assert "all right: 6 gradients agree, 4 updates agree" in text_of(pilot)


async def test_a_dead_network_is_not_called_right() -> None:
    app = NnscopeApp(program(DEAD))
    async with shown(app) as pilot:
        for key in "inAz":
            await press(pilot, key)
        assert "0 dW1  untested" in text_of(pilot)
        assert "nothing wrong found" in text_of(pilot)


async def test_the_curve_over_step_sizes_says_which_is_best() -> None:
    async with opened("two_layer", NORMAL, "i f f n v z") as pilot:
        await settle(pilot)
        assert "against centred differences" in text_of(pilot)
        assert "Best at h = " in text_of(pilot)


async def test_a_line_that_is_no_gradient_says_so() -> None:
    async with opened("two_layer", keys="n G") as pilot:
        assert any("no gradient" in note.message for note in pilot.app._notifications)


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_the_shapes(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "f f n n 7") as pilot:
        assert "(n2, [m]) @ ([m], n1) / m -> (n2, n1)" in text_of(pilot)


@pytest.mark.parametrize("size", [NARROW, NORMAL])
async def test_the_sentence_can_be_switched_off(size: tuple[int, int]) -> None:
    async with opened("two_layer", size, "n") as pilot:
        assert "Z1, the pre-activation of layer 1" in text_of(pilot)
        await press(pilot, "t")
        assert "the pre-activation of layer 1" not in text_of(pilot)
