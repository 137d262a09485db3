"""Help for tests of the screen: open a scenario without a terminal, and read what it shows."""

import difflib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from nnscope.commands.loading import load_program
from nnscope.tui.app import NnscopeApp
from nnscope.tui.debugger import DebuggerScreen

GOLDENS = Path(__file__).parent / "goldens"
NARROW, NORMAL, WIDE = (80, 24), (120, 36), (200, 60)


@asynccontextmanager
async def opened(
    scenario: str, size: tuple[int, int] = NORMAL, keys: str = ""
) -> AsyncIterator[Pilot[None]]:
    """Open a library scenario in the debugger and press some keys."""
    app = NnscopeApp(load_program(scenario))
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        for key in keys.split():
            await press(pilot, key)
        yield pilot


async def press(pilot: Pilot[None], key: str) -> None:
    """Press a key and wait until its work is done and painted."""
    await pilot.press(key)
    await settle(pilot)


async def settle(pilot: Pilot[None]) -> None:
    """Wait for background work, and until the screen is painted and stays as it is."""
    await pilot.app.workers.wait_for_complete()
    before, now = None, ""
    while now != before:
        await pilot.pause()
        before, now = now, text_of(pilot)


def debugger(pilot: Pilot[None]) -> DebuggerScreen:
    """Give the debugger's screen."""
    screen = pilot.app.screen_stack[1]
    assert isinstance(screen, DebuggerScreen)
    return screen


def text_of(pilot: Pilot[None]) -> str:
    """Read the whole screen as text, as a terminal shows it."""
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
    return "\n".join(lines) + "\n"


def agrees_with_golden(pilot: Pilot[None], name: str) -> None:
    """Compare the screen with a text file; NNSCOPE_GOLDENS=write writes the files anew."""
    path, found = GOLDENS / f"{name}.txt", text_of(pilot)
    if os.environ.get("NNSCOPE_GOLDENS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    wanted = path.read_text(encoding="utf-8")
    lines = list(difflib.unified_diff(wanted.splitlines(), found.splitlines(), lineterm="", n=0))
    assert not lines, "\n".join([f"the screen differs from {path.name}", *lines])
