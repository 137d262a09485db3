"""Finding the moment at which a stop holds, forwards or backwards.

Breakpoints on lines need no running: their moments are counted, and are as far as anything else is
looked for. For conditions run mode finds the iteration, with the tests compiled into the loop; step
mode finds the moment in it. Both test the same expressions on the same bits.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct

from nnscope.engine.clock import program_clock
from nnscope.engine.find.nonfinite import Guard
from nnscope.engine.find.recorded_costs import held_on_costs, reads_only_costs
from nnscope.engine.find.stops import Stop
from nnscope.engine.keep.costs import Buffer
from nnscope.engine.keep.frame_at import frame_of
from nnscope.engine.keep.history import History, Interrupted, KeepGoing, always
from nnscope.engine.run.choose import WORTH
from nnscope.engine.run.flat_state import Flat
from nnscope.engine.run.loop import Condition, Notes
from nnscope.engine.run.machine import Recording, values_of
from nnscope.expression.evaluate import Value, evaluate


class Found(Struct, frozen=True):
    """Where a search ended: the moment, and the stop that holds there.

    Without a stop it is the end of the run, or its start; `bad` says that the line of this moment
    made the first nan or inf.
    """

    time: int
    stop: Stop | None = None
    bad: bool = False


class Search:
    """Searches one run for the stops that are enabled, and counts their hits from call to call.

    `keep_going` is asked again and again; where it says no, `Interrupted` is raised. A stop that
    can't be tested raises `ExpressionError`. With `guard` the first nan or inf halts too.
    """

    def __init__(
        self,
        history: History,
        stops: Sequence[Stop],
        keep_going: KeepGoing = always,
        guard: bool = True,
    ) -> None:
        self.keep_going = keep_going
        self._history = history
        self._quiet = history.quiet.run
        self._program = history.program
        self._clock = program_clock(history.program)
        enabled = [stop for stop in stops if stop.enabled]
        self._breakpoints = [stop for stop in enabled if stop.is_breakpoint]
        self._tested = [stop for stop in enabled if not stop.is_breakpoint]
        self._guard = Guard(history, keep_going) if guard else None
        self._hits = {id(stop): 0 for stop in enabled}
        self._conditional = [stop for stop in self._tested if stop.expression is not None]
        self._conditions = tuple(
            Condition(stop.expression, stop.change, stop.line)
            for stop in self._conditional
            if stop.expression is not None
        )
        self._by_lines = len(self._conditional) < len(self._tested)  # what only a moment can tell

    # forwards

    def forwards(self, time: int, length: int) -> Found:
        """Find the first moment after `time` at which a stop holds, or the end of the run."""
        if self._guard:
            self._guard.look_back(time)
        bad = self._history.first_bad
        ends = [Found(bad, bad=True)] if self._guard and bad is not None and time < bad else []
        ends += [*(self._later(stop, time) for stop in self._breakpoints), Found(length)]
        end = min(ends, key=lambda each: each.time)
        # where a stop holds at the moment of the first bad number, it is the number that is told
        found = self._tested_forwards(time, end.time - end.bad) or end
        for stop in self._breakpoints:
            ran = (self._clock.passes(stop.line, at) for at in (found.time, time))
            self._hits[id(stop)] += next(ran) - next(ran)
        return found

    def _later(self, stop: Stop, time: int) -> Found:
        """Find the moment after `time` at which a breakpoint has its last hit."""
        missing = stop.hits - self._hits[id(stop)]
        return Found(self._clock.later(stop.line, time, missing), stop)

    def _tested_forwards(self, time: int, upto: int) -> Found | None:
        """Find the first moment after `time`, up to another, at which a test holds."""
        after = self._skipped(time, upto)
        at, last = self._clock.iteration(after), self._clock.iteration(upto) + 1
        while True:
            found = self._first_in(at, after, upto) if at < last else None
            bad = self._history.first_bad  # it may lie before the iteration that showed it
            if self._guard and bad is not None and time < bad <= self._clock.begin(at):
                return Found(bad, bad=True)
            if found or at + 1 >= last:
                return found
            self._ask(at + 1)
            at = self._next_candidate(at + 1, last)

    def _skipped(self, time: int, upto: int) -> int:
        """Give a moment up to which recorded costs tell that nothing is found; count the holds."""
        if not reads_only_costs(self._program, self._tested):
            return time
        known, bad = self._history.costs.known(), self._history.costs.first_bad()
        known = known if bad is None else known[: max(bad - 1, 0)]  # the line that made it is found
        end = self._clock.iteration(max(time, min(upto, self._clock.begin(len(known)))))
        held = {id(stop): self._held_on(stop, time, known[:end]) for stop in self._tested}
        for stop in self._tested:
            missing = stop.hits - self._hits[id(stop)]
            if len(held[id(stop)]) >= missing:
                end = min(end, held[id(stop)][missing - 1])
        if self._clock.begin(end) <= time or not self._is_clean(end):
            return time
        for number, iterations in held.items():
            self._hits[number] += sum(iteration < end for iteration in iterations)
        return self._clock.begin(end)

    def _held_on(self, stop: Stop, time: int, costs: Buffer) -> list[int]:
        """List the iterations whose recorded cost a stop holds on, and whose test is after time."""
        first = self._clock.passes(self._line_of(stop), time)
        return [first + int(at) for at in held_on_costs(self._program, stop, costs[first:])]

    def _is_clean(self, iteration: int) -> bool:
        """Tell whether no bad number was carried as far as an iteration, though no cost shows it.

        Costs are no sign of one that never reaches them.
        """
        if not self._guard or not self._guard.is_looking:
            return True
        state = self._history.start(iteration, self.keep_going)
        return self._guard.is_finite(state)

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

    def _next_candidate(self, first: int, last: int) -> int:
        """Run to the next iteration in which something holds, or to the end."""
        if self._by_lines or last - first < WORTH:
            return first
        history, notes = self._history, Notes()
        begin = first - 1 if self._looks_back else first
        state = history.start(begin, self.keep_going)
        if begin < first:  # once over the iteration before, for what it leaves to compare with
            notes.collect = True  # a condition that holds there must not end it
            _, _, state = history.search_run(begin, first, state, self._conditions, notes)
            notes.collect = False
        for at, upto in pairwise([*range(first, last, history.quick), last]):
            self._ask(at)
            reached, hit, state = history.search_run(at, upto, state, self._conditions, notes)
            end = reached + (hit >= 0)
            bad = self._guard.iteration_in(at, end, state) if self._guard else end
            if bad < end or hit >= 0:
                return min(bad, reached)
        return last

    @property
    def _looks_back(self) -> bool:
        """Whether a condition compares with the iteration before."""
        return any(each.change is not None for each in self._conditions)

    # backwards

    def backwards(self, time: int) -> Found:
        """Find the last moment before `time` at which a stop holds, or the start."""
        lines = (Found(at, stop) for stop in self._breakpoints
                 if (at := self._clock.earlier(stop.line, time, stop.hits)))  # fmt: skip
        line = max(lines, key=lambda each: each.time, default=Found(0))
        if reads_only_costs(self._program, self._tested):
            found = [self._last_on_costs(stop, time) for stop in self._tested]
            return max([line, *filter(None, found)], key=lambda each: each.time)
        for moment, stop in self._tested_backwards(time, line.time):
            if moment < line.time:
                break
            self._hits[id(stop)] += 1
            if self._hits[id(stop)] >= stop.hits:
                return Found(moment, stop)
        return line

    def _last_on_costs(self, stop: Stop, time: int) -> Found | None:
        ran = self._clock.passes(self._line_of(stop), time - 1)
        places = held_on_costs(self._program, stop, self._history.costs.known()[:ran])
        if len(places) < stop.hits:
            return None
        return Found(self._moment(stop, int(places[-stop.hits])), stop)

    def _line_of(self, stop: Stop) -> str:
        """Give the variable that the line makes behind which a stop on the cost is tested."""
        return stop.line or self._program.cost

    def _moment(self, test: Stop | Condition, iteration: int) -> int:
        """Give the moment at which a test is tested in an iteration that has it."""
        place = test.place_in(self._program.during(iteration))
        return self._clock.moment_of(place, iteration)

    def _tested_backwards(self, time: int, least: int) -> Iterator[tuple[int, Stop]]:
        """Give every moment before `time` at which a test holds, the last one first.

        What lies before the iteration of moment `least` is not looked at.
        """
        first, at = self._clock.iteration(least), self._clock.iteration(time)
        if not self._tested:
            return
        yield from (each for each in self._holds_back(at) if each[0] < time)
        if self._by_lines:
            for iteration in range(at - 1, first - 1, -1):
                self._ask(iteration)
                yield from self._holds_back(iteration)
            return
        while at > first:
            self._ask(at)
            begin, state = self._history.kept_before(at)
            yield from self._held_in(begin, at, state)
            # the first iteration of a stretch only served to compare the next one with it
            at = begin + 1 if begin and self._looks_back else begin

    def _holds_back(self, iteration: int) -> Iterator[tuple[int, Stop]]:
        for time, stop in reversed(self._holds(iteration, guard=False)):
            if stop is not None:
                yield time, stop

    def _held_in(self, first: int, last: int, state: Flat) -> Iterator[tuple[int, Stop]]:
        """Run over a stretch and give the moments at which its conditions held, the last first."""
        notes = Notes(collect=True)
        for at, upto in pairwise([*range(first, last, self._history.quick), last]):
            self._ask(at)
            *_, state = self._history.search_run(at, upto, state, self._conditions, notes)
        skipped = first if first and self._looks_back else -1
        moments = [
            (self._moment(self._conditions[number], iteration), number)
            for iteration, number in notes.held
            if iteration != skipped
        ]
        for time, number in sorted(moments, reverse=True):
            yield time, self._conditional[number]

    # inside one iteration

    def _ask(self, iteration: int) -> None:
        if not self.keep_going(iteration):
            raise Interrupted

    def _recorded(self, iteration: int) -> Recording:
        return self._history.recorded(iteration, self.keep_going)

    def _holds(self, iteration: int, guard: bool = True) -> list[tuple[int, Stop | None]]:
        """List the moments of an iteration at which a test holds; None for a bad number."""
        found = list[tuple[int, Stop | None]]()
        recording = self._recorded(iteration)
        values = values_of(self._program, recording, 0)
        bad = self._guard.line_in(iteration) if guard and self._guard else None
        form = self._program.during(iteration)
        places = [(stop, stop.place_in(form)) for stop in self._tested]
        for index, value in enumerate(recording.values):
            values[form.lines[index].target] = value
            time = self._clock.moment_of(index, iteration)
            if bad == index:
                found.append((time, None))
            here = (stop for stop, place in places if place == index)
            found += [(time, stop) for stop in here if self._is_held(stop, iteration, values)]
        return found

    def _is_held(self, stop: Stop, iteration: int, values: Mapping[str, Value]) -> bool:
        now = self._tested_value(stop, iteration, values)
        if stop.change is None:
            return bool(now)
        place = stop.place_in(self._program.during(iteration - 1)) if iteration else -1
        if place < 0:
            return stop.change.holds_first(now)
        then = values_of(self._program, self._recorded(iteration - 1), place + 1)
        return self._quiet(stop.change.holds, self._tested_value(stop, iteration - 1, then), now)

    def _tested_value(self, stop: Stop, iteration: int, values: Mapping[str, Value]) -> Value:
        """Give what a stop looks at in an iteration: an expression, or what it says of its end."""
        if stop.holds is None:
            assert stop.expression is not None
            return evaluate(stop.expression, values)
        before = self._recorded(iteration - 1) if iteration else None
        now = self._recorded(iteration)
        lines = self._clock.lines_of(iteration)
        return np.bool_(stop.holds(frame_of(self._history, before, now, lines)))
