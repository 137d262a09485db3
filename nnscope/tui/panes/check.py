"""The gradient check: each gradient beside the slope of the cost, its cells, and the V-curve."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nnscope.insight.check.verdicts import Verdict
from nnscope.insight.numbers import short
from nnscope.tui.draw.braille import curve
from nnscope.tui.draw.style import BOLD, DIM
from nnscope.tui.draw.text import Text, bold, dim, folded, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.view import View, two_axes

if TYPE_CHECKING:
    from nnscope.insight.check.comparison import GradientCheck
    from nnscope.insight.check.step_sizes import VCurve

HELP = (
    "<check.line>: check this line's gradient   <check.all>: all of them   "
    "<check.cell>: the selected cell, over step sizes"
)
_MOST = 16  # rows and columns of cells that are shown


class CheckPane(Pane):
    """What was checked last, and at which iteration."""

    NAME, TITLE, KEY = "check", "Gradient check", "8"
    SHORT = "Check"
    TELLS_AHEAD = True
    ABOUT = (
        "What <check.line>, <check.all> and <check.cell> found: each gradient against the slope of "
        "the cost, with both numbers."
    )

    def parts(self, view: View) -> tuple[object, ...]:
        """What was checked last."""
        return (view.checked,)

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Write the checks, or the curve, and what is to be known of them."""
        checked = view.checked
        rows: list[Text] = []
        if checked.checks or checked.texts or checked.curve:
            rows.append([dim(f"at iteration {checked.iteration}")])
        if checked.curve is not None:
            rows += _v_curve(checked.curve, width, max(3, height - 8))
        wrong = [check.name for check in checked.checks if check.verdict is Verdict.WRONG]
        if wrong and len(checked.checks) > 1:
            count = f"{len(wrong)} of {len(checked.checks)} wrong: {', '.join(wrong)}"
            rows += wrapped(f"✗ {count}", width, BOLD)
        for check in sorted(checked.checks, key=lambda each: each.verdict is not Verdict.WRONG):
            rows += _summary(check, width)
        if len(checked.checks) == 1:
            rows += _cells(checked.checks[0], width)
        for text in checked.texts:
            rows += wrapped(text, width)
        return [*rows, *wrapped(view.keys.told(HELP), width, DIM)]


def _summary(check: "GradientCheck", width: int) -> list[Text]:
    from nnscope.insight.check.report import cells_text, remarks  # noqa: PLC0415  not at the start

    worst = check.worst
    head = f"{check.mark} {check.name}  {check.word}"
    told = f"  relative error {short(check.error, 2)}, {cells_text(check)}"
    numbers = f"analytic {short(worst.analytic, 7)}, slope of the cost {short(worst.expected, 7)}"
    centred = f"centred difference {check.centred_verdict.value} ({short(check.centred_error, 2)})"
    rest = "; ".join([f"worst: {numbers}", centred, *remarks(check)])
    return [*folded([bold(head), told], width), *wrapped("  " + rest, width, DIM)]


def _cells(check: "GradientCheck", width: int) -> list[Text]:
    """Write the error of each cell as a power of ten: -16 is the last digit, 0 all of them."""
    shape = two_axes(check.errors.shape)
    errors, wrong = check.errors.reshape(shape), check.wrong.reshape(shape)
    kinks = check.kinks.reshape(shape)
    columns = min(shape[1], _MOST, max(1, (width - 4) // 5))
    head = "error of each cell as a power of ten (✗ wrong, ~ kink, · not checked):"
    rows = wrapped(head, width, DIM)
    for row in range(min(shape[0], _MOST)):
        words = [
            _cell(float(errors[row, at]), bool(wrong[row, at]), bool(kinks[row, at]))
            for at in range(columns)
        ]
        more = " …" if columns < shape[1] else ""
        rows.append([dim(f"{row:>3} "), "".join(f"{word:>5}" for word in words) + more])
    return rows if shape[0] <= _MOST else [*rows, [dim("  ⌄")]]


def _cell(error: float, wrong: bool, kink: bool) -> str:
    if not math.isfinite(error):
        return "✗" if wrong else "·"
    power = "0!" if error == 0 else str(max(-16, round(math.log10(error))))
    return power.replace("0!", "=") + ("✗" if wrong else "~" if kink else "")


def _v_curve(found: "VCurve", width: int, height: int) -> list[Text]:
    """Draw the relative error over the step size, both as powers of ten."""
    place = f"[{', '.join(map(str, found.cell))}]" if found.cell else ""
    finite = np.isfinite(found.errors) & (found.errors > 0)
    head = bold(f"{found.name}{place} = {short(found.analytic, 7)}")
    rows = folded([head, dim("  against centred differences")], width)
    if not finite.any():
        return [*rows, ["Every difference agrees to the last digit."]]
    best = int(np.argmin(np.where(finite, found.errors, np.inf)))
    high, low = float(found.errors[finite].max()), float(found.errors[finite].min())
    label = max(len(short(high, 2)), len(short(low, 2)))
    drawn = curve(np.where(finite, found.errors, np.nan), max(8, width - label - 1), height, True)
    for at, text in enumerate(drawn):
        edge = short(high, 2) if at == 0 else short(low, 2) if at == len(drawn) - 1 else ""
        rows.append([dim(f"{edge:>{label}} "), text])
    ends = f"h = {short(float(found.steps[0]))}"
    last = f"{short(float(found.steps[-1]))}"
    rows.append([" " * (label + 1), dim(ends + f"{last:>{max(1, width - label - 1 - len(ends))}}")])
    text = (
        f"Best at h = {short(float(found.steps[best]))}: error {short(low, 2)}. "
        "Larger steps are wrong by the "
        "curvature of the cost, smaller ones by the rounding of its digits."
    )
    return [*rows, *wrapped(text, width)]
