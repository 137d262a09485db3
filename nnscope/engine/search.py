"""Finding the moment at which a stop holds, forwards or backwards.

Run mode finds the iteration, with the conditions compiled into the loop; step mode finds the moment
in it. Both test the same expressions on the same bits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nnscope.engine.cost_search import last_on_costs, reads_only_costs
from nnscope.engine.history import History, Interrupted, KeepGoing
from nnscope.engine.machine import names_of
from nnscope.engine.model import Frame
from nnscope.engine.runloop import Condition, Notes, has_changed
from nnscope.engine.stops import Stop
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import REFUSALS, Value, evaluate, plainly
from nnscope.expression.syntax import Expression


@dataclass(frozen=True, slots=True)
class Found:
    """Where a search ended: the moment, and the stop that holds there.

    Without a stop it is the end of the run, or its start; `bad` says that the line of this moment
    made the first nan or inf.
    """

    time: int
    stop: Stop | None = None
    bad: bool = False


class Search:
    """Searches one run for the stops that are enabled."""

    def __init__(self, history: History, stops: Sequence[Stop], guard: bool = True) -> None:
        self._history = history
        self._program = history.program
        self._lines = len(history.program.lines)
        self._stops = [stop for stop in stops if stop.enabled]
        self._guard = guard
        self._hits = {id(stop): 0 for stop in self._stops}
        self._conditions = tuple(
            Condition(stop.index, stop.expression, stop.change)
            for stop in self._stops
            if stop.expression is not None
        )

    # forwards

    def forwards(self, time: int, length: int, keep_going: KeepGoing) -> Found:
        """Find the first moment after `time` at which a stop holds, or the end of the run."""
        iteration = max(time - 1, 0) // self._lines
        found = self._first_in(iteration, time, length)
        last = -(-length // self._lines)
        at = iteration + 1
        while found is None and at < last:
            if not keep_going(at):
                raise Interrupted
            at = self._next_candidate(at, last, keep_going)
            found = self._first_in(at, time, length) if at < last else None
            at += 1
        return found or Found(length)

    def _first_in(self, iteration: int, after: int, upto: int) -> Found | None:
        """Find the first hold inside one iteration, and count the holds up to there."""
        for time, stop in self._holds(iteration):
            if time > upto:
                break
            if stop is None:
                self._history.first_bad = time
            if time <= after:
                continue
            if stop is None:
                return Found(time, bad=True)
            self._hits[id(stop)] += 1
            if self._hits[id(stop)] >= stop.hits:
                return Found(time, stop)
        return None

    def _next_candidate(self, first: int, last: int, keep_going: KeepGoing) -> int:
        """Run to the next iteration in which something holds, or to the end."""
        if any(stop.expression is None for stop in self._stops):
            return first  # a breakpoint on a line holds in every iteration
        history, notes = self._history, Notes()
        begin = (
            max(first - 1, 0)
            if any(each.change is not None for each in self._conditions)
            else first
        )
        state = history.start(begin, keep_going)
        if begin < first:  # once over the iteration before, for what has changed since
            notes.collect = True  # a condition that holds there must not end it
            _, _, state = history.search_run(begin, first, state, self._conditions, notes)
            notes.collect = False
        at = first
        while at < last:
            if not keep_going(at):
                raise Interrupted
            upto = min(last, at + history.quick)
            reached, hit, state = history.search_run(at, upto, state, self._conditions, notes)
            bad = self._bad_iteration(at, reached + (hit >= 0), state)
            if bad < reached + (hit >= 0):
                return bad
            if hit >= 0:
                return reached
            at = reached
        return last

    def _bad_iteration(self, first: int, last: int, state: Value) -> int:
        """Find the first iteration in which a nan or inf was made; `last` for none.

        Only the costs and the parameters are looked at: an inf that a ReLU turns into 0 in the same
        iteration harms nothing, and is met only where the iteration is gone through by lines.
        """
        if not self._guard or self._history.first_bad is not None:
            return last
        costs = self._history.costs.known()[first:last]
        if np.isfinite(costs).all() and np.isfinite(np.sum(state)):
            return last
        for iteration in range(max(first - 1, 0), last):
            if self._bad_line(iteration) is not None:
                return iteration
        return last

    # backwards

    def backwards(self, time: int, keep_going: KeepGoing) -> Found:
        """Find the last moment before `time` at which a stop holds, or the start."""
        if reads_only_costs(self._program, self._stops):
            costs = self._history.costs.known()
            return Found(*(last_on_costs(self._program, self._stops, costs, time) or (0, None)))
        iteration = max(time - 1, 0) // self._lines
        at = iteration
        found = self._last_in(at, time)
        while found is None and at > 0:
            if not keep_going(at):
                raise Interrupted
            at = self._previous_candidate(at, keep_going)
            found = self._last_in(at, time) if at >= 0 else None
        return found or Found(0)

    def _last_in(self, iteration: int, before: int) -> Found | None:
        for time, stop in reversed(list(self._holds(iteration, guard=False))):
            if time < before and stop is not None:
                self._hits[id(stop)] += 1
                if self._hits[id(stop)] >= stop.hits:
                    return Found(time, stop)
        return None

    def _previous_candidate(self, before: int, keep_going: KeepGoing) -> int:
        """Give the last iteration before this one in which something holds; -1 for none."""
        if any(stop.expression is None for stop in self._stops):
            return before - 1
        if not self._conditions:
            return -1
        last = before
        while last > 0:
            if not keep_going(last):
                raise Interrupted
            first, state = self._history.kept_before(last)
            hit = self._last_hit(first, last, np.array(state), keep_going)
            if hit >= 0:
                return hit
            last = first
        # nothing came before the first iteration, so that only its lines tell what begins in it
        return 0 if any(stop.change == "begins" for stop in self._stops) else -1

    def _last_hit(self, first: int, last: int, state: Value, keep_going: KeepGoing) -> int:
        """Run over a stretch and note the last iteration in which a condition holds."""
        notes, at = Notes(collect=True), first
        if first and any(each.change is not None for each in self._conditions):
            before = self._history.start(first - 1, keep_going)
            self._history.search_run(first - 1, first, before, self._conditions, notes)
            notes.last = -1
        flat = np.asarray(state)
        while at < last:
            if not keep_going(at):
                raise Interrupted
            upto = min(last, at + self._history.quick)
            at, _, flat = self._history.search_run(at, upto, flat, self._conditions, notes)
        return notes.last

    # inside one iteration

    def _holds(self, iteration: int, guard: bool = True) -> list[tuple[int, Stop | None]]:
        """List the moments of an iteration at which a stop holds; None for a bad number."""
        history, found = self._history, list[tuple[int, Stop | None]]()
        recording = history.recorded(iteration)
        values = names_of(self._program, recording, 0)
        bad = (
            self._bad_line(iteration)
            if guard and self._guard and history.first_bad is None
            else None
        )
        for index, value in enumerate(recording.values):
            values[self._program.lines[index].target] = value
            time = iteration * self._lines + index + 1
            if bad == index:
                found.append((time, None))
            for stop in self._stops:
                if stop.index == index and self._is_held(stop, iteration, values):
                    found.append((time, stop))
        return found

    def _is_held(self, stop: Stop, iteration: int, values: Mapping[str, Value]) -> bool:
        if stop.holds is not None:
            return stop.holds(self._frame(iteration, values))
        if stop.expression is None:
            return True
        try:
            return self._is_true(stop, stop.expression, iteration, values)
        except REFUSALS as error:
            raise ExpressionError(f"`{stop.told(self._program)}`: {plainly(error)}") from None

    def _is_true(
        self, stop: Stop, expression: Expression, iteration: int, values: Mapping[str, Value]
    ) -> bool:
        now = evaluate(expression, values)
        if stop.change is None:
            return bool(now)
        if iteration == 0:
            return stop.change == "begins" and bool(now)
        before = self._history.recorded(iteration - 1)
        then = evaluate(expression, names_of(self._program, before, stop.index + 1))
        return has_changed(then, now, stop.change)

    def _frame(self, iteration: int, values: Mapping[str, Value]) -> Frame:
        """Give the moment at the end of an iteration as the screen would have it."""
        last = len(self._program.lines) - 1
        start = self._history.recorded(iteration).start
        target = self._program.lines[last].target
        return Frame(self._program, (iteration + 1) * self._lines, iteration, last, dict(values),
                     start.get(target), start, self._history.costs.known(), 0,
                     self._history.samples.known())  # fmt: skip

    def _bad_line(self, iteration: int) -> int | None:
        """Find the first line of an iteration whose value has a nan or an inf."""
        for index, value in enumerate(self._history.recorded(iteration).values):
            if not np.isfinite(value).all():
                return index
        return None
