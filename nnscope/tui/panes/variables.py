"""The variables: every name with its shape and a few numbers that sum it up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnscope.expression.evaluate import Value
from nnscope.insight.numbers import short
from nnscope.tui.pane import Pane, Text, bold, dim
from nnscope.tui.view import View


@dataclass(frozen=True, slots=True)
class Summary:
    """A matrix in four numbers; `norm` is the root of the sum of squares."""

    smallest: float
    largest: float
    mean: float
    norm: float


class VariablesPane(Pane):
    """A table of all names; what still holds the last iteration's value is marked `old`."""

    def __init__(self, *, id: str, title: str) -> None:  # noqa: A002
        super().__init__(id=id, title=title)
        self._summaries: dict[str, tuple[Value, Summary]] = {}

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Write a row a name: data, parameters, then what the lines compute."""
        frame = view.frame
        symbols = frame.program.symbols if view.mathematics else {}
        heads = ("min", "max", "mean", "norm")
        rows: list[Text] = [[dim(f"  {'name':<9} {'shape':<10}"), dim("".join(f"{h:>11}" for h in heads))]]
        for name, value in frame.values.items():
            summary = self._summary(name, value)
            numbers = (summary.smallest, summary.largest, summary.mean, summary.norm)
            shape = str(np.shape(value)).replace(" ", "")
            now = frame.line is not None and frame.line.target == name
            head = f"{'>' if now else ' '} {symbols.get(name, name):<9} {shape:<10}"
            text = "".join(f"{short(number):>11}" for number in numbers)
            text += " old" if frame.is_stale(name) else ""
            rows.append([bold(head), bold(text)] if now else [head, dim(text)])
        return rows

    def _summary(self, name: str, value: Value) -> Summary:
        """Sum a value up, once: a value never changes, so the same object has the same summary."""
        kept = self._summaries.get(name)
        if kept is None or kept[0] is not value:
            kept = value, _summed_up(value)
            self._summaries[name] = kept
        return kept[1]


def _summed_up(value: Value) -> Summary:
    array = np.asarray(value, dtype=np.float64)
    with np.errstate(all="ignore"):
        norm = float(np.sqrt(np.vdot(array, array)))
        return Summary(float(array.min()), float(array.max()), float(array.mean()), norm)
