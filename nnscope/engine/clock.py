"""The arithmetic of time: a moment is the number of lines that have run since the start.

No run is needed to tell which line of which iteration a moment stands behind, or where the same
line runs in another iteration.
"""

from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nnscope.program.model import Phase, Program


class Clock(Struct, frozen=True, eq=False, dict=True):
    """Counts moments for a program; a line is told by the variable that it makes."""

    program: Program

    @property
    def iterations(self) -> int:
        """The number of iterations."""
        return self.program.iterations

    @cached_property
    def _lines(self) -> int:
        """The number of lines of an iteration, 0 where not all have as many."""
        counts = {len(form.lines) for form in self.program.forms}
        return counts.pop() if len(counts) == 1 else 0

    @cached_property
    def _begins(self) -> NDArray[np.int64]:
        """The moment before each iteration, and the end; shape (iterations + 1,)."""
        counts = np.array([len(form.lines) for form in self.program.forms])
        numbers = self.program.order.within(0, self.iterations)
        return np.concatenate(([0], np.cumsum(counts[numbers])))

    @cached_property
    def length(self) -> int:
        """The last moment of the run."""
        return self.begin(self.iterations)

    def lines_of(self, iteration: int) -> int:
        """Count the lines of an iteration."""
        return self._lines or len(self.program.during(iteration).lines)

    def place(self, time: int) -> tuple[int, int]:
        """Split a moment into the iteration and the index of the line that ran last.

        At the start no line has run: iteration 0, index -1.
        """
        if self._lines:
            return divmod(time - 1, self._lines) if time else (0, -1)
        iteration = self.iteration(time)
        return iteration, time - 1 - self.begin(iteration)

    def iteration(self, time: int) -> int:
        """Give the iteration of the line that ran last; 0 at the start."""
        if self._lines:
            return max(time - 1, 0) // self._lines
        return int(np.searchsorted(self._begins, max(time - 1, 0), "right")) - 1

    def index(self, time: int) -> int:
        """Give the index of the line that ran last; -1 at the start."""
        return self.place(time)[1]

    def begin(self, iteration: int) -> int:
        """Give the moment before the first line of an iteration; that behind the last is one."""
        return iteration * self._lines if self._lines else int(self._begins[iteration])

    def end(self, iteration: int) -> int:
        """Give the moment behind the last line of an iteration."""
        return self.begin(iteration + 1)

    def moment_of(self, index: int, iteration: int) -> int:
        """Give the moment right behind a line of an iteration."""
        return self.begin(iteration) + index + 1

    def inside(self, time: int) -> int:
        """Give the nearest moment of the run."""
        return min(max(time, 0), self.length)

    # the same line again

    def passes(self, line: str, time: int) -> int:
        """Count how often a line has run up to a moment."""
        iteration, index = self.place(max(time, 0))
        here = self.program.during(iteration).line_of.get(line, index + 1) <= index
        return self._before(line, iteration) + here

    def later(self, line: str, time: int, count: int) -> int:
        """Give the moment after `time` at which a line has run `count` times more.

        It lies behind the end of the run where the line does not run so often any more.
        """
        return self._moment_of_pass(line, self.passes(line, time) + count - 1)

    def earlier(self, line: str, time: int, count: int) -> int:
        """Give the moment before `time` at which a line ran `count` times ago; 0 for the start."""
        number = self.passes(line, time - 1) - count
        return self._moment_of_pass(line, number) if number >= 0 else 0

    def runs(self, line: str, iteration: int) -> bool:
        """Tell whether an iteration has a line."""
        return line in self.program.during(iteration).line_of

    def _moment_of_pass(self, line: str, number: int) -> int:
        """Give the moment behind a line that has run so often before; behind the run if never."""
        if not self.program.others:
            return self.moment_of(self.program.line_of[line], number)
        counts = self._counted(line)
        iteration = int(np.searchsorted(counts, number, "right")) - 1
        if iteration >= self.iterations:
            return self.length + 1
        return self.moment_of(self.program.during(iteration).line_of[line], iteration)

    def _before(self, line: str, iteration: int) -> int:
        """Count the iterations before one that have a line."""
        return int(self._counted(line)[iteration]) if self.program.others else iteration

    @cached_property
    def _counted(self) -> Callable[[str], NDArray[np.int64]]:
        return lru_cache(maxsize=4)(self._count)

    def _count(self, line: str) -> NDArray[np.int64]:
        """Count for each iteration, and the end, those before it that have a line."""
        has = np.array([line in form.line_of for form in self.program.forms])
        numbers = self.program.order.within(0, self.iterations)
        return np.concatenate(([0], np.cumsum(has[numbers])))

    def iterations_later(self, time: int, count: int) -> int:
        """Give the same line some iterations later, or earlier for a negative count."""
        iteration, index = self.place(time)
        if iteration + count < 0 or (not time and not count):
            return 0
        if not time:
            return self.begin(min(count, self.iterations))
        there = min(iteration + count, self.iterations - 1)
        return self.moment_of(self.same_line(iteration, index, there), there)

    def same_line_at(self, time: int, iteration: int) -> int:
        """Give the moment of this line in another iteration; at the start, of the first line."""
        iteration = min(max(iteration, 0), self.iterations - 1)
        here, index = self.place(time)
        return self.moment_of(self.same_line(here, max(index, 0), iteration), iteration)

    def same_line(self, iteration: int, index: int, there: int) -> int:
        """Find a line of an iteration in another, by its index; a line that it lacks, the nearest.

        That is the line before it that both have, or the first.
        """
        now, then = self.program.during(iteration), self.program.during(there)
        if now is then or index < 0:
            return index
        known = (then.line_of[line.target] for line in reversed(now.lines[: index + 1])
                 if line.target in then.line_of)  # fmt: skip
        return next(known, 0)

    # phases

    def end_of_phase(self, time: int) -> int:
        """Give the moment at which this phase has run, or the next one where it has already."""
        time += 1
        while time < self.length and self._phase(time) is self._phase(time + 1):
            time += 1
        return min(time, self.length)

    def start_of_phase(self, time: int) -> int:
        """Give the moment after the first line of this phase; from there, of the one before."""
        time -= 1
        while time > 1 and self._phase(time) is self._phase(time - 1):
            time -= 1
        return max(time, 0)

    def _phase(self, time: int) -> Phase:
        iteration, index = self.place(time)
        return self.program.during(iteration).lines[index].phase


@lru_cache(maxsize=16)
def program_clock(program: Program) -> Clock:
    """Give the clock of a program."""
    return Clock(program)
