"""A rule of health: what it measures, where it becomes a finding, and what it found."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import numpy as np
from msgspec import Struct

from nnscope.engine.frame import Frame
from nnscope.insight.health.iteration_values import Moment
from nnscope.insight.health.measure import Measure, Place
from nnscope.insight.numbers import short


class Finding(Struct, frozen=True, eq=False):
    """What a rule found: the worst value, and everything that is beyond the threshold.

    `is_stale` says that it is about the iteration before, as this one has not come so far.
    """

    rule: "Rule"
    value: float
    places: tuple[Place, ...]
    is_stale: bool = False

    @property
    def threshold(self) -> float:
        """What the value is beyond."""
        return self.rule.threshold

    @property
    def advice(self) -> str:
        """What helps."""
        return self.rule.advice

    def where(self, symbols: Mapping[str, str] | None = None) -> str:
        """Name what is concerned, in NumPy or with the symbols of mathematics."""
        return ", ".join(place.words(symbols or {}) for place in self.places)

    @property
    def comparison(self) -> str:
        """Write the worst value with its limit: `7.15e-5, should be at least 0.001`."""
        bound = "at most" if self.rule.side == "above" else "at least"
        return f"{short(self.value, 3)}, should be {bound} {short(self.threshold)}"


class Rule(Struct, frozen=True):
    """A named rule: what is measured, and on which `side` of the threshold it is a finding.

    `reference` is where the threshold comes from. A rule that has nothing to measure, because its
    lines have not run or the program has none, says nothing.
    """

    name: str
    measured: str
    side: Literal["above", "below"]
    threshold: float
    reference: str
    advice: str
    measure: Callable[[Moment], Iterator[Measure]]

    def look(self, frame: Frame) -> Finding | None:
        """Look at what the iteration of a frame has computed so far."""
        return self._look(Moment(frame))

    def look_back(self, frame: Frame) -> Finding | None:
        """Look at what a frame still holds of the iteration before."""
        return self._look(Moment(frame, past=True)) if frame.iteration else None

    def holds(self, frame: Frame) -> bool:
        """Tell whether the rule finds something in a frame's own iteration: a stop condition.

        It depends on the moment alone, so it is the same forwards and backwards.
        """
        return self.look(frame) is not None

    def _look(self, moment: Moment) -> Finding | None:
        sign = 1 if self.side == "above" else -1
        worst, places = -np.inf, list[Place]()
        with np.errstate(all="ignore"):
            for measure in self.measure(moment):
                beyond = np.flatnonzero(sign * measure.values > sign * self.threshold)
                if len(beyond):
                    worst = max(worst, float((sign * measure.values[beyond]).max()))
                    places.append(measure.place(beyond))
        return Finding(self, sign * worst, tuple(places), moment.past) if places else None
