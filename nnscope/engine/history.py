"""What is kept of a run, and how the rest is had again by replaying it."""

from collections import OrderedDict
from collections.abc import Callable
from math import prod

import numpy as np

from nnscope.engine.checkpoints import Checkpoints
from nnscope.engine.costs import Costs
from nnscope.engine.fused import Fused
from nnscope.engine.machine import Machine, Recording
from nnscope.engine.model import State
from nnscope.expression.shapes import sizes
from nnscope.program.model import Program

KeepGoing = Callable[[int], bool]
"""Asked during long work with the iteration that was reached; False interrupts the work."""


def always(_iteration: int) -> bool:
    """Never interrupt."""
    return True


class Interrupted(Exception):  # noqa: N818  it is what the user asked for, not an error
    """Long work was interrupted; what had been reached is kept."""


class History:
    """The start of any iteration, and the recording of any iteration, within a cap of bytes.

    Three quarters of the cap are for checkpoints, one quarter for the recordings of the iterations
    that were looked at last. The two that the present moment needs are kept whatever the cap is.
    `quick` is the number of iterations that run in a millisecond or so; long work asks that often
    whether to go on.
    """

    def __init__(self, program: Program, cap: int) -> None:
        self.program = program
        self.machine = Machine(program)
        self.costs = Costs()
        self._fused = Fused(program)
        first = tuple(program.parameters[name] for name in program.carried)
        self._checkpoints = Checkpoints(first, cap * 3 // 4)
        self._recordings: OrderedDict[int, Recording] = OrderedDict()
        self._cap = cap
        cells = sum(prod(sizes(program.shapes[line.target])) for line in program.lines)
        self._recording_bytes = 8 * cells + 150 * len(program.lines)
        self.quick = max(1, min(64, 200_000 // max(1, cells)))

    @property
    def bytes(self) -> int:
        """The memory that is held: checkpoints, recordings and costs."""
        recordings = self._recording_bytes * len(self._recordings)
        return self._checkpoints.bytes + recordings + self.costs.bytes

    @property
    def stride(self) -> int:
        """How many iterations lie between two checkpoints."""
        return self._checkpoints.stride

    def resize(self, cap: int) -> None:
        """Set the cap in bytes."""
        self._cap = cap
        self._checkpoints.resize(cap * 3 // 4)
        self._evict()

    def opened(self, iteration: int, keep_going: KeepGoing = always) -> Recording:
        """Have the recording of an iteration, perhaps with no line run yet."""
        recording = self._recordings.get(iteration)
        if recording is None:
            recording = Recording(iteration, self._start(iteration, keep_going))
            self._recordings[iteration] = recording
        self._recordings.move_to_end(iteration)
        self._evict()
        return recording

    def recorded(self, iteration: int, keep_going: KeepGoing = always) -> Recording:
        """Have the recording of an iteration with every line run."""
        recording = self.opened(iteration, keep_going)
        if len(recording.values) < len(self.program.lines):
            self.machine.complete(recording)
            if self.program.cost:
                cost = recording.values[self.program.line_of[self.program.cost]]
                self.costs.put(iteration, float(cost))
        return recording

    def replays(self, iteration: int) -> int:
        """Count the iterations that have to be run before this one can be opened."""
        return iteration - self._nearest(iteration)[0]

    def is_recorded(self, iteration: int) -> bool:
        """Tell whether every line of an iteration is at hand."""
        recording = self._recordings.get(iteration)
        return recording is not None and len(recording.values) == len(self.program.lines)

    def _start(self, iteration: int, keep_going: KeepGoing) -> State:
        """Find what an iteration starts from, running from the nearest state that is kept."""
        at, state = self._nearest(iteration)
        while at < iteration:
            if not keep_going(at):
                raise Interrupted
            last = min(iteration, at + self.quick)
            state = self._run(at, last, state)
            at = last
        self._checkpoints.offer(at, state)
        return state

    def _run(self, first: int, last: int, state: State) -> State:
        """Run iterations fast, from `first` up to the start of `last`."""
        run, offer = self._fused.function, self._checkpoints.offer
        costs, has_cost = self.costs.room(last), bool(self.program.cost)
        with np.errstate(all="ignore"):
            for iteration in range(first, last):
                offer(iteration, state)
                cost, state = run(state)
                if has_cost:
                    costs[iteration] = cost
        self.costs.reached(last if has_cost else 0)
        return state

    def _nearest(self, iteration: int) -> tuple[int, State]:
        """Find the last iteration, not after this one, whose start is at hand."""
        best = self._checkpoints.nearest(iteration)
        for at in self._recordings:
            if best[0] < at <= iteration:
                best = at, self._recordings[at].start
            if best[0] < at + 1 <= iteration and self.is_recorded(at):
                best = at + 1, self.machine.end_state(self._recordings[at])
        return best

    def _evict(self) -> None:
        most = max(2, self._cap // 4 // self._recording_bytes)
        while len(self._recordings) > most:
            self._recordings.popitem(last=False)
