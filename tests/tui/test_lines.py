"""Scenarios whose lines are written out, through every pane and by keys at random."""

import pytest

from nnscope.commands.loading import load_program
from nnscope.tui.app import NnscopeApp
from nnscope.tui.keymap import BINDINGS
from nnscope.tui.panes import PANES
from tests.published.test_published import FOLDER
from tests.tui.screens import NARROW, NORMAL, debugger, press, shown, text_of

KEYS = [key for binding in BINDINGS for key in binding.key.split(",")]
QUITS = {"q", "colon"}
WRITTEN = (
    "A12_l_model_backward", "A13_update", "C08_dropout_backward", "D02_mazur_new_weights",
    "F01_circuit",
)  # fmt: skip


@pytest.mark.parametrize("size", [NARROW, NORMAL], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", WRITTEN)
async def test_every_pane_at_every_line(name: str, size: tuple[int, int]) -> None:
    built = load_program(str(FOLDER / f"{name}.toml"))
    async with shown(NnscopeApp(built), size) as pilot:
        for index in range(len(built.lines)):
            await press(pilot, "n")
            assert debugger(pilot).worker.frame.index == index
            assert built.lines[index].spelled in text_of(pilot)
        for pane in PANES:
            if pane.KEY:
                await press(pilot, pane.KEY)
                assert debugger(pilot).query_one(f"#{pane.NAME}").has_class("-active")
