"""A bug hunt on the screen: accusing lines, and what is counted."""

from textual.widgets import Static

from nnscope.insight.hunt.hunt import hunt
from nnscope.insight.hunt.origin import Hidden
from nnscope.tui.app import NnscopeApp
from nnscope.tui.dialogs.told import ToldScreen
from nnscope.tui.dialogs.why import WhyScreen
from tests.samples import PAIR, program
from tests.tui.screens import NARROW, NORMAL, debugger, opened, press, send, shown, text_of


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


async def test_nothing_tells_what_the_wrong_line_should_be() -> None:
    hunted = hunt(program(PAIR), 2, 1)
    assert isinstance(hunted.origin, Hidden)
    (culprit,) = hunted.origin.hunt.culprits
    assert "1 + A1 ** 2" in culprit.wrong
    async with shown(NnscopeApp(hunted), NORMAL) as pilot:
        debugger(pilot).controls.travel.to_line(hunted.line_of[culprit.target])
        for key in ("t", "t", "W"):
            await press(pilot, key)
        text = text_of(pilot)
        assert "W tells the right line: not during a hunt." in text
        assert "The chain rule tells the right lines: not during a hunt." in text
        everything = "\n".join(pane.text for pane in debugger(pilot).panes)
        assert "(1 + A1 ** 2)." in " ".join(text.split()), "the sentence ends with what is written"
        assert "1 - A1 ** 2" not in text + everything
        assert "1 − A₁²" not in text + everything
        debugger(pilot).controls.travel.to_line(0)
        await press(pilot, "W")
        assert isinstance(pilot.app.screen, WhyScreen), "the forward lines are right"
