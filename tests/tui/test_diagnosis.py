"""D on the screen: the wrong line, what it comes from, and the right one as an edit."""

from nnscope.tui.app import NnscopeApp
from nnscope.tui.screen.debugger import DebuggerScreen
from tests.samples import LIBRARY, program
from tests.tui.screens import NARROW, NORMAL, opened, press, settle, shown, text_of

SLIP = '\n[[override]]\ntarget = "dZ1"\nexpression = "W2.T @ dZ2"\n'


async def test_the_wrong_line_is_marked_told_and_mended() -> None:
    app = NnscopeApp(program((LIBRARY / "two_layer.toml").read_text() + SLIP))
    async with shown(app, NORMAL) as pilot:
        await press(pilot, "D")
        assert " 9≠✗dZ1 = W2.T @ dZ2" in text_of(pilot)
        assert " 6 ✓dZ2 = A2 - Y" in text_of(pilot)
        await press(pilot, "z")
        words = " ".join(text_of(pilot).replace("│", " ").split())
        assert "✗ line 9, dZ1: wrong direction" in words
        assert "cause the derivative of the activation is left out" in words
        assert "mine (4,3)" in words
        assert "difference (4,3)" in words
        await press(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, DebuggerScreen)
        line = screen.worker.program.lines[8]
        assert line.text == "dZ1 = (W2.T @ dZ2) * (1 - A1 ** 2)"
        await press(pilot, "D")
        assert "no wrong line was found" in " ".join(text_of(pilot).replace("│", " ").split())


async def test_several_findings_one_after_the_other() -> None:
    async with opened("two_layer_as_printed", NARROW, "D z") as pilot:
        await settle(pilot)
        assert "finding 1 of 4" in text_of(pilot)
        await press(pilot, "down")
        assert "finding 2 of 4" in text_of(pilot)
        assert "line 8, db2: wrong scale" in text_of(pilot)


async def test_nothing_to_compare_with() -> None:
    async with opened("three_layer_forward", keys="D") as pilot:
        assert any("nothing can be compared" in note.message for note in pilot.app._notifications)
