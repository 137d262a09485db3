"""The stops: where a run halts, each with its line, its condition and whether it is on."""

from collections.abc import Sequence

from nnscope.engine.find.stops import Stop
from nnscope.program.model import Program
from nnscope.tui.draw.style import DIM
from nnscope.tui.draw.text import Text, bold, dim, folded, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.view import View

HELP = (
    "<stop.line>: stop on this line   <stop.condition>: type a condition   <factor.line>: change   "
    "<stop.switch>: on or off   <stop.delete>: remove   <stop.next> <stop.back>: go"
)


class StopsPane(Pane):
    """A row a stop; the chosen one is marked."""

    NAME, TITLE, KEY = "stops", "Stops", "6"
    ABOUT = (
        "Where a run halts, forwards (<stop.next>) and backwards (<stop.back>). ▸ is the chosen "
        "one, ● is on, ○ is off; below stands why the last search ended. `time 3` is the third "
        "time from where you are."
    )

    MEANS = {  # noqa: RUF012
        "cell.up": "stop.up",
        "cell.down": "stop.down",
        "factor.line": "stop.change",
    }

    def parts(self, view: View) -> tuple[object, ...]:
        """The list, and the program whose lines it names."""
        return view.frame, view.stops

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """List the stops of the session."""
        rows: list[Text] = []
        program = view.frame.program
        for number, stop in enumerate(view.stops.stops):
            chosen = number == view.stops.chosen
            mark = ("▸ " if chosen else "  ") + ("● " if stop.enabled else "○ ")
            text = stop.told(program)
            where = _where(stop, program)
            state = "" if stop.enabled else "  (off)"
            told = [bold(mark + text) if chosen else mark + text, dim(where + state)]
            rows += folded(told, width)
        if view.stops.arrival:
            rows += [[], *wrapped(view.stops.arrival, width)]
        if not view.stops.stops:
            rows += wrapped("No stops yet.", width)
        if view.stops.stops:
            self.keep_in_sight(view.stops.chosen)
        return [*rows, *wrapped(view.keys.told(HELP), width, DIM)]


def _where(stop: Stop, form: Program) -> str:
    """Say behind which line of this iteration a stop is tested, where its text does not."""
    place = stop.place_in(form)
    if place < 0:
        return "  not in this iteration"
    is_said = stop.expression is None or stop.is_elsewhere(form)
    return "" if is_said else f"  behind line {place + 1}"
