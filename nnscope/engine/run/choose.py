"""Which run loop runs: the fast one where it can be made and pays, else the plain one."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nnscope.engine.run.flat_state import StateLayout
from nnscope.engine.run.listed import plain_loop
from nnscope.engine.run.loop import Notes, RunLoop, Test
from nnscope.engine.run.lowerable import is_lowerable
from nnscope.engine.run.machine import Recording, same_bits, values_of
from nnscope.engine.run.samples import Samples
from nnscope.program.model import Program

if TYPE_CHECKING:
    from nnscope.engine.run.buffered import Buffered

WORTH = 4
"""A run of fewer iterations than this does without the fast loop, which takes some milliseconds."""

_MOST = 2  # loops with tests that are kept beside the one that runs


class RunLoops:
    """Makes the loops of a program when they are first needed.

    `example` gives a complete recording of the first iteration. The fast loop is used only after it
    has given the same bits as step mode on that. All loops write the same samples.
    """

    def __init__(
        self,
        program: Program,
        example: Callable[[], Recording],
        samples: Samples,
        layout: StateLayout | None = None,
    ) -> None:
        self._program = program
        self._layout = layout or StateLayout(program)
        self._samples = samples
        self._example = example
        self._plain: dict[Sequence[Test], RunLoop] = {}
        self._fast: dict[Sequence[Test], RunLoop | None] = {}
        self._last: tuple[Sequence[Test], RunLoop] | None = None  # what was chosen last, for good

    def choose(self, first: int, last: int, tests: tuple[Test, ...] = ()) -> RunLoop:
        """Give the loop for a run; one with tests is worth a fast loop, however short it is."""
        return self.loop_for(WORTH if tests else last - first, tests)

    def loop_for(self, count: int, tests: tuple[Test, ...] = ()) -> RunLoop:
        """Give the loop for a run of so many iterations."""
        if self._last is not None and self._last[0] is tests:  # to compare them takes a while
            return self._last[1]
        self._forget_all_but(tests)
        fast = self._fast.get(tests)
        if fast is None and tests not in self._fast and count >= WORTH:
            buffered = self.buffered(tests)
            fast = self._fast[tests] = buffered.loop() if buffered else None
        loop = fast or self._plain_loop(tests)
        self._last = (tests, loop) if tests in self._fast else None
        return loop

    def _forget_all_but(self, tests: tuple[Test, ...]) -> None:
        """Let the oldest loops go: each holds buffers as large as all values of an iteration."""
        for loops in (self._fast, self._plain):
            for old in [each for each in loops if each and each != tests][:-_MOST]:
                _empty(loops.pop(old))

    def close(self) -> None:
        """Let all loops go, and their buffers: nothing runs any more."""
        self._last = None
        for loops in (self._fast, self._plain):
            while loops:
                _empty(loops.popitem()[1])

    def _plain_loop(self, tests: tuple[Test, ...]) -> RunLoop:
        if tests not in self._plain:
            self._plain[tests] = plain_loop(self._program, tests, self._samples, self._layout)
        return self._plain[tests]

    def buffered(self, tests: tuple[Test, ...] = ()) -> "Buffered | None":
        """Write the fast loop; None where that can't be done, or gives other bits."""
        if not is_lowerable(self._program):
            return None
        before = len(self._samples.known())
        try:
            with np.errstate(all="ignore"):
                return self._written(tests)
        except Exception:
            return None
        finally:
            self._samples.forget(before)  # the trial is no run

    def _written(self, tests: tuple[Test, ...]) -> "Buffered | None":
        from nnscope.engine.run.buffered import Buffered  # noqa: PLC0415  nothing runs at the start

        program, example = self._program, self._example()
        layout = self._layout
        values = values_of(program, example)
        fast = Buffered(program, values, tests, self._samples, layout)
        loop = fast.loop()
        costs = np.full(1, np.nan)
        start = layout.pack(example.start)
        trial = Notes(collect=True)  # tests that hold do not end it
        state = loop(0, 1, start, costs, 1, lambda at, _state: at + 1, trial)[2]
        found = values[program.cost] if program.cost else np.nan
        cost = np.asarray(found, dtype=np.float64).reshape(1)
        same = same_bits(state, layout.pack_ends(program, values)) and same_bits(costs, cost)
        return fast if same else None


def _empty(loop: RunLoop | None) -> None:
    """Let go what a loop holds: a function and its names hold each other until Python looks."""
    getattr(loop, "__globals__", {}).clear()
