"""The top line: which network, where in the run, and what the debugger is doing."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from nnscope.insight.numbers import short
from nnscope.program.model import Phase, Program
from nnscope.scenario.memory import megabytes
from nnscope.tui.style import phase
from nnscope.tui.view import View


class Status(Widget):
    """One line, rebuilt for every view; what matters less goes first where there is little room."""

    DEFAULT_CSS = "Status { height: 1; background: $panel; }"

    def __init__(self) -> None:
        super().__init__(id="status")
        self._view: View | None = None

    def show(self, view: View) -> None:
        """Take a view and repaint."""
        self._view = view
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give the line."""
        view, width = self._view, self.size.width
        if view is None or y:
            return Strip.blank(width, self.rich_style)
        dark = self.app.current_theme.dark
        right = _place(view, dark, width >= 100)
        room = width - sum(len(text) for text, _ in right) - len("nnscope ") - 3
        left = [("nnscope ", Style(bold=True)),
                (_shortened(view.frame.program.scenario.name, room), Style())]  # fmt: skip
        if width >= 100:
            left.append((f"  {network(view.frame.program)}", Style(dim=True)))
        room = width - sum(len(text) for text, _ in [*left, *right]) - 3
        memory = _memory(view, width >= 100)
        if len(memory) <= room:
            right.insert(-1, (memory, Style(dim=True)))
        gap = width - sum(len(text) for text, _ in [*left, *right]) - 2
        pieces = [(" ", Style()), *left, (" " * max(1, gap), Style()), *right]
        strip = Strip([Segment(text, style) for text, style in pieces])
        return strip.crop_extend(0, width, self.rich_style).apply_style(self.rich_style)


def _shortened(name: str, room: int) -> str:
    return name if len(name) <= room else name[: max(0, room - 1)] + "…"


def network(program: Program) -> str:
    """Sum a network up: its sizes and its number of examples, `2-4-1, m = 3`."""
    scenario = program.scenario
    first = program.shapes[scenario.names.input]
    order = first if scenario.layout == "column" else first[::-1]
    sizes = [str(order[0].size) if order else "1", *(str(layer.units) for layer in scenario.layers)]
    examples = f", m = {order[1].size}" if len(order) == 2 else ""
    return "-".join(sizes) + examples


def _place(view: View, dark: bool, roomy: bool) -> list[tuple[str, Style]]:
    """Say where in the run the view stands, and what the debugger is doing."""
    frame, gap = view.frame, "   " if roomy else "  "
    total = frame.program.iterations
    parts: list[tuple[str, Style]] = []
    if total > 1:
        where = (
            f"iteration {frame.iteration} of {total}" if roomy else f"iteration {frame.iteration}"
        )
        parts.append((where + gap, Style()))
    if batches := frame.program.batches:
        epoch, batch = batches.place(frame.iteration)
        which_batch = f"epoch {epoch}, batch {batch + 1} of {batches.count}"
        parts.append((which_batch if roomy else f"ep {epoch} {batch + 1}/{batches.count}", Style()))
        parts.append((gap, Style()))
    if frame.line is not None:
        which: Phase = frame.line.phase
        text = f"{which.value} {frame.index + 1}/{len(frame.program.lines)}{gap}"
        parts.append((text, phase(which, dark, bold=True)))
    else:
        parts.append((f"at the start{gap}", Style(bold=True)))
    if frame.program.cost and frame.cost is not None:
        parts.append((f"{frame.program.cost} = {short(frame.cost)}{gap}", Style()))
    return [*parts, (view.state, Style(bold=True, reverse=view.state != "paused"))]


def _memory(view: View, roomy: bool) -> str:
    """Say what the history holds, of how much."""
    held, cap = f"{view.held / 2**20:.1f}", megabytes(view.frame.cap)
    return f"{held} of {cap} MB   " if roomy else f"{held}/{cap} MB  "
