"""Programs that no scenario was compiled to, through every pane and key of the screen."""

import pytest

from nnscope.tui.app import NnscopeApp
from nnscope.tui.panes import PANES
from nnscope.tui.panes.program import ProgramPane
from nnscope.tui.panes.stops import StopsPane
from nnscope.tui.status import Status
from tests.forms import with_forms
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


async def test_iterations_that_run_other_lines() -> None:
    async with shown(NnscopeApp(with_forms([0, 1, 1, 2])), NORMAL) as pilot:
        screen = debugger(pilot)
        status, listing = screen.query_one(Status), screen.query_one(ProgramPane)
        for key in "nnnb":  # a stop on dw, which the third variant does not have
            await press(pilot, key)
        assert "variant 1 of 3" in status.render_line(0).text
        assert "hinge" not in listing.text
        for iteration, variant in ((1, 2), (2, 2), (4, 1)):
            await press(pilot, "c")
            frame = screen.worker.frame
            assert (frame.iteration, frame.line and frame.line.spelled) == (iteration, "dw")
            assert f"variant {variant} of 3" in status.render_line(0).text
        await press(pilot, "I")
        assert (screen.worker.frame.iteration, "J =" in listing.text) == (3, False)
        for pane in PANES:
            if pane.KEY:
                await press(pilot, pane.KEY)
        await press(pilot, StopsPane.KEY)
        assert "not in this iteration" in text_of(pilot)
