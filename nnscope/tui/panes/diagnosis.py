"""The diagnosis: the wrong line beside the right one, and both arrays with their difference."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nnscope.insight.numbers import CellFormat
from nnscope.tui.draw.style import BOLD, DIM
from nnscope.tui.draw.text import Text, bold, dim, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.view import Diagnosed, View, two_axes

if TYPE_CHECKING:
    from nnscope.insight.diagnose.finding import Diagnosis, Finding

HELP = (
    "<diagnose>: diagnose   <cell.up> <cell.down>: another finding   "
    "<factor.line>: put the right line in   <edit.back>: take it back"
)
_ROWS, _COLUMNS = 6, 8  # of an array, at most


class DiagnosisPane(Pane):
    """One finding at a time; the chosen one can be mended."""

    NAME, TITLE, KEY = "diagnosis", "Diagnosis", ""
    TELLS_AHEAD = True
    IS_ASKED, FILLED_BY = True, "diagnose"
    ABOUT = (
        "What <diagnose> found: the first line that is wrong given what it was given, the fact, "
        "the slip that it comes from, and the right line in your own names; below them mine, what "
        "should be, and the difference. ✓ ✗ ? in the listing say what was judged."
    )

    MEANS = {  # noqa: RUF012
        "cell.up": "diagnosis.back",
        "cell.down": "diagnosis.next",
        "factor.line": "diagnosis.mend",
    }

    def parts(self, view: View) -> tuple[object, ...]:
        """What was found, and which of it is chosen."""
        return (view.diagnosed,)

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Write the chosen finding, and the two arrays."""
        found = view.diagnosed
        rows = list(_rows(found, found.diagnosis, width)) if found.diagnosis else []
        return [*rows, *wrapped(view.keys.told(HELP), width, DIM)]


def _rows(found: Diagnosed, diagnosis: "Diagnosis", width: int) -> Iterator[Text]:
    from nnscope.insight.diagnose.report import finding_text, headline  # noqa: PLC0415

    if not diagnosis.findings:
        yield from wrapped(headline(diagnosis), width, BOLD)
    else:
        finding, count = diagnosis.findings[found.chosen], len(diagnosis.findings)
        if count > 1:
            yield [dim(f"finding {found.chosen + 1} of {count}")]
        head, *rest = finding_text(diagnosis, finding)
        yield from wrapped(head, width, BOLD)
        for text in rest:
            yield from wrapped(text.strip(), width, indent="        ")
        yield from _arrays(finding, width)
    for remark in diagnosis.remarks:
        yield from wrapped(f"note: {remark}", width)


def _arrays(finding: "Finding", width: int) -> Iterator[Text]:
    """Write mine, what should be, and the difference, one below the other."""
    if finding.beside is None:
        return
    mine, wanted = finding.beside
    for name, array in (("mine", mine), ("should be", wanted), ("difference", mine - wanted)):
        yield [bold(name), dim(" " + str(array.shape).replace(" ", ""))]
        yield from _cells(array.reshape(two_axes(array.shape)), width)


def _cells(array: NDArray[np.float64], width: int) -> Iterator[Text]:
    window = array[:_ROWS, :_COLUMNS]
    form = CellFormat(window)
    columns = min(window.shape[1], max(1, (width - 2) // (form.width + 1)))
    is_cut = columns < array.shape[1]
    for row in window[:, :columns].tolist():
        cells = " ".join(f"{form.write(value):>{form.width}}" for value in row)
        yield [f" {cells}{' …' if is_cut else ''}"]
    if len(array) > _ROWS:
        yield [dim(" ⌄")]
