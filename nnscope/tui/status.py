"""The top line: which network, where in the run, and what the debugger is doing."""

from collections.abc import Sequence

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from nnscope.byte_sizes import megabytes
from nnscope.insight.numbers import short
from nnscope.program.layers import layers
from nnscope.program.model import Program
from nnscope.tui.control.job import JobKind
from nnscope.tui.draw.style import phase
from nnscope.tui.draw.text import shortened
from nnscope.tui.panes.check import CheckPane
from nnscope.tui.panes.health import HealthPane
from nnscope.tui.view import WRONG, View

Part = tuple[str, Style]

_TITLE = "nnscope "
_PAUSED = "paused"
_WITHOUT_PLACE = (JobKind.RUNNING, JobKind.RECORDING)  # the iteration stands elsewhere, or is none
_SHORTEST = 8  # of the program's name


class Place(Struct, frozen=True):
    """A part of the line that may be left out: the one with the least weight goes first."""

    weight: int
    part: Part


class Status(Widget):
    """One line, rebuilt for every view; what matters less goes first where there is little room."""

    DEFAULT_CSS = "Status { height: 1; background: $panel; }"

    def __init__(self) -> None:
        super().__init__(id="status")
        self._view: View | None = None

    def show(self, view: View) -> None:
        """Take a view, and repaint if the line says anything else."""
        before, self._view = self._view, view
        if before is None or _parts(before) != _parts(view):
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give the line."""
        view, width = self._view, self.size.width
        if view is None or y:
            return Strip.blank(width, self.rich_style)
        name = view.frame.program.origin.headline
        least = len(_TITLE) + min(len(name), _SHORTEST)
        right = _fitted(_place(view, self.app.current_theme.dark, width >= 100), width - least - 3)
        room = width - _length(right) - len(_TITLE) - 3
        left = [(_TITLE, Style(bold=True)), (shortened(name, room), Style())]
        sizes = f"  {network(view.frame.program)}"
        if width >= 100 and _length([*left, *right]) + len(sizes) + 3 <= width:
            left.append((sizes, Style(dim=True)))
        memory = _memory(view, width >= 100)
        if _length([*left, *right]) + len(memory) + 3 <= width:
            right.insert(-1, (memory, Style(dim=True)))
        gap = width - _length([*left, *right]) - 2
        pieces = [(" ", Style()), *left, (" " * max(1, gap), Style()), *right]
        strip = Strip([Segment(text, style) for text, style in pieces])
        return strip.crop_extend(0, width, self.rich_style).apply_style(self.rich_style)


def _parts(view: View) -> tuple[object, ...]:
    return view.frame, view.inside, view.progress, view.checked


def _length(parts: Sequence[Part]) -> int:
    return sum(len(text) for text, _ in parts)


def _fitted(places: Sequence[Place], room: int) -> list[Part]:
    """Leave out what matters least, until the rest fits; the last part always stays."""
    kept = list(places)
    while len(kept) > 1 and _length([each.part for each in kept]) > room:
        kept.remove(min(kept[:-1], key=lambda each: each.weight))
    return [each.part for each in kept]


def network(program: Program) -> str:
    """Sum a network up: its sizes and its number of examples, `2-4-1, m = 3`."""
    found = layers(program)
    if not found:
        return f"{len(program.lines)} lines"
    units = [program.shapes[layer.activation] for layer in found]
    axes = [layer.units_axis or 0 for layer in found]
    sizes = [shape[axis].size if shape else 1 for shape, axis in zip(units, axes, strict=True)]
    first = program.shapes[found[0].input]
    sizes.insert(0, first[axes[0]].size if first else 1)
    examples = f", m = {first[1 - axes[0]].size}" if len(first) == 2 else ""
    return "-".join(map(str, sizes)) + examples


def _place(view: View, dark: bool, roomy: bool) -> list[Place]:
    """Say where in the run the view stands, and what the debugger is doing."""
    frame, gap = view.frame, "   " if roomy else "  "
    total, batches = frame.program.iterations, frame.program.feed
    places: list[Place] = []
    if total > 1:
        of = f" of {total}" if roomy else ""
        places.append(Place(3, (f"iteration {frame.iteration}{of}{gap}", Style())))
    if batches and batches.count > 1:
        epoch, batch = (number + 1 for number in batches.place(frame.iteration))
        which = f"epoch {epoch}, batch {batch} of" if roomy else f"epoch {epoch}, {batch}/"
        places.append(Place(2, (f"{which}{' ' * roomy}{batches.count}{gap}", Style())))
    variant, variants = frame.whole.variant(frame.iteration)
    if variants > 1:
        which = f"variant {variant} of {variants}" if roomy else f"variant {variant}/{variants}"
        places.append(Place(2, (f"{which}{gap}", Style())))
    if frame.line is not None:
        text = f"{frame.line.phase.value} {frame.index + 1}/{len(frame.program.lines)}{gap}"
        places.append(Place(1, (text, phase(frame.line.phase, dark, bold=True))))
    else:
        places.append(Place(1, (f"at the start{gap}", Style(bold=True))))
    if frame.program.cost and frame.cost is not None:
        told = f"{frame.program.spelled(frame.program.cost)} = {short(frame.cost)}{gap}"
        places.append(Place(0, (told, Style())))
    if told := _doubts(view):
        places.append(Place(5, (f"{told}{gap}", Style(bold=True))))
    if view.progress.job:
        places.append(Place(2, (view.keys.told("<interrupt> stops  "), Style(dim=True))))
    state = _state(view)
    style = Style(bold=True, reverse=state != _PAUSED)
    return [*places, Place(4, (state, style))]


def _doubts(view: View) -> str:
    """Count the findings of health and the wrong lines, each behind the key of its pane."""
    counts = ((HealthPane, "!", len(view.findings)), (CheckPane, WRONG, view.wrong))
    return "  ".join(
        f"{mark} {count} ({view.keys.of(f'pane.{pane.NAME}')})"
        for pane, mark, count in counts
        if count
    )


def _state(view: View) -> str:
    """Say what the debugger is doing; of a run, the iteration is there to be seen."""
    job = view.progress.job
    if job is not None:
        is_told = job.reached is not None and job.kind not in _WITHOUT_PLACE
        return f"{job.text}, at {job.reached}" if is_told else job.text
    if view.inside:
        return f"in line {view.frame.index + 1}"
    if view.progress.is_outdated:
        return view.keys.told("file changed: <again>")
    if view.progress.is_growing:
        return "end so far" if view.progress.is_at_end else "still recording"
    return "end of the run" if view.progress.is_at_end else _PAUSED


def _memory(view: View, roomy: bool) -> str:
    """Say what the history holds, of how much."""
    held, cap = f"{view.progress.held / 2**20:.1f}", megabytes(view.frame.cap)
    return f"{held} of {cap} MB   " if roomy else f"{held}/{cap} MB  "
