"""How many rows of text the matrices of a line take, so that their pane can ask for them."""

from collections.abc import Sequence
from functools import lru_cache, partial

from nnscope.insight.line.operands import Operand, outline
from nnscope.program.model import Program
from nnscope.tui.draw.matrix_form import FINE, FORMS, Form
from nnscope.tui.draw.matrix_layout import Writing, whole_plan
from nnscope.tui.draw.matrix_widths import written_alike, written_in

_MOST_LINES = 64  # of a longer program the first ones speak for all


@lru_cache(maxsize=16)
def usual_rows(
    program: Program, mathematics: bool, width: int, most: int, forms: Sequence[Form] = FINE
) -> tuple[int, int]:
    """Say how many rows are enough for the lines of a program, and how many lines need more.

    Their matrices are written in one of the `forms`. Lines that need more than `most` do not count;
    where all do, it is `most`.
    """
    found = []
    for line in program.lines[:_MOST_LINES]:
        operands = outline(program, line, mathematics)
        plan = whole_plan(operands, width, most, partial(written_alike, operands), forms)
        found.append(plan.height if plan else None)
    return max((rows for rows in found if rows is not None), default=most), found.count(None)


def rows_for(operands: Sequence[Operand], width: int, usual: int, most: int) -> int | None:
    """Say how many rows some matrices take with all the cells of the small ones in sight.

    They take up to `usual` rows, and up to `most` for three digits a cell, or where two are not
    enough either. None where there is no way.
    """
    write: Writing = partial(written_in, operands, _from_the_first)
    for forms in (FINE, FORMS):
        plan = whole_plan(operands, width, usual, write, forms)
        tries = (whole_plan(operands, width, most, write, [form]) for form in forms)
        heights = [plan.height] if plan else [each.height for each in tries if each]
        if heights:
            return min(heights)
    return None


def _from_the_first(_axis: int, shown: Sequence[int]) -> list[int]:
    return [0] * len(shown)
