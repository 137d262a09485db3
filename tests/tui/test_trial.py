"""Trying a wrong shape at the question of an edit."""

from textual.widgets import Input

from nnscope.tui.dialogs.prompt import Prompt
from nnscope.tui.dialogs.trial import TrialScreen
from nnscope.tui.draw.text import plain
from tests.tui.screens import NARROW, debugger, opened, press, text_of


async def test_a_wrong_edit_can_be_run_all_the_same_and_changes_nothing() -> None:
    async with opened("two_layer", NARROW, "f f f e") as pilot:
        screen = debugger(pilot)
        program, before = screen.worker.program, screen.view.frame
        assert before.line is not None
        assert before.line.target == "db1"
        pilot.app.screen.query_one(Input).value = "np.sum(dZ1, axis=1)"
        await press(pilot, "enter")
        assert "Ctrl+T runs it all the same, to see what NumPy would do." in text_of(pilot)
        await press(pilot, "ctrl+t")
        page = pilot.app.screen
        assert isinstance(page, TrialScreen)
        said = "\n".join(map(plain, page.rows))
        assert "makes (4,), and should make (4, 1)" in said
        assert "Then, in iteration 1, line 1:" in said
        assert "makes (4,), and should make" in text_of(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, Prompt)
        assert pilot.app.screen.query_one(Input).value == "np.sum(dZ1, axis=1)"
        await press(pilot, "escape")
        assert screen.worker.program is program
        assert screen.view.frame is before


async def test_what_cannot_be_tried_says_why() -> None:
    async with opened("two_layer", NARROW, "n e") as pilot:
        pilot.app.screen.query_one(Input).value = "W9 @ X"
        await press(pilot, "ctrl+t")
        page = pilot.app.screen
        assert isinstance(page, TrialScreen)
        assert "`W9` has no value: did you mean" in "\n".join(map(plain, page.rows))
