"""The history of any value: one number an iteration, kept at eight bytes each.

It is had by running the iterations once more with the expression inside their loop, and extended
from where it ended when the run has gone farther.
"""

import numpy as np
from msgspec import Struct

from nnscope.engine.find.stops import shape_of
from nnscope.engine.keep.costs import Costs
from nnscope.engine.keep.history import History, Interrupted, KeepGoing, always
from nnscope.engine.run.flat_state import Flat
from nnscope.engine.run.loop import Notes, Probe
from nnscope.expression.errors import ExpressionError
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.program.model import Program
from nnscope.program.resolve import read


class Curve(Struct, frozen=True, eq=False):
    """A value over the iterations from the first on; `values` has the shape (iterations known,)."""

    text: str
    expression: Expression
    values: Flat


def probe(program: Program, text: str) -> Probe:
    """Make a probe from the text of an expression, checked for names and shape.

    Its number of an iteration is the one behind the line that computes the last of its names, where
    a stop on it would be tested. Raises `ExpressionError`, in words for who typed it.
    """
    expression = read(program, text)
    shape = shape_of(program, expression)
    if shape:
        told = f"`{text}` has the shape {shape}, but only one number can be followed"
        raise ExpressionError(f"{told}: take one of its cells, or np.max(np.abs({text}))")
    return Probe(expression)


class Watched:
    """The curves of all probes over the iterations whose cost is known.

    `curves` is made anew whenever they grow, so that another thread can look at it at any time.
    """

    def __init__(self, history: History) -> None:
        self.curves: tuple[Curve, ...] = ()
        self._history = history
        self._kept: dict[Probe, Costs] = {}
        self._end: tuple[int, Flat] | None = None  # where the last run ended, and its state there

    @property
    def bytes(self) -> int:
        """The memory that the curves hold."""
        state = self._end[1].nbytes if self._end else 0
        return sum(kept.bytes for kept in list(self._kept.values())) + state

    @property
    def behind(self) -> int:
        """How many iterations have to be run for the curves to be complete."""
        return max((self._goal - len(kept.known()) for kept in self._kept.values()), default=0)

    @property
    def is_quick(self) -> bool:
        """Whether that takes a few milliseconds at most."""
        counts = {len(kept.known()) for kept in self._kept.values()}
        at_hand = self._end is not None and counts == {self._end[0]}
        return at_hand and self.behind <= self._history.quick

    def add(self, new: Probe) -> int:
        """Add a probe, unless it is there; give its place among the curves."""
        self._kept.setdefault(new, Costs(self._history.program.iterations))
        self._publish()
        return list(self._kept).index(new)

    def remove(self, place: int) -> None:
        """Drop a curve."""
        del self._kept[list(self._kept)[place]]
        if not self._kept:
            self._end = None
        self._publish()

    def extend(self, keep_going: KeepGoing = always) -> None:
        """Bring all curves up to the iterations that were reached.

        Raises `Interrupted` when `keep_going` says so; what was found until then is kept. Raises
        `ExpressionError` for what can't be computed; its curve is dropped.
        """
        for count in sorted({len(kept.known()) for kept in self._kept.values()}):
            together = tuple(p for p, kept in self._kept.items() if len(kept.known()) == count)
            if count < self._goal:
                self._run(together, count, self._goal, keep_going)

    @property
    def _goal(self) -> int:
        return len(self._history.costs.known())

    def _run(self, probes: tuple[Probe, ...], at: int, goal: int, keep_going: KeepGoing) -> None:
        """Run from where some curves end, and write down what their probes find."""
        history, notes = self._history, Notes()
        curves = [self._kept[each] for each in probes]
        for curve in curves:
            curve.room(goal)[at:] = np.nan  # for iterations that do not have what it follows
        notes.probed = {number: curve.room(goal) for number, curve in enumerate(curves)}
        known = self._end is not None and self._end[0] == at
        state = self._end[1] if self._end and known else history.start(at, keep_going)
        try:
            while at < goal:
                if not keep_going(at):
                    raise Interrupted
                upto = min(goal, at + history.quick)
                at, _, state = history.search_run(at, upto, state, probes, notes)
                self._end = at, state.copy()  # the loop's own array goes on
                for curve in curves:
                    curve.reached(at)
                self._publish()
        except ExpressionError as error:
            self._drop_failing(probes, goal, keep_going, error)

    def _drop_failing(
        self,
        probes: tuple[Probe, ...],
        goal: int,
        keep_going: KeepGoing,
        error: ExpressionError,
    ) -> None:
        """Follow each probe by itself, and drop those that can't be computed."""
        if len(probes) == 1:
            del self._kept[probes[0]]
            self._publish()
            raise ExpressionError(f"it is no longer followed: {error}")
        errors = []
        for each in probes:
            try:
                self._run((each,), len(self._kept[each].known()), goal, keep_going)
            except ExpressionError as refusal:
                errors.append(str(refusal))
        if errors:
            raise ExpressionError("; ".join(errors))

    def _publish(self) -> None:
        self.curves = tuple(
            Curve(source(each.expression), each.expression, kept.known())
            for each, kept in self._kept.items()
        )
