"""The first nan or inf of a run: in which line of which iteration it was made."""

from collections.abc import Iterator

import numpy as np

from nnscope.engine.clock import program_clock
from nnscope.engine.keep.history import History, Interrupted, KeepGoing
from nnscope.engine.run.choose import WORTH
from nnscope.engine.run.flat_state import Flat
from nnscope.engine.run.loop import Notes


class Guard:
    """Looks out for the first bad number of one run, and writes its moment down in the history.

    Run mode looks at costs and parameters only: an inf that a ReLU turns into 0 in the same
    iteration harms nothing, and is met only where the iteration is gone through by lines.

    Looking raises `Interrupted` when `keep_going` says so, and `ExpressionError` for a line that
    can't be computed.
    """

    def __init__(self, history: History, keep_going: KeepGoing) -> None:
        self._history = history
        self._keep_going = keep_going
        self._clock = program_clock(history.program)

    @property
    def is_looking(self) -> bool:
        """Whether the first bad number is not known yet."""
        return self._history.first_bad is None

    def look_back(self, time: int) -> None:
        """Note the first bad number where the run has passed it without a search."""
        history = self._history
        iteration = history.costs.first_bad()
        if not self.is_looking or iteration is None or self._clock.begin(iteration) >= time:
            return
        first = self._first(iteration)  # there is one: the cost of this iteration is bad
        history.first_bad = first if first is not None and first <= time else None

    def first_after(self, time: int, upto: int) -> int | None:
        """Run from one moment to another; give the first bad one after it, None if there is none.

        The iteration of `time` is gone through by lines, those behind it are run fast.
        """
        self.look_back(time)
        first, last = self._clock.iteration(time), self._clock.iteration(upto) + 1
        for suspect in self._suspects(first, last):
            bad = self._first(suspect) if self.is_looking else None
            if bad is not None and bad <= upto:
                self._history.first_bad = bad
        bad = self._history.first_bad
        return bad if bad is not None and time < bad <= upto else None

    def _suspects(self, first: int, last: int) -> Iterator[int]:
        """Yield the iterations of a stretch that are to be gone through by lines, and run on."""
        history = self._history
        if last - first <= WORTH:
            yield from range(first, last)
            return
        yield first
        at, state = first + 1, history.start(first + 1, self._keep_going)
        while at < last and self.is_looking:
            if not self._keep_going(at):
                raise Interrupted
            upto = min(last, at + history.quick)
            reached, _, state = history.search_run(at, upto, state, (), Notes())
            suspect = self.iteration_in(at, reached, state)
            if suspect < reached:
                yield suspect
            at = reached

    def iteration_in(self, first: int, last: int, state: Flat) -> int:
        """Find the first iteration of a stretch in which one was made; `last` for none.

        `state` is what iteration `last` starts from.
        """
        if not self.is_looking:
            return last
        costs = self._history.costs.known()[first:last]
        if np.isfinite(costs).all() and self.is_finite(state):
            return last
        suspects = range(max(first - 1, 0), last)
        return next((at for at in suspects if self._line(at) is not None), last)

    def is_finite(self, state: Flat) -> bool:
        """Tell whether a state has neither nan nor inf; a sum that overflows counts as one."""
        return bool(np.isfinite(self._history.quiet.run(np.sum, state)))

    def line_in(self, iteration: int) -> int | None:
        """Find the line of an iteration that made the first one; none where an earlier did."""
        if not self.is_looking:
            return None
        first, begin = self._first(iteration), self._clock.begin(iteration)
        if first is None:
            return None
        if first > begin:
            return first - begin - 1
        self._history.first_bad = first
        return None

    def _first(self, iteration: int) -> int | None:
        """Find the first bad moment of an iteration, or of those before it that lead to it."""
        first = self._moment(iteration)
        while first is not None and iteration and (moment := self._moment(iteration - 1)):
            iteration, first = iteration - 1, moment
        return first

    def _moment(self, iteration: int) -> int | None:
        line = self._line(iteration)
        return None if line is None else self._clock.moment_of(line, iteration)

    def _line(self, iteration: int) -> int | None:
        """Find the first line of an iteration whose value has a nan or an inf."""
        values = self._history.recorded(iteration, self._keep_going).values
        return next((index for index, value in enumerate(values)
                     if not np.isfinite(value).all()), None)  # fmt: skip
