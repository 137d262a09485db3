"""The variables: every name with its shape and a few numbers that sum it up."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from nnscope.engine.frame import Frame
from nnscope.expression.evaluate import Value
from nnscope.insight.evaluate import Evaluated, KeptEvaluations, heading, updates_at
from nnscope.insight.numbers import short
from nnscope.tui.draw.text import Text, bold, dim, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.view import View


class Summary(Struct, frozen=True):
    """A matrix in four numbers; `norm` is the root of the sum of squares."""

    smallest: float
    largest: float
    mean: float
    norm: float

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """All four, in the order of the columns."""
        return self.smallest, self.largest, self.mean, self.norm


class VariablesPane(Pane):
    """A table of all names; ○ marks what still holds the value of the iteration before."""

    NAME, TITLE, KEY = "variables", "Variables", "3"
    SHORT, PLACE = "Values", "variables"
    ABOUT = (
        "Every name; > is the one just computed. ○ marks what this iteration has not computed "
        "yet: it still holds the value of the iteration before, as it would in a script. At the "
        "top stands what each [[evaluate]] of the scenario gives, the forward pass on other data "
        "after so many updates; its arrays are summed up at the end."
    )

    STICKY = 1

    def __init__(self) -> None:
        super().__init__()
        self._summaries: dict[str, tuple[Value, Summary]] = {}
        self._evaluations = KeptEvaluations()

    def parts(self, view: View) -> tuple[object, ...]:
        """The values, how their names are written, and whether evaluations wait for a long work."""
        waits = bool(view.frame.program.notes.evaluations) and view.progress.job is not None
        return view.frame, view.writing.mathematics, waits, view.question

    def rows(self, view: View, width: int, usual: int, most: int) -> int:
        """Ask for a row a name."""
        return min(most, len(view.frame.latest) + 1)

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Write a row a name: data, parameters, then what the lines compute."""
        frame = view.frame
        program, latest = frame.program, frame.latest
        values = {id_: frame.values[id_] for id_ in latest.values()}
        named = list(map(program.symbol, values)) if view.writing.mathematics else list(latest)
        shapes = [_shape(value) for value in values.values()]
        second = max(*map(len, shapes), 5)
        first = min(max(map(len, named)), max(4, width - second - 14))  # one number has room
        named = [name if len(name) <= first else f"{name[: first - 1]}…" for name in named]
        count = min(4, max(1, (width - first - second - 4) // 10))
        heads = "".join(f"{head:>10}" for head in ("min", "max", "mean", "norm")[:count])
        evaluations: Sequence[Evaluated] = ()
        if view.question is None:  # they may know what the line makes
            evaluations = self._evaluations.of(frame, may_run=view.progress.job is None)
        rows: list[Text] = _told_of(evaluations, frame, width)[: max(0, height // 2 - 2)]
        self.STICKY = len(rows) + 1
        rows.append([dim(f"  {'name':<{first}} {'shape':<{second}}{heads}")])
        for (name, value), symbol, shape in zip(values.items(), named, shapes, strict=True):
            now = frame.line is not None and frame.line.target == name
            old = frame.is_stale(name)
            mark = ">" if now else "○" if old else " "
            numbers = self._summary(name, value).numbers[: count if np.ndim(value) else 1]
            text = f"{mark} {symbol:<{first}} {shape:<{second}}"
            text += "".join(f" {short(number, 3):>9}" for number in numbers)
            rows.append([bold(text) if now else dim(text) if old else text])
        if frame.line is not None:
            self.keep_in_sight(list(values).index(frame.line.target) + self.STICKY)
        return [*rows, *_arrays_of(evaluations, width, count)]

    def _summary(self, name: str, value: Value) -> Summary:
        """Sum a value up, once: a value never changes, so the same object has the same summary."""
        kept = self._summaries.get(name)
        if kept is None or kept[0] is not value:
            kept = value, _summed_up(value)
            self._summaries[name] = kept
        return kept[1]


def _told_of(evaluations: Sequence[Evaluated], frame: Frame, width: int) -> list[Text]:
    """Write a row for each forward pass on other data; ○ marks one that a run has left behind."""
    rows: list[Text] = []
    for each in evaluations:
        old = each.after != updates_at(frame)
        numbers = [f"{name} = {short(float(value), 3)}" if not np.ndim(value) else
                   f"{name} {_shape(value)}" for name, value in each.results.items()]  # fmt: skip
        text = f"{'○' if old else ' '} {each.name} after {each.after}: {', '.join(numbers)}"
        text = text if len(text) <= width else f"{text[: width - 1]}…"
        rows.append([dim(text) if old else text])
    return rows


def _arrays_of(evaluations: Sequence[Evaluated], width: int, count: int) -> list[Text]:
    """Sum up the arrays of each forward pass on other data, or say why it has none."""
    rows: list[Text] = []
    for each in evaluations:
        arrays = {name: value for name, value in each.results.items() if np.ndim(value)}
        if arrays or each.mistake:
            rows += [[], [dim(f"  {heading(each)}")]]
        first = max(map(len, arrays), default=0)
        second = max((len(_shape(value)) for value in arrays.values()), default=0)
        for name, value in arrays.items():
            text = f"  {name:<{first}} {_shape(value):<{second}}"
            text += "".join(
                f" {short(number, 3):>9}" for number in _summed_up(value).numbers[:count]
            )
            rows.append([text])
        rows += wrapped(each.mistake, width) if each.mistake else []
    return rows


def _shape(value: Value) -> str:
    return str(np.shape(value)).replace(" ", "")


def _summed_up(value: Value) -> Summary:
    array = np.asarray(value, dtype=np.float64)
    with np.errstate(all="ignore"):
        norm = float(np.sqrt(np.vdot(array, array)))
        return Summary(float(array.min()), float(array.max()), float(array.mean()), norm)
