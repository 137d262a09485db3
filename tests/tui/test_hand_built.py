"""Programs that no scenario was compiled to, through every pane and key of the screen."""

import pytest

from nnscope.tui.app import NnscopeApp
from nnscope.tui.panes import PANES
from tests.hand_built import HAND_BUILT, HandBuilt
from tests.tui.screens import NARROW, NORMAL, WIDE, debugger, press, shown, text_of


@pytest.mark.parametrize("size", [NARROW, NORMAL, WIDE], ids=["80x24", "120x36", "200x60"])
@pytest.mark.parametrize("origin", HAND_BUILT.values(), ids=HAND_BUILT)
async def test_every_pane_at_every_line(origin: HandBuilt, size: tuple[int, int]) -> None:
    built = origin.program()
    async with shown(NnscopeApp(built), size) as pilot:
        for index in range(len(built.lines)):
            await press(pilot, "n")
            screen = debugger(pilot)
            assert screen.worker.frame.index == index
            assert built.lines[index].spelled in text_of(pilot)
        for pane in PANES:
            if pane.KEY:
                await press(pilot, pane.KEY)
                assert debugger(pilot).query_one(f"#{pane.NAME}").has_class("-active")
        for word in ("Cauchy", "scenario", "[[", "cross entropy"):
            assert word not in text_of(pilot)
