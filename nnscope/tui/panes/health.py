"""The health of the run: what the rules found, and how long each layer's gradients are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from textual.geometry import Size

from nnscope.engine.frame import Frame
from nnscope.insight.health.iteration_values import Moment
from nnscope.insight.health.layer_names import stack
from nnscope.insight.health.norms import (
    ACTIVATION,
    GRADIENT,
    STEP,
    NormHistory,
    layer_norms,
    spread,
)
from nnscope.insight.health.rule import Finding
from nnscope.insight.health.rules import RULES
from nnscope.insight.numbers import short
from nnscope.program.model import Phase, Program
from nnscope.tui.draw.braille import curve
from nnscope.tui.draw.style import BOLD, DIM, phase
from nnscope.tui.draw.text import Part, Text, dim, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.view import View

Norms = NDArray[np.float64]
_NUMBER = 7  # columns of text of a number with two digits: `-1.2e-5`
_LEAST_CURVE = 4  # columns of text for a bar and a curve: there is a bar alone in fewer
_HEAD = "layer"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_PHASES = {GRADIENT: Phase.BACKWARD, ACTIVATION: Phase.FORWARD, STEP: Phase.UPDATE}


class HealthPane(Pane):
    """Findings with their advice, and below them a row a layer; it keeps the norms it has seen."""

    NAME, TITLE, KEY = "health", "Health", "5"
    TELLS_AHEAD = True
    PLACE = "variables"
    LEAST_CHOSEN = 13
    ABOUT = (
        "! is a finding of a rule: what is wrong where, the number beside its limit, and what "
        "helps; ○ says that it is about the iteration before. Below, for each layer, how long its "
        "gradient, its activation and its step are: |W| is the root of the sum of the squares. "
        "Bars compare the layers, curves show the run so far, from left to right."
    )

    def __init__(self) -> None:
        super().__init__()
        self._history = NormHistory()

    def show(self, view: View, place: Size | None = None) -> None:
        """Take a view; its norms are kept even where the pane itself is hidden."""
        if self.view is None or self.view.frame is not view.frame:
            if self.view is None or self.view.frame.program.lines is not view.frame.program.lines:
                self._history = NormHistory()
            self._history.note(view.frame)
        super().show(view, place)

    def parts(self, view: View) -> tuple[object, ...]:
        """The numbers, and the names in which findings are told."""
        return view.frame, view.writing.mathematics

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Write the findings, then the layers; what helps goes to the end where room is short."""
        findings = view.findings
        self.entitle(f"Health: ! {len(findings)}" if findings else "Health")
        layers = self._layers(view.frame, width)
        if not findings:
            return [*wrapped(_nothing(view.frame), width), [], *layers]
        heads = [_head(view, finding, width) for finding in findings]
        helps = [_help(finding, width) for finding in findings]
        full = [line for head, help_ in zip(heads, helps, strict=True) for line in (*head, *help_)]
        if len(full) + 1 + len(layers) <= height:
            return [*full, [], *layers]
        return [*(line for head in heads for line in head), [], *layers, [], *full]

    def _layers(self, frame: Frame, width: int) -> list[Text]:
        """Write a row a layer: the numbers, bars against the largest layer, and curves."""
        now, past = layer_norms(Moment(frame)), self._history.at(frame.iteration - 1)
        past = np.full_like(now, np.nan) if past is None else past
        old = np.isnan(now) & ~np.isnan(past)
        numbers = np.where(old, past, now)
        columns, (iterations, known) = _columns(frame.program), self._history.known()
        room = (width - len(_HEAD)) // len(columns) - 1
        seen = spread(iterations, known, 2 * width)
        names = _headings(frame.program)
        heads = "".join(f" {names[at]:>{_NUMBER}}".ljust(room + 1) for at in columns)
        rows: list[Text] = [[dim(_HEAD + heads)]]
        for layer in range(len(numbers)):
            parts: list[Part] = [f"{layer + 1:>{len(_HEAD)}}"]
            for at in columns:
                text = _number(numbers[layer, at], old[layer, at])
                past_of = seen[:, layer, at] if len(seen) else np.empty(0)
                drawn = _drawn(numbers[:, at], layer, past_of, room - len(text))
                style = phase(_PHASES[at], self.dark)
                parts += [" ", dim(text) if old[layer, at] else text, (drawn, style)]
            rows.append(parts)
        return [*rows, *_caption(iterations, width)]


def _drawn(numbers: Norms, layer: int, past: Norms, width: int) -> str:
    """Draw a layer's number as a bar against the largest layer, and its past as a curve."""
    if width < 1:
        return ""
    long = width // 3 if width >= _LEAST_CURVE else width
    finite = numbers[np.isfinite(numbers)]
    largest = float(finite.max()) if len(finite) else 0.0
    share = float(numbers[layer]) / largest if largest else 0.0
    if long == width:
        return bar(share, long)
    return f"{bar(share, long)} {curve(past, width - long - 1, 1, logarithmic=True)[0]}"


def bar(share: float, width: int) -> str:
    """Draw a share of 1 as a bar of `width` characters, to an eighth of a character."""
    if not 0 <= share <= 1:
        return " " * width
    eighths = round(share * width * 8)
    full, rest = divmod(eighths, 8)
    return (_EIGHTHS[8] * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def _head(view: View, finding: Finding, width: int) -> list[Text]:
    """Say what was found and where: `! dead units: A2, unit 1 (1 of 3): 0, ...`."""
    program = view.frame.program
    symbols = {**program.called, **(program.symbols if view.writing.mathematics else {})}
    old = " ○" if finding.is_stale else ""
    head = f"! {finding.rule.name}: {finding.where(symbols)}: {finding.comparison}{old}"
    return wrapped(head, width, BOLD)


def _help(finding: Finding, width: int) -> list[Text]:
    """Say what the number is, and what helps."""
    text = f"{finding.rule.measured}. {finding.advice}"
    return [
        [f"  {part}" if isinstance(part, str) else (f"  {part[0]}", part[1]) for part in line]
        for line in wrapped(text, width - 2, DIM)
    ]


def _nothing(frame: Frame) -> str:
    if frame.index < 0:
        return "No finding at the start: nothing has run yet."
    return f"No finding by any of the {len(RULES)} rules."


def _columns(program: Program) -> list[int]:
    """List the norms that a program has: forwards only, there are no gradients and no steps."""
    has = {
        GRADIENT: any(layer.weight_gradient for layer in stack(program)),
        ACTIVATION: True,
        STEP: any(layer.weight in program.carried for layer in stack(program)),
    }
    return [column for column, there in has.items() if there]


def _headings(program: Program) -> dict[int, str]:
    """Name the norms by the letters that all layers have in common."""
    found = stack(program)
    weight = _stem([program.spelled(layer.weight) for layer in found]) or "W"
    activation = _stem([program.spelled(layer.activation) for layer in found[:-1] or found]) or "A"
    step = f"|Δ{weight}|/|{weight}|"
    return {GRADIENT: f"|d{weight}|", ACTIVATION: f"|{activation}|", STEP: step}


def _stem(spelled: Sequence[str]) -> str:
    """Give the letters that numbered names have in common: W of W1 and W2; else nothing."""
    stems = {name.rstrip("0123456789") for name in spelled}
    return stems.pop() if len(stems) == 1 else ""


def _number(value: float, is_old: bool) -> str:
    """Write a norm; ○ marks one of the iteration before, as in the variables."""
    number = "-" if np.isnan(value) else short(value, 2)
    return f"{number:>{_NUMBER}}{'○' if is_old else ' '}"


def _caption(seen: NDArray[np.int64], width: int) -> list[Text]:
    """Say what the curves run over."""
    if len(seen) < 2:
        return []
    text = f"curves: {len(seen)} iterations from {seen[0]} to {seen[-1]}, log scale"
    return wrapped(text, width, DIM)
