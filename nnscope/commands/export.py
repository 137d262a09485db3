"""`nnscope export`: something of a scenario in another form."""

from argparse import Namespace

from nnscope.commands.loading import load_named
from nnscope.engine.clock import program_clock
from nnscope.export.run_loop import plain_loop_text, run_loop_text
from nnscope.export.script import script_text
from nnscope.insight.explain.query import check_iteration
from nnscope.insight.stop_text import line_index
from nnscope.network.read_back.read import scenario_of
from nnscope.program.model import Program
from nnscope.scenario.errors import one_of, wrong

OF_PICTURES = ("iteration", "line", "pane", "matrix", "whole", "size", "theme")
"""The options that only a picture of the screen has."""


def run(arguments: Namespace) -> int:
    """Print a script, the source of a loop, or the screen of a moment."""
    for name in OF_PICTURES:
        if arguments.to != "svg" and getattr(arguments, name):
            raise wrong("", f"--{name} is for `--to svg`: a loop has no moment, and no screen")
    program = load_named(arguments)
    print(_written(program, arguments), end="")
    return 0


def _written(program: Program, arguments: Namespace) -> str:
    match arguments.to:
        case "script":
            return script_text(program)
        case "run-loop":
            return run_loop_text(program)
        case "plain-loop":
            return plain_loop_text(program)
        case "scenario":
            return scenario_of(program)
    return _screen(program, arguments)


def _screen(program: Program, arguments: Namespace) -> str:
    """Draw the screen; raises `ScenarioError` for a pane, a theme or a moment that is not there."""
    from nnscope.tui.snapshot import PANE_NAMES, PICTURE_NAMES, Shot, svg  # noqa: PLC0415  Textual
    from nnscope.tui.themes import known  # noqa: PLC0415

    panes = (*PANE_NAMES, *PICTURE_NAMES)
    if arguments.pane and arguments.pane not in panes:
        raise wrong("--pane", one_of(arguments.pane, panes, "a pane or a picture"))
    if arguments.theme and arguments.theme not in known():
        raise wrong("--theme", one_of(arguments.theme, known(), "a theme"))
    width, height = arguments.size or (120, 36)
    shot = Shot(_moment(program, arguments.iteration, arguments.line), width, height,
                arguments.pane, arguments.matrix, arguments.whole, arguments.theme)  # fmt: skip
    return svg(program, shot)


def _moment(program: Program, iteration: int | None, line: str) -> int:
    """Give the moment behind a line, the last one unless told; without both it is the start."""
    if iteration is None and not line:
        return 0
    check_iteration(program, iteration or 0)
    index = line_index(program, line) if line else len(program.lines) - 1
    return program_clock(program).moment_of(index, iteration or 0)
