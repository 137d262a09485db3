"""Which picture is shown."""

from nnscope.tui.control.command import meaning
from nnscope.tui.control.stage import Stage
from nnscope.tui.picture import pictures


class Pictures:
    """Keeps which of the pictures is chosen; the first that can be drawn to begin with."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.shown = 0

    @meaning("picture.back", -1)
    @meaning("picture.next", 1)
    def choose(self, step: int) -> None:
        """Show the next or the previous picture, around the ends."""
        self.show((self.shown + step) % len(pictures()))

    def show(self, place: int) -> None:
        """Show a picture, by its place among all."""
        self.shown = place
        self._stage.refresh_view()
