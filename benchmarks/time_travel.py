"""The second table: how long going back and forth takes, and how much memory it holds."""

import random
import time
from collections.abc import Callable, Sequence
from statistics import mean, median, quantiles

from benchmarks import memory
from benchmarks.workloads import program
from nnscope.engine.find.search import Search
from nnscope.engine.find.stops import Stop, condition
from nnscope.engine.timeline import Timeline

SEEKS = {"T": 1000, "S": 1000, "M": 200, "L": 50}
WALK = {"T": 2000, "S": 2000, "M": 1000, "L": 300}
"""How many random seeks, and how many iterations of a long walk backwards."""
REPLAY = {"T": 10_000, "S": 10_000, "M": 3_000, "L": 300}
"""How many iterations a search goes back over."""
Report = Callable[[str, str, str, bool | None], None]


def print_travel(names: str, iterations: int) -> None:
    """Measure every workload and print the table; a figure that is missed is marked."""
    print(f"\nTime travel over {iterations} iterations; CPU time, in iterations of run mode (it)")
    for name in names:
        Journey(name, iterations).print_all()
    print("\nMemory and bits")
    memory.print_memory(_report)


class Journey:
    """The measurements of one workload, on a timeline that stands at its end."""

    def __init__(self, name: str, iterations: int) -> None:
        self.name, self.iterations = name, iterations
        self.program = program(name)
        self.lines = len(self.program.lines)
        self.timeline = Timeline(self.program)
        self.end = iterations * self.lines
        # the loop is made, and NumPy warm, before the iteration is timed
        self.timeline.seek(8 * self.lines)
        self.iteration = self._timed(self.end) / (iterations - 8)

    def print_all(self) -> None:
        """Measure everything."""
        stride = self.timeline.history.stride
        print(f"\n{self.name}: {self.iterations} iterations, {1e6 * self.iteration:.1f} us each, "
              f"a checkpoint every {stride}")  # fmt: skip
        self._ring()
        self._walk()
        self._inside()
        self._seeks(stride)
        self._search_cost()
        self._search_other("np.max(np.abs(dW1)) > 1e9")
        self._search_other("W1[0, 0] > 1e9")

    def _timed(self, moment: int) -> float:
        started = time.process_time()
        self.timeline.seek(moment)
        return time.process_time() - started

    def _tell(self, what: str, must: str, found: str, met: bool | None = None) -> None:
        _report(what, must, found, met)

    def _seeks(self, stride: int) -> None:
        """Seek to random moments, at any line of any iteration."""
        chance = random.Random(1)
        moments = [chance.randrange(self.end) + 1 for _ in range(SEEKS[self.name])]
        times = [self._timed(moment) for moment in moments]
        last = quantiles(times, n=100, method="inclusive")[98]
        most = (1.25 * stride + 8) * self.iteration
        what = f"{len(moments)} random seeks:"
        self._tell(f"{what} median", "", self._both(median(times)))
        self._tell(f"{what} 99 of 100 within", self._both(most), self._both(last), last <= most)
        if self.name in "TS":
            found = f"{1e3 * last:.3f} ms"
            self._tell(f"{what} 99 of 100 within", "0.500 ms", found, last <= 0.0005)

    def _ring(self) -> None:
        """Run to some place, and step back over the border of two iterations a few times."""
        times = []
        for round_ in range(10):
            end = self.end - 50 * round_ * self.lines
            self.timeline.seek(end)
            for back in range(1, 6):
                self.timeline.seek(end - back * self.lines + 1)
                times.append(_cpu(self.timeline.back))
        self._tell_iterations("step back across an iteration, recent: mean", 2.5, mean(times))

    def _walk(self) -> None:
        """Walk back for long, an iteration at a step; then, over less, a line at a step."""
        self.timeline.seek(self.end)
        count = min(WALK[self.name], self.iterations - 1)
        times = [self._timed(self.timeline.time - self.lines) for _ in range(count)]
        self._tell_iterations(f"walk back {count} iterations: mean", 5, mean(times))
        self._tell_iterations("    the longest single step", 0, max(times))
        count = min(WALK[self.name] // 4, self.timeline.time // self.lines)
        spent = _cpu(lambda: self._repeat(self.timeline.back, count * self.lines))
        self._tell_iterations(
            f"walk back {count} iterations by lines: mean an iteration", 5, spent / count
        )

    def _inside(self) -> None:
        """Step through the lines of an iteration and back, without its first line."""
        forward, back, count = [], [], self.lines - 1
        for round_ in range(20):
            self.timeline.seek((self.iterations // 2 + 3 * round_) * self.lines + 1)
            forward.append(_cpu(lambda: self._repeat(self.timeline.step, count)) / count)
            back.append(_cpu(lambda: self._repeat(self.timeline.back, count)) / count)
        self._tell("step back inside an iteration: median", f"{1e6 * median(forward):.2f} us",
                   f"{1e6 * median(back):.2f} us", median(back) <= median(forward))  # fmt: skip

    def _repeat(self, step: Callable[[], object], count: int) -> None:
        for _ in range(count):
            step()

    def _search_cost(self) -> None:
        """Go back to where the cost was as high as at a random iteration; the rest is one seek.

        The moment was visited just before, so that its seek is short and the search shows.
        """
        self.timeline.seek(self.end)
        costs = self.timeline.history.costs.known()
        chance, searches = random.Random(2), []
        for _ in range(9):
            stop = condition(
                self.program, f"J >= {costs[chance.randrange(self.iterations)].item()!r}"
            )
            self.timeline.seek(self.end)
            found = self.timeline.search_backwards([stop]).time
            searches.append(self._spent_searching([stop], found))
        spent = median(searches)
        self._tell("reverse-continue on the cost: search, without its seek", "0.100 ms",
                   f"{1e3 * spent:.3f} ms", spent <= 0.0001)  # fmt: skip

    def _spent_searching(self, stops: Sequence[Stop], found: int) -> float:
        """Give the CPU time of a search, where what its seek needs is at hand."""
        self.timeline.seek(found)
        self.timeline.seek(self.end)
        return _cpu(lambda: Search(self.timeline.history, stops).backwards(self.end))

    def _search_other(self, text: str) -> None:
        """Go back over many iterations with a condition that never holds, to the start."""
        count = min(REPLAY[self.name], self.iterations)
        stop = condition(self.program, text)
        self.timeline.seek(8 * self.lines)
        self.timeline.search_backwards([stop])  # makes the loop with the condition in it
        self.timeline.seek(count * self.lines)
        spent = _cpu(lambda: self.timeline.search_backwards([stop])) / count
        what = f"reverse-continue, {text}: each of {count}"
        self._tell_iterations(what, 1.25, spent)

    def _tell_iterations(self, what: str, most: float, spent: float) -> None:
        met = spent <= most * self.iteration if most else None
        self._tell(what, f"{most:.2f} it" if most else "", self._both(spent), met)

    def _both(self, spent: float) -> str:
        return f"{spent / self.iteration:.2f} it = {1e3 * spent:.3f} ms"


def _cpu(task: Callable[[], object]) -> float:
    started = time.process_time()
    task()
    return time.process_time() - started


def _report(what: str, must: str, found: str, met: bool | None = None) -> None:
    mark = "" if met is None else "ok" if met else "MISS"
    print(f"  {what:64} {must and '<= ' + must:>24}  {found:28} {mark}", flush=True)
