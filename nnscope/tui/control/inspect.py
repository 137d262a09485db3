"""Looking closer: the selected cell, the matrices of a line, and the steps inside it."""

from msgspec.structs import replace

from nnscope.engine.frame import Frame
from nnscope.insight.explain.cell_steps import CellStep, CellWalk, walk_of
from nnscope.tui.control.command import key, meaning
from nnscope.tui.control.stage import Stage
from nnscope.tui.panes.matrices import MatricesPane
from nnscope.tui.view import Cells, Selection

_AROUND = 6  # rows of the matrices' pane that are no cells


class Inspect:
    """Keeps what is selected in each line, and which step inside the current line is shown."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.shown = Cells(Selection(0))  # the first number that goes in
        self._frame = stage.worker.frame
        self._selections: dict[int, Selection] = {}  # by line
        self._walk: tuple[Frame, CellWalk] | None = None  # of the line shown cell by cell

    def follow(self, frame: Frame) -> None:
        """Come to another moment: its line has its own selection, and is shown as a whole."""
        if frame is self._frame:
            return
        selection = self.shown.selection
        if frame.index != self._frame.index:
            self._selections[self._frame.index] = selection
            selection = self._selections.get(frame.index, Selection())
        if selection is not self.shown.selection or self.shown.inside:
            self.shown = Cells(selection)
        self._frame = frame

    # cells and matrices

    @key("cell.up", "up,k", "cell up", "move the selected cell up", -1, 0)
    @key("cell.down", "down,j", "cell down", "move the selected cell down", 1, 0)
    @key(
        "cell.left",
        "left,h",
        "cell left",
        "move the selected cell left; in the time pane: earlier",
        0,
        -1,
    )
    @key(
        "cell.right",
        "right,l",
        "cell right",
        "move the selected cell right; in the time pane: later",
        0,
        1,
    )
    def move(self, rows: int, columns: int) -> None:
        """Move the selected cell."""
        self.go_to_cell(self._stage.view.moved(rows, columns))

    @meaning("cell.page_down", 1)
    @meaning("cell.page_up", -1)
    def page(self, pages: int) -> None:
        """Move the selected cell by as many rows as the pane shows."""
        height = self._stage.pane(MatricesPane).size.height
        self.move(pages * max(1, height - _AROUND), 0)

    @key("matrix.next", "tab", "matrix", "select the next matrix of the line", 1)
    @key("matrix.back", "shift+tab", "matrix back", "select the previous matrix of the line", -1)
    def matrix(self, step: int) -> None:
        """Select the next or the previous matrix of the line."""
        self.select(self._stage.view.next_operand(step))
        self._stage.refresh_view()

    def select(self, selection: Selection) -> None:
        """Select a cell of what is shown next."""
        self.shown = replace(self.shown, selection=selection)

    def select_result(self, cell: tuple[int, ...]) -> None:
        """Select a cell of what the line makes."""
        self.select(_of_result(cell))

    def go_to_cell(self, selection: Selection) -> None:
        """Select a cell; inside a line, a cell of the result is gone to."""
        view = replace(self._stage.view, cells=replace(self.shown, selection=selection))
        if view.inside is None or not view.is_result_selected:
            self.select(selection)
        else:
            self.enter(self._walk_of(view.frame).first_of(view.cell))
        self._stage.refresh_view()

    # inside a line

    @property
    def inside(self) -> CellStep | None:
        """The step that is shown of the current line."""
        return self.shown.inside

    def first_step(self) -> int:
        """Give the step at which the selected cell of the result begins."""
        view = self._stage.view
        return self._walk_of(view.frame).first_of(view.cell) if view.is_result_selected else 0

    def enter(self, number: int) -> None:
        """Show the line at one of its steps; -1 is its last."""
        frame = self._frame
        if frame.line is None:
            return
        walk = self._walk_of(frame)
        step = walk.at(number % walk.count)
        self.shown = Cells(_of_result(step.cell), step)
        if not self._stage.pane(MatricesPane).display:  # a narrow screen shows another pane
            self._stage.choose_pane(MatricesPane.NAME)

    def leave(self) -> None:
        """Show the complete line again."""
        self.shown = replace(self.shown, inside=None)
        self._stage.refresh_view()

    def _walk_of(self, frame: Frame) -> CellWalk:
        if self._walk is None or self._walk[0] is not frame:
            self._walk = frame, walk_of(frame)
        return self._walk[1]


def _of_result(cell: tuple[int, ...]) -> Selection:
    return Selection(-1, *(0, 0, *cell)[-2:])
