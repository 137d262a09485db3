"""The row of tabs: every pane that is not in sight is named whole, and a click chooses it."""

import pytest

from nnscope.tui.panes import PANES
from nnscope.tui.tabs import Tabs, rows_of
from tests.tui.screens import NARROW, debugger, opened, press, settle, text_of


async def test_panes_out_of_sight_are_named_whole_also_that_of_a_diagnosis() -> None:
    async with opened("two_layer", NARROW, "D") as pilot:
        for key in "1234567 8 0".replace(" ", ""):
            await press(pilot, key)
            screen = debugger(pilot)
            wanted = {
                p.SHORT or p.TITLE for p in screen.panes if not p.display and not p.OF_SOURCES
            }
            tabs = screen.query_one(Tabs)
            rows = text_of(pilot).splitlines()[-1 - len(tabs.rows) : -1]
            assert set(" ".join(rows).split()) - set("012345678D") == wanted, rows
        await pilot.click(tabs, offset=(tabs.rows[-1][-1].columns.start, len(tabs.rows) - 1))
        await settle(pilot)
        assert screen.active.NAME == "diagnosis"


@pytest.mark.parametrize("width", [40, 60, 80, 100])
async def test_what_does_not_fit_into_a_row_has_two(width: int) -> None:
    async with opened("two_layer") as pilot:
        panes = [pane for pane in debugger(pilot).panes if pane.tab_key]
        rows = rows_of(panes, width)
        assert [tab.id for row in rows for tab in row] == [pane.NAME for pane in panes]
        assert len(rows) == (1 if width > 90 else 2)
        assert len(panes) == len(PANES) - 1  # the program is always in sight
