"""The arithmetic of time: a moment is the number of lines that have run since the start.

No run is needed to tell which line of which iteration a moment stands behind, or where the same
line runs in another iteration.
"""

from functools import lru_cache

from msgspec import Struct

from nnscope.program.model import Phase, Program


class Clock(Struct, frozen=True):
    """Counts moments for a program whose iterations have lines of these phases, in their order."""

    phases: tuple[Phase, ...]
    iterations: int

    @property
    def lines(self) -> int:
        """The number of lines of an iteration."""
        return len(self.phases)

    @property
    def length(self) -> int:
        """The last moment of the run."""
        return len(self.phases) * self.iterations

    def place(self, time: int) -> tuple[int, int]:
        """Split a moment into the iteration and the index of the line that ran last.

        At the start no line has run: iteration 0, index -1.
        """
        return divmod(time - 1, len(self.phases)) if time else (0, -1)

    def iteration(self, time: int) -> int:
        """Give the iteration of the line that ran last; 0 at the start."""
        return max(time - 1, 0) // len(self.phases)

    def index(self, time: int) -> int:
        """Give the index of the line that ran last; -1 at the start."""
        return self.place(time)[1]

    def begin(self, iteration: int) -> int:
        """Give the moment before the first line of an iteration."""
        return iteration * len(self.phases)

    def end(self, iteration: int) -> int:
        """Give the moment behind the last line of an iteration."""
        return (iteration + 1) * len(self.phases)

    def moment_of(self, index: int, iteration: int) -> int:
        """Give the moment right behind a line of an iteration."""
        return iteration * len(self.phases) + index + 1

    def inside(self, time: int) -> int:
        """Give the nearest moment of the run."""
        return min(max(time, 0), self.length)

    # the same line again

    def passes(self, index: int, time: int) -> int:
        """Count how often a line has run up to a moment."""
        return max(0, (time - 1 - index) // len(self.phases) + 1)

    def later(self, index: int, time: int, count: int) -> int:
        """Give the moment after `time` at which a line has run `count` times more."""
        return self.moment_of(index, self.passes(index, time) + count - 1)

    def earlier(self, index: int, time: int, count: int) -> int:
        """Give the moment before `time` at which a line ran `count` times ago; 0 for the start."""
        iteration = self.passes(index, time - 1) - count
        return self.moment_of(index, iteration) if iteration >= 0 else 0

    def iterations_later(self, time: int, count: int) -> int:
        """Give the same line some iterations later, or earlier for a negative count."""
        last = self.moment_of((time - 1) % len(self.phases), self.iterations - 1)
        return min(max(time + self.begin(count), 0), last)

    def same_line_at(self, time: int, iteration: int) -> int:
        """Give the moment of this line in another iteration; at the start, of the first line."""
        iteration = min(max(iteration, 0), self.iterations - 1)
        return self.moment_of(max(self.index(time), 0), iteration)

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
        return self.phases[self.index(time)]


@lru_cache(maxsize=16)
def program_clock(program: Program) -> Clock:
    """Give the clock of a program."""
    return Clock(tuple(line.phase for line in program.lines), program.iterations)
