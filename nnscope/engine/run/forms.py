"""Running a program whose iterations have several forms: each by a loop of its own."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from nnscope.engine.run.choose import WORTH, RunLoops
from nnscope.engine.run.flat_state import Flat, StateLayout
from nnscope.engine.run.loop import Keep, Notes, RunLoop, Test
from nnscope.engine.run.machine import Recording
from nnscope.engine.run.samples import Samples
from nnscope.program.model import Program

if TYPE_CHECKING:
    from nnscope.engine.run.buffered import Buffered


class FormLoops:
    """Makes the loops of all forms of a program, and puts them together; see `RunLoops`.

    All forms have one layout of the state. `example` gives a recording of a form by its number.
    """

    def __init__(
        self, program: Program, example: Callable[[int], Recording], samples: Samples
    ) -> None:
        self._program = program
        layout = StateLayout(program)
        self._loops = [RunLoops(form, partial(example, number), samples, layout)
                       for number, form in enumerate(program.forms)]  # fmt: skip

    def choose(self, first: int, last: int, tests: tuple[Test, ...] = ()) -> RunLoop:
        """Give the loop for a run."""
        counts = np.bincount(self._program.order.within(first, last))
        chosen = {int(form): self._loops[form].loop_for(WORTH if tests else counts[form], tests)
                  for form in np.flatnonzero(counts)}  # fmt: skip
        return chosen[0] if [*chosen] == [0] else _Together(self._program, chosen)

    def close(self) -> None:
        """Let all loops go, and their buffers: nothing runs any more."""
        for loops in self._loops:
            loops.close()

    def buffered(self, tests: tuple[Test, ...] = ()) -> "Buffered | None":
        """Write the fast loop of the first form; None where that can't be done."""
        return self._loops[0].buffered(tests)


class _Together:
    """Runs each stretch of iterations by the loop of its form; see `RunLoop`."""

    def __init__(self, program: Program, loops: dict[int, RunLoop]) -> None:
        self._order, self._loops = program.order, loops
        self._without_cost = {number for number, form in enumerate(program.forms)
                              if program.cost and not form.cost}  # fmt: skip

    def __call__(
        self, first: int, last: int, state: Flat, costs: Flat, due: int, keep: Keep, notes: Notes
    ) -> tuple[int, int, Flat]:
        """Run."""

        def keeping(iteration: int, flat: Flat) -> int:
            nonlocal due
            due = keep(iteration, flat)
            return due

        hit, at = -1, first
        while at < last and hit < 0:
            form, end = self._order.at(at), self._order.end_of_stretch(at, last)
            begin = at
            at, hit, state = self._loops[form](at, end, state, costs, due, keeping, notes)
            if form in self._without_cost and begin:
                costs[begin:at] = costs[begin - 1]
        return at, hit, state
