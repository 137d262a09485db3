"""Time: the cost and what is followed beside it, as curves over the iterations."""

from collections.abc import Sequence

from textual import events
from textual.message import Message

from nnscope.insight.numbers import short
from nnscope.program.model import Phase, Program
from nnscope.tui.draw.axis import Axis, Mark
from nnscope.tui.draw.braille import Plot
from nnscope.tui.draw.curve_rows import all_curves, chosen, heading, in_sight, plotted
from nnscope.tui.draw.style import REVERSE, phase
from nnscope.tui.draw.text import Text, bold, dim, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.view import View

LEAST = 3  # rows of a curve: its heading, and two of dots


class TimePane(Pane):
    """A curve below the other, all on one axis of iterations; a click or a drag goes along it."""

    NAME, TITLE, KEY = "time", "Time", "4"
    ABOUT = (
        "The cost of every iteration that was reached, and with <follow> any other number, such as "
        "np.linalg.norm(dW1), in curves one below the other. A gap stands for nan or inf, ○ for "
        "a value of the iteration before. On the axis ▲ is where you are, a letter a mark of "
        "yours, ● where a search stopped, ‼ the first nan or inf. When this pane is chosen, "
        "<cell.left> and <cell.right> go along the axis, <cell.up> and <cell.down> choose a curve "
        "(▸), and <stop.delete> drops it; the mouse goes where you click or drag."
    )

    ALLOW_SELECT = False
    LEAST, LEAST_CHOSEN = 3, 8
    MEANS = {  # noqa: RUF012
        "cell.left": "time.left",
        "cell.right": "time.right",
        "cell.up": "curve.up",
        "cell.down": "curve.down",
        "stop.delete": "curve.drop",
    }

    class IterationChosen(Message):
        """A place on the axis was pointed at."""

        def __init__(self, iteration: int) -> None:
            self.iteration = iteration
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self.axis = Axis(0, 60)
        self._margin = 0
        self._pointed: int | None = None  # while a button is held

    def parts(self, view: View) -> tuple[object, ...]:
        """The curves, and their scale."""
        return view.frame, view.curves, view.writing.logarithmic

    def rows(self, view: View, width: int, usual: int, most: int) -> int:
        """Ask for one row until there is a curve, and for more if this pane is chosen."""
        if not _is_curve(view):
            return 1
        feet = 3 if view.curves.marks else 2
        curves = LEAST * len(all_curves(view)) * (2 if self.is_chosen else 1)
        return min(usual, max(feet + curves, usual // 3))

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Draw as many curves as there is room for, and the axis with its marks below them."""
        frame = view.frame
        curves = all_curves(view)
        if not len(frame.costs):
            return [
                *wrapped(view.keys.told(_no_costs(frame.whole)), width),
                *(heading(view.frame, each) for each in view.curves.curves),
            ]
        others = view.curves.marks if height >= 2 * LEAST + 2 else ()
        room = height - (3 if others else 2)
        shown = in_sight(len(curves), view.curves.chosen, room // LEAST)
        plots = [plotted(curves[at], view.writing.logarithmic) for at in shown]
        label = max(len(short(edge)) for plot, _ in plots for edge in (plot.low, plot.high))
        self._margin = label + 1
        count = max(len(frame.costs), frame.iteration + 1)  # the cost here may not be known yet
        self.axis = Axis(count, max(4, width - self._margin))
        rows: list[Text] = []
        for number, (at, (plot, scale)) in enumerate(zip(shown, plots, strict=True)):
            tall = room // len(shown) + (number < room % len(shown)) - 1
            rows.append([chosen(view, at, shown), *heading(frame, curves[at], scale)])
            rows += self._drawn(plot, max(1, tall), frame.iteration)
        return [*rows, *self._feet(view, others)]

    def _drawn(self, plot: Plot, tall: int, iteration: int) -> list[Text]:
        """Draw one curve with the ends of its scale beside it, and a line at our place."""
        rows: list[Text] = []
        style, here = phase(Phase.LOSS, self.dark), self.axis.column(iteration)
        edges = {} if plot.is_empty else {tall - 1: short(plot.low), 0: short(plot.high)}
        if plot.low == plot.high:
            edges = {0: short(plot.high)}
        for row, text in enumerate(plot.draw(self.axis, tall)):
            edge = edges.get(row, "")
            rows.append(
                [
                    dim(f"{edge:>{self._margin - 1}} "),
                    (text[:here], style),
                    (text[here], REVERSE),
                    (text[here + 1 :], style),
                ]
            )
        return rows

    def _feet(self, view: View, others: tuple[Mark, ...]) -> list[Text]:
        """Write the marks, our place, and the iterations at the ends."""
        axis, margin, here = self.axis, " " * self._margin, Mark(view.frame.iteration, "▲")
        last = str(axis.count - 1)
        ends = f"0{last:>{axis.width - 1}}" if axis.count > 1 else "0"
        if others:
            return [
                [margin, bold(axis.marked(others).rstrip())],
                [margin, bold(axis.marked((here,)).rstrip())],
                [margin, dim(ends)],
            ]
        marks = (*view.curves.marks, here)
        return [[margin, bold(axis.marked(marks).rstrip())], [margin, dim(ends)]]

    # the mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go to the iteration under the mouse, and follow it until the button is let go."""
        if event.button == 1 and self._column(event) >= 0 and self.axis.count:
            self.capture_mouse()
            self._point(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse."""
        if self._pointed is not None:
            self._point(event)

    def on_mouse_up(self, _event: events.MouseUp) -> None:
        """Let the mouse go."""
        self.capture_mouse(False)
        self._pointed = None

    def _column(self, event: events.MouseEvent) -> int:
        """Give the column of the plot under the mouse; negative left of it."""
        return int(event.x) - self.gutter.left - self._margin

    def _point(self, event: events.MouseEvent) -> None:
        iteration = self.axis.iteration(self._column(event))
        if iteration != self._pointed:
            self._pointed = iteration
            self.post_message(self.IterationChosen(iteration))


def _is_curve(view: View) -> bool:
    """Tell whether there is anything to draw: a single point is none."""
    known = max(len(view.frame.costs), view.frame.iteration + 1)
    return bool(view.curves.curves) or (bool(len(view.frame.costs)) and known > 1)


def _no_costs(program: Program) -> str:
    """Say why there is no curve of the cost."""
    if program.cost:
        return f"{program.spelled(program.cost)} is not known yet: run the loss line."
    if program.carried:
        return "No line is known to compute the cost. <follow> follows another number."
    return "This program has no cost to draw."
