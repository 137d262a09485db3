"""The gradient check behind its pane: what the keys start, and what has been found so far."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from nnscope.engine.frame import Frame
from nnscope.engine.keep.history import KeepGoing
from nnscope.expression.errors import ExpressionError
from nnscope.insight.blindness import blind_spots
from nnscope.insight.check_text import notes, update_text
from nnscope.insight.comparison import GradientCheck
from nnscope.insight.gradients import check_gradient, gradient_line
from nnscope.insight.ground import Ground, ground_of
from nnscope.insight.update_check import check_updates
from nnscope.insight.v_curve import v_curve
from nnscope.tui.view import Checked

if TYPE_CHECKING:
    from nnscope.tui.stage import Stage

SAMPLE = 20_000
"""So many cells of one gradient are checked on the screen; the pane says when it is a sample."""


class Checking:
    """Checks the gradients of one debugger's moment, in the working thread."""

    def __init__(self, screen: "Stage") -> None:
        self._screen = screen
        self._ground: tuple[Frame, Ground] | None = None

    def line(self) -> str:
        """Check the gradient of the current line; give a message where it is none."""
        frame = self._screen.session.frame
        line = frame.line
        if line is None or not line.gradient_of:
            return "This line is no gradient. A checks all of them."
        self._start([line.target], frame, f"checking {line.target}", updates=False)
        return ""

    def everything(self) -> str:
        """Check every gradient and every update of this iteration."""
        frame = self._screen.session.frame
        names = [line.target for line in frame.program.lines if line.gradient_of]
        if not names:
            return "This program has no gradients to check."
        self._start(names, frame, "checking all gradients", updates=True)
        return ""

    def cell(self) -> str:
        """Compare the selected cell of a gradient over many step sizes."""
        view = self._screen.view
        name, cell = view.selected.name, view.cell
        try:
            gradient_line(view.frame.program, name)
        except ExpressionError as error:
            return str(error)

        def work(_keep_going: KeepGoing) -> None:
            curve = v_curve(self._ground_of(view.frame), name, cell)
            self._screen.checked = Checked(curve=curve, iteration=view.frame.iteration)

        self._begin(f"checking {name}", work)
        return ""

    def _start(self, names: list[str], frame: Frame, what: str, updates: bool) -> None:
        def work(keep_going: KeepGoing) -> None:
            self._screen.checked = Checked(iteration=frame.iteration)
            ground, found, texts = self._ground_of(frame), list[GradientCheck](), list[str]()
            for name in names:
                try:
                    found.append(check_gradient(ground, name, SAMPLE, keep_going))
                except ExpressionError as error:
                    texts.append(f"{name}: {error}")
                self._screen.checked = Checked(tuple(found), tuple(texts), None, frame.iteration)
            texts += [update_text(update) for update in check_updates(ground)] if updates else []
            texts += [f"{word}: {text}" for word, text in notes(ground, found)]
            texts += [f"warning: {spot.text}" for spot in blind_spots(ground)]
            self._screen.checked = Checked(tuple(found), tuple(texts), None, frame.iteration)

        self._begin(what, work)

    def _begin(self, what: str, work: Callable[[KeepGoing], None]) -> None:
        self._screen.action_pane("check")
        self._screen.begin(what, lambda: self._screen.session.compute(work))

    def _ground_of(self, frame: Frame) -> Ground:
        """Keep the ground of a moment: it remembers what it has computed."""
        if self._ground is None or self._ground[0] is not frame:
            self._ground = frame, ground_of(frame)
        return self._ground[1]
