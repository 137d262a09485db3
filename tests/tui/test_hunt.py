"""A bug hunt on the screen: accusing lines, and what is counted."""

from textual.widgets import Static

from nnscope.insight.hunt.hunt import hunt
from nnscope.insight.hunt.origin import Hidden
from nnscope.tui.app import NnscopeApp
from nnscope.tui.dialogs.told import ToldScreen
from tests.samples import PAIR, program
from tests.tui.screens import NARROW, debugger, opened, press, send, shown, text_of


async def test_a_line_is_accused_by_its_number() -> None:
    hunted = hunt(program(PAIR), 2, 1)
    assert isinstance(hunted.origin, Hidden)
    (culprit,) = hunted.origin.hunt.culprits
    wrong = hunted.line_of[culprit.target] + 1
    async with shown(NnscopeApp(hunted), NARROW) as pilot:
        for key in ("D", "f", "f", "n", "n", "G"):
            await press(pilot, key)
        assert debugger(pilot).view.diagnosed.diagnosis is None
        for answer in ("99", "1", str(wrong)):
            await press(pilot, "!")
            await press(pilot, "ctrl+u")
            for character in answer:
                send(pilot, character)
            await press(pilot, "enter")
            if answer == "99":
                assert "Type the number of a line, 1 to 15" in text_of(pilot)
                await press(pilot, "escape")
                continue
            assert isinstance(pilot.app.screen, ToldScreen)
            if answer == "1":
                assert "No: line 1, Z1 = W1 @ X + b1, is right, given what it is" in text_of(pilot)
                await press(pilot, "enter")
        said = pilot.app.screen.query_one(Static).visual
        text = str(said)
        assert f"Yes: it is line {wrong}: {culprit.wrong}" in text
        assert f"Right is: {culprit.right}" in text
        assert "Probes: 1, wrong accusations: 1. The same hunt again: --level 2 --seed 1." in text


async def test_outside_of_a_hunt_there_is_nobody_to_accuse() -> None:
    async with opened("two_layer", NARROW, "!") as pilot:
        assert "No bug is hunted here" in text_of(pilot)
