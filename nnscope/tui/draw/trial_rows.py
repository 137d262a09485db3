"""A tried line as rows of text: what NumPy makes or raises, and how the shapes met."""

from collections.abc import Iterator, Sequence

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.insight.numbers import CellFormat
from nnscope.insight.trial import Meeting, Sizes, TriedLine
from nnscope.tui.draw.style import BOLD, LEVELS, PLAIN, heat
from nnscope.tui.draw.text import Part, Text, dim, shortened, wrapped

_MOST = 8  # rows and columns of a matrix that are written
_NAME = 30  # columns of text for an operand


def trial_rows(found: Sequence[TriedLine], width: int, dark: bool) -> list[Text]:
    """Write each line that makes something else than it should; the first is the tried one."""
    rows: list[Text] = []
    for number, step in enumerate(found):
        if number:
            place = f"Then, in iteration {step.iteration}, line {step.index + 1}:"
            rows += [[], *wrapped(place, width)]
        rows += wrapped(step.text, width, BOLD, "    ")
        rows += [["  ", *row] for row in _outcome(step, width - 2, dark)]
    return [*rows, [], *wrapped(_ending(found), width)]


def _outcome(step: TriedLine, width: int, dark: bool) -> Iterator[Text]:
    """Write what NumPy raises or makes, and why."""
    if step.error:
        yield from wrapped(f"NumPy stops here. {step.error}", width)
    else:
        wanted = "" if step.is_right else f", and should make {step.wanted}"
        yield from wrapped(f"makes {step.made}{wanted}", width)
    if step.meeting is not None:
        yield from _met(step.meeting, width)
    if step.value is not None and not step.error:
        yield from matrix_rows(step.value, dark)


def _met(meeting: Meeting, width: int) -> Iterator[Text]:
    """Write the shapes of two operands below each other, as NumPy lays them."""
    rank = max(len(meeting.left_sizes), len(meeting.right_sizes))
    name = min(_NAME, max(len(meeting.left), len(meeting.right), len("result")), width // 2)
    yield _aligned(meeting.left, meeting.left_sizes, rank, name)
    yield _aligned(meeting.right, meeting.right_sizes, rank, name)
    if meeting.result is not None:
        yield _aligned("result", meeting.result, rank, name)
    yield from wrapped(_why(meeting), width)


def _why(meeting: Meeting) -> str:
    if meeting.is_product:
        return "@ needs as many columns on the left as there are rows on the right"
    if meeting.result is None:
        return "two lengths that are neither equal nor 1 stand below each other"
    return (
        "NumPy aligns shapes at their last axes, takes an axis that is missing (·) for 1, and "
        "stretches every 1 (broadcasting): here both operands"
    )


def _aligned(text: str, lengths: Sizes, rank: int, name: int) -> Text:
    signs = ["·"] * (rank - len(lengths)) + [str(length) for length in lengths]
    return [dim(f"{shortened(text, name):<{name}} "), "".join(f"{sign:>6}" for sign in signs)]


def matrix_rows(value: Value, dark: bool) -> Iterator[Text]:
    """Write the first rows and columns of a matrix, on the shades of its numbers."""
    array = np.asarray(value, dtype=np.float64)
    matrix = np.atleast_2d(array)
    shown = matrix[:_MOST, :_MOST]
    format_ = CellFormat(shown)
    largest = float(np.max(np.abs(shown), initial=0.0, where=np.isfinite(shown))) or 1.0
    for row in shown.tolist():
        cells: list[Part] = []
        for cell in row:
            level = round(cell / largest * LEVELS) if np.isfinite(cell) else 0
            cells += [(f"{format_.write(cell):>{format_.width}}", heat(level, dark)), " "]
        yield [*cells, ("…" if matrix.shape[1] > _MOST else "", PLAIN)]
    if len(matrix) > _MOST:
        yield ["…"]


def _ending(found: Sequence[TriedLine]) -> str:
    """Say in a sentence what has become of it."""
    first, last = found[0], found[-1]
    if last.error:
        if len(found) == 1:
            return "The shapes do not fit, and NumPy says so at once: that is the better mistake."
        return "The wrong line raised nothing: the error comes later, elsewhere."
    if first.is_right:
        return "The shape is as it should be."
    if any(step.text != first.text for step in found):
        return "Nothing raises an error: the run would go on with wrong shapes, and wrong numbers."
    if first.is_same:
        return (
            "It does no harm here: where it is read, NumPy stretches it to the numbers that the "
            "line has as it stands."
        )
    return "No later line has a wrong shape: NumPy stretches it there, and the numbers are others."
