"""The moment before a line as one who has never been further knows it."""

from collections.abc import Sequence

from msgspec.structs import replace

from nnscope.engine.frame import Frame
from nnscope.engine.watch import Curve
from nnscope.insight.predict.question import Question


def covered(before: Frame, question: Question) -> Frame:
    """Give the moment before the line that is asked about, without what a later one knows.

    Where the run has been further already, the costs of this and later iterations are known, and
    whether a nan or an inf comes.
    """
    costs, bad = before.costs[: _known(question)], before.first_bad
    is_past = bad is not None and bad < question.frame.iteration
    return replace(before, costs=costs, first_bad=bad if is_past else None)


def covered_curves(curves: Sequence[Curve], question: Question) -> tuple[Curve, ...]:
    """Give curves only as far as the iterations before the one that is asked about."""
    end = question.frame.iteration
    return tuple(replace(curve, values=curve.values[:end]) for curve in curves)


def _known(question: Question) -> int:
    """Count the costs that are known before the line that is asked about."""
    frame = question.frame
    is_behind = frame.program.line_of.get(frame.program.cost, -1) < frame.index
    return frame.iteration + is_behind
