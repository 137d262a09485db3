"""Checking the gradients of a moment: a generator of results, for the background thread."""

from collections.abc import Iterator, Sequence

from nnscope.engine.frame import Frame
from nnscope.engine.keep.history import KeepGoing
from nnscope.expression.errors import ExpressionError
from nnscope.insight.check.blind_spots import blind_spots
from nnscope.insight.check.comparison import GradientCheck
from nnscope.insight.check.conclusions import closing
from nnscope.insight.check.gradients import check_gradient, gradient_line
from nnscope.insight.check.iteration import Iteration, iteration_of
from nnscope.insight.check.report import notes, precision, update_text
from nnscope.insight.check.step_sizes import v_curve
from nnscope.insight.check.updates import check_updates
from nnscope.tui.view import Checked

MISSHAPEN = "✗"
"""The mark of a gradient that can't be compared at all."""

SAMPLE = 20_000
"""So many cells of one gradient are checked on the screen; the pane says when it is a sample."""


class Checker:
    """Checks gradients; what it has computed for a moment it keeps until it is asked of another."""

    def __init__(self) -> None:
        self._iteration: tuple[Frame, Iteration] | None = None

    def gradients(
        self, frame: Frame, names: Sequence[str], updates: bool, keep_going: KeepGoing
    ) -> Iterator[Checked]:
        """Check gradients one after the other, and yield all that is found so far.

        With `updates` the update of every parameter is checked too, and all is summed up.
        """
        number, marks = frame.iteration, dict[str, str]()
        yield Checked(iteration=number)
        iteration, found, texts = self._iteration_of(frame), list[GradientCheck](), list[str]()
        for name in names:
            try:
                found.append(check_gradient(iteration, name, SAMPLE, keep_going))
                marks[name] = found[-1].mark
            except ExpressionError as error:
                texts.append(f"{frame.program.called.get(name, name)}: {error}")
                marks[name] = MISSHAPEN
            yield Checked(tuple(found), tuple(texts), iteration=number, marks=dict(marks))
        misshapen, moves = len(texts), list(check_updates(iteration)) if updates else []
        marks |= {
            frame.program.carried.get(update.name, update.name): update.mark for update in moves
        }
        texts += [update_text(update) for update in moves]
        texts += [f"{word}: {text}" for word, text in notes(iteration, found)]
        texts += [f"warning: {spot.text}" for spot in blind_spots(iteration)]
        texts += filter(None, [closing(found, misshapen, moves) if updates else ""])
        yield Checked(tuple(found), tuple(texts), iteration=number, marks=marks)

    def cell(self, frame: Frame, name: str, cell: tuple[int, ...]) -> Iterator[Checked]:
        """Compare one cell of a gradient over many step sizes."""
        iteration = self._iteration_of(frame)
        texts = tuple(f"{word}: {text}" for word, text in precision(iteration))
        yield Checked(texts=texts, curve=v_curve(iteration, name, cell), iteration=frame.iteration)

    def refusal(self, frame: Frame, name: str) -> str:
        """Say why a name cannot be checked; empty for a gradient."""
        try:
            gradient_line(frame.program, name)
        except ExpressionError as error:
            return str(error)
        return ""

    def _iteration_of(self, frame: Frame) -> Iteration:
        if self._iteration is None or self._iteration[0] is not frame:
            self._iteration = frame, iteration_of(frame)
        return self._iteration[1]
