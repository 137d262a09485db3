"""No control character of a file reaches the screen, whatever is shown."""

from pathlib import Path

import pytest

from nnscope.commands.loading import load_program
from nnscope.expression.errors import ExpressionError
from nnscope.program.notes import Lesson
from nnscope.tui.app import NnscopeApp
from tests.hostile import CONTROL, EVIL, SCENARIO
from tests.tui.screens import NARROW, press, settle, shown, text_of
from tests.tui.test_signals import opened

WAYS = {
    "panes": "n n 1 n 2 n 3 n 4 n 5 n 6 n 7 n 8 G",
    "the own line": "i N N N N N N N N N 1 z z 2 3 4 5 6 7 8",
    "help": "question_mark" + 12 * " pagedown",
    "loop": "L tab",
    "mathematics": "n x n t t",
}


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    path = tmp_path / f"{EVIL.replace(chr(0), '')}.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.mark.parametrize("keys", WAYS.values(), ids=WAYS)
async def test_a_hostile_scenario(evil: Path, keys: str) -> None:
    async with shown(NnscopeApp(load_program(str(evil)))) as pilot:
        for key in keys.split():
            await press(pilot, key)
            assert not CONTROL.search(text_of(pilot)), key
        assert all(len(line) <= 120 for line in text_of(pilot).splitlines())


async def test_hostile_words_at_a_prompt_and_in_passing(evil: Path) -> None:
    async with shown(NnscopeApp(load_program(str(evil))), NARROW) as pilot:
        await press(pilot, "n")
        for key in ("B", "w", "g", "e"):
            await press(pilot, key)
            pilot.app.screen.query_one("#answer").value = EVIL  # type: ignore[attr-defined]
            await press(pilot, "enter")
            assert not CONTROL.search(text_of(pilot)), key
            await press(pilot, "escape")
        pilot.app.notify(EVIL, title=EVIL, markup=False)
        await settle(pilot)
        assert "]0;x" in text_of(pilot)
        assert not CONTROL.search(text_of(pilot))


async def test_a_hostile_library(evil: Path) -> None:
    def refused() -> None:
        raise ExpressionError(EVIL)

    library = {
        "good": Lesson("", lambda: load_program(str(evil))),
        f"bad {EVIL}": Lesson(EVIL, refused),  # type: ignore[arg-type]
    }
    async with shown(NnscopeApp(None, None, library)) as pilot:
        assert "title" in text_of(pilot)
        assert not CONTROL.search(text_of(pilot))
        await press(pilot, "down")
        assert not CONTROL.search(text_of(pilot))


def test_a_real_terminal_keeps_its_title(evil: Path) -> None:
    with opened(str(evil)) as terminal:
        terminal.until(lambda: b"A2 = sigmoid" in terminal.written)
        terminal.press(b"?")
        terminal.until(lambda: b"Help: arrows" in terminal.written)
        terminal.press(b"q" * 2)
        terminal.until(lambda: terminal.process.poll() is not None)
        assert b"\x1b]0;" not in terminal.written
        assert "\u202e".encode() not in terminal.written
