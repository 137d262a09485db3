"""The chain rule: which gradient is shown, and which of its factors is chosen."""

from msgspec.structs import replace

from nnscope.engine.frame import Frame
from nnscope.insight.chain.factors import parameters
from nnscope.tui.control.bookmarks import Bookmarks
from nnscope.tui.control.command import key, meaning
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.travel import Travel
from nnscope.tui.control.walks import Walks
from nnscope.tui.panes.chain import ChainPane
from nnscope.tui.view import ChainChoice


class Chain:
    """Keeps the gradient and the factor that were chosen; goes to the lines of a factor."""

    def __init__(self, stage: Stage, travel: Travel, walks: Walks, bookmarks: Bookmarks) -> None:
        self._stage = stage
        self._travel = travel
        self._walks = walks
        self._bookmarks = bookmarks
        self.shown = ChainChoice()
        self._index = stage.worker.frame.index

    def follow(self, frame: Frame) -> None:
        """Come to another line: its own factor is the chosen one."""
        if frame.index != self._index and self.shown.factor is not None:
            self.shown = replace(self.shown, factor=None)
        self._index = frame.index

    @key("parameter.next", "p", "parameter", "show the chain rule of the next parameter", 1)
    @key(
        "parameter.back", "P", "parameter back", "show the chain rule of the previous parameter", -1
    )
    def parameter(self, step: int) -> None:
        """Show the chain rule of the next or the previous parameter."""
        view = self._stage.view
        names, shown = parameters(self._stage.worker.program), view.differentiated
        if not names:
            self._stage.tell("No line of this program is a gradient by a parameter.")
            return
        at = names.index(shown) + step if shown in names else min(step, 0)
        self._show(ChainChoice(names[at % len(names)]))
        self._stage.choose_pane(ChainPane.NAME)

    @key(
        "parameter.here",
        "H",
        "here",
        "come back from a walk with <origin>; show this line's chain rule again",
        waits=True,
    )
    def here(self) -> None:
        """Come back from a walk along the dataflow, and to the current line's chain rule."""
        self._walks.home()
        self._show(ChainChoice())

    @key(
        "factor.line",
        "enter",
        "line of factor",
        "go to the line that multiplies the chosen factor in; again: to the one that it "
        "differentiates",
    )
    def elsewhere(self) -> None:
        """Do nothing: this key means something in the chain rule and in the stops only."""

    @meaning("factor.up", -1)
    @meaning("factor.down", 1)
    def choose_next(self, step: int) -> None:
        """Choose the next or the previous factor."""
        view = self._stage.view
        last = max(len(view.chain) - 1, 0)
        self.choose(min(max(view.pointed + step, 0), last))

    def choose(self, factor: int) -> None:
        """Choose a factor."""
        self._show(replace(self.shown, factor=factor))

    @meaning("factor.go", waits=True)
    def to_line_of_factor(self) -> None:
        """Go to the line that multiplies the chosen factor in; from there to its forward line."""
        view = self._stage.view
        if not view.chain:
            return
        at, factor = view.pointed, view.chain[view.pointed]
        here = view.frame.index == factor.backward
        chosen = ChainChoice(view.differentiated, at) if view.differentiated else None
        self._bookmarks.leave(view.frame.time)

        def arrived() -> None:
            self.shown = chosen or self.shown

        self._travel.to_line(factor.forward if here else factor.backward, arrived)

    def _show(self, choice: ChainChoice) -> None:
        self.shown = choice
        self._stage.refresh_view()
