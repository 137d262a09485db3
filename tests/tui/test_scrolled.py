"""What a pane costs: only the rows that changed are drawn, and a key lays little out anew."""

import pytest
from textual.screen import Screen
from textual.strip import Strip

from nnscope.tui.draw.bar import Bar
from nnscope.tui.panes.chain import ChainPane
from nnscope.tui.panes.program import ProgramPane
from nnscope.tui.scrolled import Scrolled
from tests.tui.screens import NARROW, debugger, opened, press


async def test_a_step_draws_the_rows_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened("two_layer", keys="f f n") as pilot:
        drawn: list[int] = []
        render = Scrolled.render_line

        def noted(self: Scrolled, y: int) -> Strip:
            if self is debugger(pilot).pane(ProgramPane):
                drawn.append(y)
            return render(self, y)

        monkeypatch.setattr(Scrolled, "render_line", noted)
        await press(pilot, "n")
        assert len(drawn) == 2, "the line that was marked, and the one that is"


async def test_a_step_lays_out_at_most_once_and_an_update_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layouts: list[int] = []
    refresh = Screen._refresh_layout

    def noted(self: Screen[None], scroll: bool = False) -> None:
        layouts.append(1)
        refresh(self, scroll=scroll)

    async with opened("deep_network", keys="f f") as pilot:
        monkeypatch.setattr(Screen, "_refresh_layout", noted)
        for _ in range(4):
            layouts.clear()
            await press(pilot, "n")
            assert len(layouts) <= 1
        await press(pilot, "i")
        layouts.clear()
        await press(pilot, "i")
        assert not layouts, "the same line needs the same rows"


async def test_the_bar_follows_and_the_mouse_draws_it() -> None:
    async with opened("deep_network", NARROW, "f f f 2") as pilot:
        pane = debugger(pilot).pane(ChainPane)
        await press(pilot, "pageup")
        assert pane.top == 0
        assert "┃" in pane.render_line(0).text
        await press(pilot, "pagedown")
        assert pane.top == pane.room.height - 2 > 0
        await pilot.mouse_down(pane, offset=(pane.outer_size.width - 2, 1))
        await pilot.mouse_up(pane)
        assert pane.top == 0


@pytest.mark.parametrize("lines", [11, 40, 1000])
def test_the_thumb_stays_inside_and_leads_back(lines: int) -> None:
    for top in range(lines - 10 + 1):
        thumb = Bar(10, lines, top).thumb
        assert 0 <= thumb.start < thumb.stop <= 10
    assert [Bar(10, lines).top_at(y) for y in (0, 9)] == [0, lines - 10]
    assert not Bar(10, 10).thumb
