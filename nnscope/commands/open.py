"""`nnscope FILE`: the debugger."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnscope.commands.loading import library, load_program
from nnscope.commands.recording import options_of, tell
from nnscope.commands.settings import Settings, settings
from nnscope.commands.starting import importing
from nnscope.program.model import Program
from nnscope.scenario.errors import wrong
from nnscope.script.options import is_script

if TYPE_CHECKING:
    from nnscope.tui.app import NnscopeApp


def run(arguments: Namespace) -> int:
    """Open a scenario or a script in the debugger, or the picker where none is named."""
    own = settings()
    told = list[str]()
    if arguments.file and is_script(arguments.file):
        need_terminal()  # before the script is run for nothing
    options = replace(options_of(arguments), is_ahead=True)
    program = load_program(arguments.file, None, options, told.append) if arguments.file else None
    need_terminal()
    for text in told:
        tell(text)  # it stands there when the debugger is left
    if program is not None and is_script(arguments.file):
        told.insert(0, f"{program.origin.title} was run: opening a script runs it.")
    app = show(own, program, arguments.memory, told)
    arguments.file = app.file
    if app.file:  # it was asked for in the picker
        return run(arguments)
    return app.return_code or 0


def show(
    own: Settings, program: Program | None, memory: int | None, told: Sequence[str]
) -> "NnscopeApp":
    """Show a program in the debugger, or the picker; `told` stands on the screen at the start.

    Gives the app when it has been left.
    """
    with importing():
        from nnscope.tui.app import NnscopeApp  # noqa: PLC0415  Textual takes 0.1 s to import

    known = {} if program else library()
    app = NnscopeApp(program, memory, known, told, own.theme, own.keys)
    app.run()
    return app


def need_terminal() -> None:
    """Refuse to open the debugger where there is no terminal; raises `ScenarioError`."""
    if "TEXTUAL_DRIVER" in os.environ:  # as `nnscope serve` opens it, for a browser
        return
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise wrong("", "the debugger needs a terminal for its input and output; "
                        "`nnscope trace FILE` prints the same events")  # fmt: skip
