"""`nnscope FILE`: the debugger."""

import sys
from argparse import Namespace

from nnscope.commands.loading import library, load_program
from nnscope.commands.starting import importing
from nnscope.scenario.errors import wrong


def run(arguments: Namespace) -> int:
    """Open a scenario in the debugger, or the picker where none is named."""
    program = load_program(arguments.file) if arguments.file else None
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise wrong("", "the debugger needs a terminal for its input and output; "
                        "`nnscope trace FILE` prints the same events")  # fmt: skip
    with importing():
        from nnscope.tui.app import NnscopeApp  # noqa: PLC0415  Textual takes 0.1 s to import

    app = NnscopeApp(program, arguments.memory, library())
    app.run()
    return app.return_code or 0
