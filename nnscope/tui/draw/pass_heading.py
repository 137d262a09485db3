"""The row above a pass of a loop over examples: which it is, and what is out of sight."""

from collections.abc import Iterator, Sequence

from nnscope.program.loops import Heading, loops
from nnscope.program.model import Line, LoopPass
from nnscope.tui.draw.text import Text, bold, cut_inside, dim
from nnscope.tui.view import WRONG, View

INDENT = "  "
"""How far a line stands in, for each loop."""

_STOP = "●"


def pass_heading(view: View, heading: Heading, width: int) -> Text:
    """Write the statement that begins a loop, and which of its passes stands below.

    Marks of passes that are not shown stand there, too.
    """
    right = _told(heading.of)
    hidden = () if view.writing.passes else [*_hidden(view, heading)]
    sign = "-" if view.writing.passes else "+"
    before = f"{_stop(view, hidden)}    {_wrong(view, hidden)}{INDENT * heading.depth}{sign} "
    room = max(4, width - len(before) - 1 - len(right))
    return [dim(before), bold(f"{cut_inside(heading.of.text, room):<{room}}"), " ", dim(right)]


def passes_told(line: Line | None) -> str:
    """Say in which passes a line is, the outermost loop first; empty where in none."""
    return " · ".join(map(_told, line.passes)) if line is not None else ""


def _told(one: LoopPass) -> str:
    return f"pass {one.number} of {one.count}"


def _hidden(view: View, heading: Heading) -> Iterator[int]:
    """Yield the lines of a loop that are in other passes."""
    if view.stops.stops or view.checked.marks or view.diagnosed.marks:
        program = view.frame.program
        loop = loops(program)[heading.of.loop]
        for index in range(loop.first, loop.last + 1):
            if heading.of not in program.lines[index].passes:
                yield index


def _stop(view: View, hidden: Sequence[int]) -> str:
    program = view.frame.program
    stops = {stop.place_in(program) for stop in view.stops.stops
             if stop.enabled and stop.expression is None}  # fmt: skip
    return _STOP if stops & {*hidden} else " "


def _wrong(view: View, hidden: Sequence[int]) -> str:
    is_now = view.checked.iteration == view.frame.iteration
    marks = {**view.diagnosed.marks, **(view.checked.marks if is_now else {})}
    lines = view.frame.program.lines
    return WRONG if any(marks.get(lines[index].target) == WRONG for index in hidden) else " "
