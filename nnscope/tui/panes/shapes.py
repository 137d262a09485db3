"""The dimensions on paper: each array with its symbolic shape, and how each line's shapes fit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nnscope.program.model import Program
from nnscope.tui.draw.style import BOLD, DIM, PLAIN
from nnscope.tui.draw.text import Text, bold, dim, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.view import View

if TYPE_CHECKING:
    from nnscope.insight.line.shape_sheet import Dimensions


class ShapesPane(Pane):
    """How the current line's shapes fit, then the sheet of the whole program."""

    NAME, TITLE, KEY = "shapes", "Shapes", "7"
    TELLS_AHEAD = True
    ABOUT = (
        "How the shapes of each line fit: [n0] is the inner pair of a product, 1~ an axis that "
        "is stretched; the legend explains every mark."
    )

    _sheet: "tuple[Program, Dimensions] | None" = None

    def parts(self, view: View) -> tuple[object, ...]:
        """The sheet, and the current line in it."""
        return (view.frame,)

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Write the sheet; the current line is marked and repeated at the top."""
        frame = view.frame
        sheet = self._sheet_of(frame.program)
        rows: list[Text] = []
        if frame.line is not None:
            rows += [*wrapped(sheet.lines[frame.index].fit, width, BOLD, "    "), []]
        rows += [[bold(axis.name), f" = {axis.size}  ", dim(axis.meaning)] for axis in sheet.axes]
        rows.append([])
        first = max(len(array.name) for array in sheet.arrays)
        second = max(len(array.letters) for array in sheet.arrays)
        for array in sheet.arrays:
            letters = f"{array.name:<{first}} {array.letters:<{second}} "
            rows.append([letters, dim(f"{array.sizes!s} {array.type}".rstrip())])
        rows.append([])
        for index, line in enumerate(sheet.lines):
            mark = ">" if index == frame.index else " "
            text = f"{mark}{index + 1:>3}  {line.fit}"
            style = BOLD if index == frame.index else PLAIN
            rows += wrapped(text, width, style, " " * 10)
        legend = [
            row
            for mark, meaning in sheet.legend
            for row in wrapped(f"{mark}  {meaning}", width, DIM)
        ]
        return [*rows, [], *legend]

    def _sheet_of(self, program: Program) -> "Dimensions":
        """Make the sheet of a program once."""
        from nnscope.insight.line.shape_sheet import dimensions  # noqa: PLC0415  not at the start

        if self._sheet is None or self._sheet[0] is not program:
            self._sheet = program, dimensions(program)
        return self._sheet[1]
