"""The network as a drawing: its units in columns, its weights as lines between them."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from rich.style import Style

from nnscope.insight.numbers import short
from nnscope.insight.unit_values import UnitColumn, example_count, unit_columns
from nnscope.program.layers import layers
from nnscope.program.model import Phase
from nnscope.tui.draw.canvas import Canvas
from nnscope.tui.draw.shades import shade
from nnscope.tui.draw.style import BOLD, DIM, LEVELS, heat, ink
from nnscope.tui.draw.text import Text, dim, shortened
from nnscope.tui.picture import Picture, Room
from nnscope.tui.view import View

_GAP = 5  # the least columns of text between two layers
_MOST_DRAWN = 40  # units of a layer that get lines of their own
_WIDTHS = (9, 7, 3)  # of a unit: `[-0.1234]`, `[-0.12]` or `[▒]`, as there is room


class NetworkPicture(Picture):
    """Units with their activation, and below it their gradient; a line for each weight."""

    NAME = "network"
    TITLE = "network"
    RANK = 0
    ABOUT = (
        "the units of every layer for the example in whose column the selected cell is, with the "
        "activation and, behind ∂, the gradient by the weighted sum. A weight is a line: whole if "
        "it is positive, dashed if it is negative, thick if it is among the largest of its layer, "
        "faint among the smallest. ○ marks what is still of the iteration before. "
        "The layer of the current line stands in brackets, and is lit"
    )

    @staticmethod
    def why_not(view: View) -> str:
        """Layers are needed."""
        return "" if layers(view.frame.program) else "No layers can be told in this program."

    @staticmethod
    def parts(view: View) -> tuple[object, ...]:
        """The frame, and the example that is chosen in it."""
        return view.frame, view.cells

    @staticmethod
    def draw(view: View, room: Room) -> Sequence[Text]:
        """Draw as many layers and units as there is room for, and what the marks mean."""
        columns = unit_columns(view.frame, _example(view))
        phase = view.frame.line.phase if view.frame.line else Phase.FORWARD
        plan = _Plan(columns, room, phase in (Phase.BACKWARD, Phase.UPDATE))
        canvas = Canvas(room.width, max(2, room.height - 1))
        for number in plan.shown[1:]:
            _draw_weights(canvas, plan, number)
        for number in plan.shown:
            _draw_units(canvas, plan, number)
        count = example_count(view.frame.program)
        which = f"example {min(_example(view), count - 1)} of {count}  " if count > 1 else ""
        legend = f"{which}── positive  ╌╌ negative"
        if any(each.is_old or each.is_old_gradient for each in columns):
            legend += "  ○ before"
        return [*canvas.rows(), [dim(shortened(legend, room.width))]]


def _example(view: View) -> int:
    """Give the example in whose row or column the selected cell is; else the first."""
    program, cell = view.frame.program, view.cell
    if len(cell) != 2:
        return 0
    found = layers(program)
    axis = 1 - (found[-1].units_axis or 0)
    sizes = view.selected.value.shape
    return cell[axis] if sizes[axis] == example_count(program) else 0


class _Plan(Struct, frozen=True):
    """Where everything goes: `shown` are the numbers of the layers that there is room for."""

    columns: tuple[UnitColumn, ...]
    room: Room
    is_backward: bool

    @property
    def height(self) -> int:
        """Rows of text for units, below the names."""
        return max(1, self.room.height - 2)

    @property
    def width(self) -> int:
        """Columns of text of a unit."""
        count = len(self.columns)
        each = (self.room.width - (count - 1) * _GAP) // count
        return next((width for width in _WIDTHS if width <= each), _WIDTHS[-1])

    @property
    def shown(self) -> range:
        """The layers around the lit one, as many as fit."""
        most = max(2, (self.room.width + _GAP) // (self.width + _GAP))
        lit = next((at for at, each in enumerate(self.columns) if each.is_lit), 0)
        first = max(0, min(lit - most // 2, len(self.columns) - most))
        return range(first, min(len(self.columns), first + most))

    @property
    def is_tall(self) -> bool:
        """Whether there is a row for the gradient below each activation."""
        most = max(each.count for each in self.columns)
        has_gradients = any(each.gradient for each in self.columns)
        return has_gradients and 3 * most - 1 <= self.height and self.width > 3

    def left(self, number: int) -> int:
        """Give the column of text where a layer begins."""
        steps = max(len(self.shown) - 1, 1)
        return (number - self.shown[0]) * (self.room.width - self.width) // steps

    def units(self, number: int) -> list[int]:
        """Give the units of a layer that are drawn: the first ones."""
        count = self.columns[number].count
        most = min(self.height if not self.is_tall else self.height // 3, _MOST_DRAWN)
        return list(range(count if count <= max(most, 1) else max(1, most - 1)))

    def top(self, number: int, unit: int) -> int:
        """Give the row of text of a unit: the units of a layer share the height evenly."""
        count = len(self.units(number)) + (len(self.units(number)) < self.columns[number].count)
        tall = 1 + self.is_tall
        free = self.height - count * tall
        return 1 + unit * tall + free * (2 * unit + 1) // (2 * count)

    def is_faint(self, column: UnitColumn) -> bool:
        """Tell whether a layer stands back behind the lit one."""
        return not column.is_lit and any(each.is_lit for each in self.columns)


def _draw_weights(canvas: Canvas, plan: _Plan, number: int) -> None:
    """Draw a line for each weight that leads to a layer, the largest last."""
    column = plan.columns[number]
    if column.weights is None or number - 1 not in plan.shown:
        return
    to, from_ = plan.units(number), plan.units(number - 1)
    sizes = np.abs(column.weights)
    largest = float(np.nanmax(sizes, initial=0.0)) or 1.0
    pairs = [(sizes[unit, before] / largest, unit, before) for unit in to for before in from_
             if unit < len(sizes) and before < sizes.shape[1]]  # fmt: skip
    start, end = plan.left(number - 1) + plan.width, plan.left(number) - 1
    for share, unit, before in sorted(pairs):
        is_negative = bool(column.weights[unit, before] < 0)
        style = ink(-1 if is_negative else 1, plan.room.dark)
        faint = share < 0.2 or plan.is_faint(column)
        canvas.line(
            (2 * start, 4 * plan.top(number - 1, before) + 1),
            (2 * end + 1, 4 * plan.top(number, unit) + 1),
            style + DIM if faint else style + BOLD,
            dashed=is_negative,
            thick=bool(share > 0.6),
        )
    if len(pairs) == 1:
        told = f" {column.weight} {short(float(column.weights[0, 0]))} "
        canvas.write((start + end - len(told)) // 2, plan.top(number, 0), told)


def _draw_units(canvas: Canvas, plan: _Plan, number: int) -> None:
    """Write the name of a layer, and its units below each other."""
    column, left = plan.columns[number], plan.left(number)
    name = f"[{column.name}]" if column.is_lit else column.name
    name = f"{name}{'○' if column.is_old else ''}"
    at = min(max(0, left + (plan.width - len(name)) // 2), canvas.width - len(name))
    canvas.write(at, 0, name, BOLD if column.is_lit else DIM if plan.is_faint(column) else Style())
    in_place = plan.is_backward and not plan.is_tall and bool(column.gradient)
    mark = "○∂" if column.is_old_gradient else "∂"
    units = plan.units(number)
    for unit in units:
        row = plan.top(number, unit)
        first = column.gradients if in_place else column.values
        _write(canvas, plan, (left, row), first, unit, mark if in_place else "")
        if plan.is_tall and column.gradient:
            _write(canvas, plan, (left, row + 1), column.gradients, unit, mark)
    if len(units) < column.count:
        row = plan.top(number, len(units))
        canvas.write(left, row, f"+{column.count - len(units)} more"[: plan.width + _GAP - 1], DIM)


def _write(
    canvas: Canvas,
    plan: _Plan,
    place: tuple[int, int],
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None,
    unit: int,
    mark: str,
) -> None:
    """Write the number of one unit on the shade of its size; a dot while there is none."""
    inside = plan.width - 2
    if values is None or unit >= len(values):
        canvas.write(*place, f"[{mark + '·':^{inside}}]", DIM)
        return
    value, largest = float(values[unit]), float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
    level = round(value / largest * LEVELS) if np.isfinite(value) else 0
    style = heat(level, plan.room.dark)
    if inside == 1:
        canvas.write(*place, f"[{shade(level)}]", style)
        return
    room = inside - len(mark)
    tries = (short(value, digits) for digits in (4, 3, 2, 1))
    text = next((each for each in tries if len(each) <= room), shade(level) * room)
    canvas.write(*place, f"[{mark}{text:>{room}}]", style)
