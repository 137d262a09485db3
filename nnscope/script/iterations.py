"""Finding the training loop while a script runs, and recording its passes as iterations."""

from collections.abc import Container
from typing import Any

from nnscope.script.carried import TOO_OLD, Carried
from nnscope.script.errors import AnewError, LostError
from nnscope.script.instrument import Site
from nnscope.script.record import Recorded
from nnscope.script.recording import MOST_OPERATIONS, Recording
from nnscope.script.reduce import updates
from nnscope.script.steps import Variant
from nnscope.script.tape import Known, Pass
from nnscope.script.trace import Trace

_MOST_REFUSED = 8


class Iterations:
    """Takes the passes of all loops as they end, and keeps those of the training loop.

    `loop` is the place of that loop, None until it is found: the innermost one in which, from one
    pass to the next, an array is made by adding to what it was. It may be run several times, each
    time with new parameters: `run` says which of these is recorded, from 1.
    """

    def __init__(
        self, sites: list[Site], known: Known, row: int | None = None, run: int = 1
    ) -> None:
        self._sites, self._known, self._row = sites, known, row
        self._run, self._wanted = 1, run
        self._again: int | None = None  # the loop of which a later run is waited for
        self.loop: int | None = None
        self._last: dict[int, Pass] = {}
        self._passes: dict[int, int] = {}  # how many of each loop have ended
        self._record: Recording | None = None
        self.problem: LostError | None = None
        self._refused: list[tuple[int, LostError]] = []  # loops whose first passes can't be shown

    @property
    def is_found(self) -> bool:
        """Whether the training loop was found."""
        return self.loop is not None

    @property
    def is_awaited(self) -> bool:
        """Whether a later run than this is wanted."""
        return self._run < self._wanted

    @property
    def is_shown(self) -> bool:
        """Whether it was, in the run that is wanted."""
        return self.is_found and self._run == self._wanted

    def ended(self, now: Pass, going_on: Container[int] = ()) -> None:
        """Look at a pass that is complete, or was broken off: it may have updated all by then.

        `going_on` are the loops around it.
        """
        if self.loop is None:
            if now.is_whole:
                self._consider(now)
        elif now.loop == self.loop and self._record is not None and self.problem is None:
            before = self._last[now.loop]
            try:
                self._record.add(before, now)
            except AnewError as error:
                self._begun_anew(now, error)
            except LostError as error:
                self.problem = error if now.is_whole else None
            else:
                _let_go(before, self._record.carried)
                self._last[now.loop] = now
        elif self.loop not in going_on and self._record is not None:
            self._let_go_around(now, self._record.carried)

    def _begun_anew(self, now: Pass, error: AnewError) -> None:
        """Record the training loop from here on, where this run or a later one is wanted."""
        assert self._record is not None
        if self._run == self._wanted:
            told = f"{error.why}; the {self._record.iterations} iterations before that are shown"
            told = f"{told}, and --run {self._run + 1} shows those that follow"
            self.problem = LostError(error.site, told)
            return
        self._run, self._again = self._run + 1, now.loop
        self._last, self._passes = {now.loop: now}, {now.loop: 1}
        self._record = self.loop = None

    def _let_go_around(self, outer: Pass, carried: Carried) -> None:
        """Let go what a pass around the training loop has read and made: its arrays would stay."""
        last = self._last[self.loop or 0]
        needed = {id(node) for node in (*last.nodes, *carried.held.values())}
        for node in outer.nodes:
            if id(node) not in needed:
                node.operands, node.result = (), None

    def followed(self, variant: Variant, values: list[Any], anew: set[int]) -> None:
        """Take a pass that did what one before it had done."""
        assert self._record is not None
        try:
            self._record.follow(variant, values, anew)
        except LostError as error:
            self.problem = error

    def resumed(self, before: Pass) -> None:
        """Take the pass before one that is recorded whole again."""
        assert self._record is not None
        self._last[before.loop] = before
        self._record.resume(before)

    def changed_in_place(self) -> None:
        """Learn that what the latest pass has made was changed, and is not known any more."""
        assert self._record is not None
        self._record.latest = None

    @property
    def trace(self) -> Trace | None:
        """What later passes can be followed along, as soon as there is any."""
        return self._record.trace if self._record is not None else None

    def _consider(self, now: Pass) -> None:
        before = self._last.get(now.loop)
        self._last[now.loop] = now
        self._passes[now.loop] = self._passes.get(now.loop, 0) + 1
        is_wanted = self._row is None or self._sites[now.loop].row == self._row
        is_wanted &= self._again in (None, now.loop)
        ends = updates(before, now) if before is not None and is_wanted else []
        if before is None or not ends:
            return
        try:
            self._record = Recording(self._sites, self._known, ends, before, now)
        except LostError as error:
            self._refused.append((now.loop, error))
            if len(self._refused) < _MOST_REFUSED and len(now.nodes) <= MOST_OPERATIONS:
                return  # the passes that follow may do the same each
            self.give_up()
        else:
            self.loop = now.loop

    def give_up(self) -> None:
        """Take the first loop that could not be shown for the training loop, if there was one.

        Or say that the run that is wanted has not come.
        """
        latest = self.loop if self.loop is not None else self._again
        if latest is not None and self._run < self._wanted:
            times = f"{self._run} times, each time with new" if self._run > 1 else "once, with its"
            told = f"is run {times} parameters: there is no run {self._wanted}"
            self.problem = LostError(latest, told)
        elif self.loop is None and self._refused:
            self.loop, self.problem = self._refused[0]

    @property
    def skipped(self) -> int:
        """How many passes of the training loop came before the first that is an iteration."""
        return self._passes[self.loop] - 2 if self.loop is not None and self._record else 0

    def recorded(self, error: str = "", is_last: bool = True) -> Recorded:
        """Give what was recorded so far; `error` says how the script ended, if not well.

        Only the last time is what its last iteration computed looked at: until then it may change.
        """
        if self._record is None or self._run < self._wanted:
            return Recorded(error=error)
        return self._record.recorded(error, is_last)


def _let_go(old: Pass, carried: Carried) -> None:
    """Let the operands of a pass go that no later one reads: they hold all passes before it.

    What is still carried can be read.
    """
    held = {id(node) for node in carried.held.values()}
    for node in old.nodes:
        node.operands = ()
        if id(node) not in held:
            node.result = None
            if node.depends:
                node.lost = TOO_OLD
