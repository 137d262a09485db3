"""The stops: where a run halts, each with its line, its condition and whether it is on."""

from collections.abc import Sequence

from nnscope.engine.find.stops import last_line
from nnscope.tui.pane import Pane, Text, bold, dim, wrapped
from nnscope.tui.style import DIM
from nnscope.tui.view import View

HELP = (
    "b: stop on this line   B: type a condition   Enter: change   Space: on or off   "
    "Delete: remove   c C: go"
)


class StopsPane(Pane):
    """A row a stop; the chosen one is marked."""

    NAME, TITLE, KEY = "stops", "Stops", "6"
    ABOUT = (
        "Where a run halts, forwards (c) and backwards (C). ▸ is the chosen one, ● is on, ○ is "
        "off; below stands why the last search ended. `time 3` is the third time from where you "
        "are."
    )

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """List the stops of the session."""
        rows: list[Text] = []
        program = view.frame.program
        for number, stop in enumerate(view.stops):
            chosen = number == view.stop
            mark = ("▸ " if chosen else "  ") + ("● " if stop.enabled else "○ ")
            text = stop.told(program)
            is_said = stop.expression is None or stop.index != last_line(program, stop.expression)
            where = "" if is_said else f"  behind line {stop.index + 1}"
            state = "" if stop.enabled else "  (off)"
            rows.append([bold(mark + text) if chosen else mark + text, dim(where + state)])
        if view.arrival:
            rows += [[], *wrapped(view.arrival, width)]
        if not view.stops:
            rows += wrapped("No stops yet.", width)
        if view.stops:
            self.keep_in_sight(min(view.stop, len(view.stops) - 1))
        return [*rows, *wrapped(HELP, width, DIM)]
