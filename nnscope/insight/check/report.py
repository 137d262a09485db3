"""Checks of gradients and updates as text, a line each, and as what JSON has."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from nnscope.expression.errors import ExpressionError
from nnscope.insight.check.comparison import GradientCheck
from nnscope.insight.check.conclusions import cost_suspicion, roots
from nnscope.insight.check.iteration import Iteration
from nnscope.insight.check.perturbation import CERTIFIED, certified
from nnscope.insight.check.updates import UpdateCheck
from nnscope.insight.check.verdicts import Verdict
from nnscope.insight.numbers import short
from nnscope.program.model import Line


def gradient_text(check: GradientCheck, width: int = 0) -> str:
    """Say in a line: the verdict, the worst cell with both numbers, and what explains it."""
    worst = check.worst
    words = [
        f"{check.name:<{width}}  {check.word:<5}  error {short(check.error, 2)}",
        f"worst {place(worst.cell)}{short(worst.analytic, 7)}, slope {short(worst.expected, 7)}",
        f"centred {short(check.centred_error, 2)} ({check.centred_verdict.value})",
        cells_text(check),
    ]
    return "; ".join([*words, *remarks(check)])


def remarks(check: GradientCheck) -> Iterator[str]:
    """Yield what else there is to say of a gradient: its shape, its ratio, kinks, rounding."""
    if check.own_shape != check.analytic.shape:
        yield f"it has the shape {check.own_shape}, {check.of} has {check.analytic.shape}"
    if check.is_untested:
        yield "0 on both sides, so nothing is tested"
    if check.ratio is not None:
        yield f"the ratio is {check.ratio.text}"
    kinks, excused = int(check.kinks.sum()), int(check.excused.sum())
    if kinks:
        yield f"{_counted(kinks)} at a kink"
    if excused:
        yield f"{_counted(excused)} differ by rounding only" if excused > 1 else (
            "1 cell differs by rounding only")  # fmt: skip


def cells_text(check: GradientCheck) -> str:
    """Say how many cells were checked: `12 cells`, or `200 of 8192 cells, at random`."""
    checked, size = int(check.checked.sum()), check.checked.size
    return _counted(size) if checked == size else f"{checked} of {size} cells, at random"


def update_text(check: UpdateCheck, width: int = 0) -> str:
    """Say in a line how a parameter moves."""
    text = f"{check.spelled:<{width}}  {check.verdict.value:<5}  {check.text}"
    if check.verdict is not Verdict.WRONG:
        return text
    steps = (short(float(step[check.worst]), 7) for step in (check.step, check.expected))
    return f"{text}; worst {place(check.worst)}{' instead of '.join(steps)}"


def notes(iteration: Iteration, checks: Sequence[GradientCheck]) -> Iterator[tuple[str, str]]:
    """Yield what is to be known of all the checks together, each with its kind."""
    cost = iteration.program.spelled(iteration.program.cost)
    later = [check for check in checks if check.postponed]
    if later and later[0].postponed:
        first = later[0]
        others = ", ".join(check.name for check in later[1:])
        behind = f"; so {'are' if len(later) > 2 else 'is'} {others}" if others else ""
        yield "note", later[0].postponed.text(first.name, first.of, cost) + behind
    yield from precision(iteration)
    first_ones, followers = roots(iteration, checks)
    suspicion = cost_suspicion(iteration, checks, first_ones)
    if suspicion:
        yield "note", suspicion
    elif followers:
        yield "note", (f"look at {', '.join(first_ones)} first: {', '.join(followers)} "
                       "come from it")  # fmt: skip
    if math.isfinite(iteration.cost) and not certified(iteration) <= CERTIFIED:
        yield "warning", ("the slopes of the cost could not be confirmed by a second way here, so "
                          "take these verdicts with care")  # fmt: skip
    if not math.isfinite(iteration.cost):
        yield "warning", f"{cost} is {short(iteration.cost)} here: it has no slope to compare with"


def precision(iteration: Iteration) -> Iterator[tuple[str, str]]:
    """Yield in which precision the formulas were checked, where that is not the program's own."""
    if iteration.is_widened:
        yield "note", ("the program has numbers of float32; its formulas were checked in float64, "
                       "from the same numbers")  # fmt: skip


def place(cell: tuple[int, ...]) -> str:
    """Write where a cell is, for a number behind it; nothing for a single number."""
    return f"[{', '.join(map(str, cell))}] " if cell else ""


def gradient_object(check: GradientCheck) -> dict[str, Any]:
    """Put the check of a gradient into what JSON has."""
    worst = check.worst
    return {
        "gradient": check.name, "of": check.of, "verdict": check.verdict.value,
        "tested": not check.is_untested,
        "error": _number(check.error), "centred_verdict": check.centred_verdict.value,
        "centred_error": _number(check.centred_error),
        "cell": list(worst.cell), "analytic": _number(worst.analytic),
        "slope": _number(worst.expected), "centred": _number(worst.centred),
        "checked": int(check.checked.sum()), "cells": check.checked.size,
        "wrong": int(check.wrong.sum()), "kinks": int(check.kinks.sum()),
        "times": check.postponed.value if check.postponed else 1.0,
        "ratio": _number(check.ratio.value) if check.ratio else None,
        "meanings": list(check.ratio.meanings) if check.ratio else [],
    }  # fmt: skip


def misshapen_object(line: Line, error: ExpressionError) -> dict[str, Any]:
    """Put a gradient that can't be compared at all into what JSON has."""
    return {"gradient": line.spelled, "of": line.gradient_of, "verdict": Verdict.WRONG.value,
            "because": str(error)}  # fmt: skip


def update_object(check: UpdateCheck) -> dict[str, Any]:
    """Put the check of an update into what JSON has."""
    return {
        "update": check.spelled, "rule": check.rule, "verdict": check.verdict.value,
        "ratio": None if check.ratio is None else _number(check.ratio),
        "meanings": list(check.meanings), "instead": check.instead, "cell": list(check.worst),
        "step": _number(float(check.step[check.worst])),
        "expected": _number(float(check.expected[check.worst])),
    }  # fmt: skip


def _counted(cells: int) -> str:
    return f"{cells} cell{'' if cells == 1 else 's'}"


def _number(value: float) -> float | str:
    return float(value) if math.isfinite(value) else short(value)
