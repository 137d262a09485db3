"""Help for tests of the screen: open a scenario without a terminal, and read what it shows."""

import asyncio
import difflib
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from unicodedata import lookup

from textual.app import App
from textual.events import Key
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from nnscope.commands.loading import read_program
from nnscope.tui.app import NnscopeApp
from nnscope.tui.screen.debugger import DebuggerScreen

GOLDENS = Path(__file__).parent / "goldens"
NARROW, NORMAL, WIDE = (80, 24), (120, 36), (200, 60)


@asynccontextmanager
async def opened(
    scenario: str, size: tuple[int, int] = NORMAL, keys: str = ""
) -> AsyncIterator[Pilot[None]]:
    """Open a library scenario in the debugger and press some keys."""
    async with shown(NnscopeApp(read_program(scenario)), size) as pilot:
        for key in keys.split():
            await press(pilot, key)
        yield pilot


@asynccontextmanager
async def shown(app: NnscopeApp, size: tuple[int, int] = NORMAL) -> AsyncIterator[Pilot[None]]:
    """Show an app without a terminal; what it says in passing stays until something replaces it."""
    type(app).NOTIFICATION_TIMEOUT = 3600  # a slow machine sees it, too
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield pilot


async def press(pilot: Pilot[None], key: str) -> None:
    """Press a key and wait until its work is done and painted."""
    send(pilot, key)
    await settle(pilot)


def send(pilot: Pilot[None], key: str) -> None:
    """Put a key where the terminal's driver puts it, without waiting for what it starts.

    `Pilot.press` sleeps until the process is idle, 20 ms at least, several times a key.
    """
    name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
    character: str | None
    try:
        character = lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        character = key if len(key) == 1 else None
    driver = pilot.app._driver
    assert driver is not None
    event = Key(name, character)
    event.set_sender(pilot.app)
    driver.send_message(event)


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Wait while long work goes on, until something holds; half a minute at most."""
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)
            pilot.app.screen._on_timer_update()


async def settle(pilot: Pilot[None]) -> None:
    """Wait for background work, and until no message is left and the screen is painted.

    Nothing here waits for a length of time, so a busy machine sees what an idle one sees.
    """
    app, quiet = pilot.app, 0
    while quiet < 2 and app._exception is None:  # what a message leads to is seen one round later
        await app.workers.wait_for_complete()
        await app.animator.wait_until_complete()
        await pilot._wait_for_screen()
        app.screen._on_timer_update()
        quiet = quiet + 1 if _is_quiet(app) else 0


def _is_quiet(app: App[None]) -> bool:
    """Tell whether no message waits anywhere, and nothing is to be painted or laid out."""
    screen = app.screen
    if any(pump.message_queue_size or pump._next_callbacks
           for pump in (app, *screen.walk_children(with_self=True))):  # fmt: skip
        return False
    to_do = (screen._layout_required, screen._scroll_required, screen._repaint_required,
             screen._dirty_widgets, screen._callbacks)  # fmt: skip
    return not any(to_do) and all(worker.is_finished for worker in app.workers)


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


def _rounded(text: str) -> str:
    """Round numbers with all their digits to twelve: the last ones are the BLAS library's."""
    return re.sub(r"(-?\d\.\d{12,}(?:e-?\d+)?) *", lambda all_: f"{float(all_[1]):.12g} ", text)


def agrees_with_golden(pilot: Pilot[None], name: str) -> None:
    """Compare the screen with a text file; NNSCOPE_GOLDENS=write writes the files anew."""
    path, found = GOLDENS / f"{name}.txt", text_of(pilot)
    if os.environ.get("NNSCOPE_GOLDENS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    wanted, found = _rounded(path.read_text(encoding="utf-8")), _rounded(found)
    lines = list(difflib.unified_diff(wanted.splitlines(), found.splitlines(), lineterm="", n=0))
    assert not lines, "\n".join([f"the screen differs from {path.name}", *lines])
