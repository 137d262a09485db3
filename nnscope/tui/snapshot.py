"""The screen of a moment as an image, made without a terminal."""

import asyncio

from msgspec import Struct
from textual.pilot import Pilot

from nnscope.expression.errors import UnknownNameError
from nnscope.program.model import Program
from nnscope.tui.app import NnscopeApp
from nnscope.tui.panes import PANES
from nnscope.tui.panes.picture import PicturePane
from nnscope.tui.pictures import PICTURES
from nnscope.tui.screen.debugger import DebuggerScreen
from nnscope.tui.view import Selection

PANE_NAMES = tuple(pane.NAME for pane in PANES)
PICTURE_NAMES = tuple(picture.NAME for picture in PICTURES)


class Shot(Struct, frozen=True):
    """What an image is to show: a moment, on a screen of so many columns and rows of text.

    `pane` is the name of a pane or of a picture to be chosen, empty for the matrices; `is_whole`
    gives it the whole screen. `matrix` is the one to be selected, as it stands in the line; empty
    for the result.
    """

    time: int
    width: int = 120
    height: int = 36
    pane: str = ""
    matrix: str = ""
    is_whole: bool = False
    theme: str = ""


def svg(program: Program, shot: Shot) -> str:
    """Give the debugger's screen as SVG."""
    return asyncio.run(_svg(program, shot))


async def _svg(program: Program, shot: Shot) -> str:
    app = NnscopeApp(program, theme=shot.theme)
    async with app.run_test(size=(shot.width, shot.height)) as pilot:
        await _settle(pilot)
        screen = app.screen
        assert isinstance(screen, DebuggerScreen)
        if shot.pane in PICTURE_NAMES:
            screen.controls.pictures.show(PICTURE_NAMES.index(shot.pane))
        if shot.pane:
            is_picture = shot.pane in PICTURE_NAMES
            screen.choose_pane(PicturePane.NAME if is_picture else shot.pane)
        screen.controls.travel.go(shot.time)
        await _settle(pilot)
        if shot.matrix:
            _select(screen, shot.matrix)
        if shot.is_whole:
            screen.controls.display.zoom()
        screen.hush()
        await _settle(pilot)
        return app.export_screenshot(title=f"nnscope {program.name}")


def _select(screen: DebuggerScreen, matrix: str) -> None:
    """Select a matrix of the line; raises `ExpressionError` where the line has none of the name."""
    texts = [each.text for each in screen.view.operands]
    if matrix not in texts:
        raise UnknownNameError(f"`{matrix}` is no matrix of this line: {', '.join(texts)} are")
    screen.controls.inspect.go_to_cell(Selection(texts.index(matrix)))


async def _settle(pilot: Pilot[None]) -> None:
    """Wait until work in the background is done and shown, also what it leads to."""
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
