"""What is kept of a run, and how the rest is had again by replaying it."""

from collections.abc import Callable, Sequence
from math import prod

from nnscope.engine.clock import program_clock
from nnscope.engine.keep.checkpoints import Checkpoints
from nnscope.engine.keep.costs import Costs
from nnscope.engine.keep.recent import Recent
from nnscope.engine.run.choose import RunLoops
from nnscope.engine.run.flat_state import Flat, StateLayout
from nnscope.engine.run.forms import FormLoops
from nnscope.engine.run.loop import Keep, Notes, RunLoop, Test
from nnscope.engine.run.machine import Machine, Machines, Quiet, Recording, values_of
from nnscope.engine.run.samples import Samples
from nnscope.expression.errors import ExpressionError
from nnscope.expression.evaluate import REFUSALS, Value, evaluate, plainly
from nnscope.expression.shapes import sizes
from nnscope.expression.source import source
from nnscope.expression.syntax import Expression
from nnscope.program.model import Program

KeepGoing = Callable[[int], bool]
"""Asked during long work with the iteration that was reached; False interrupts the work."""

RING = 8
"""So many of the last iterations of a run keep their start, for stepping back from its end."""

LOOKED_AT = 6
"""So many recordings are kept at most: more would only give Python's collector work."""

OBJECT = 250
"""The bytes that Python adds to an array that is kept by itself, with its place in a dictionary."""


def always(_iteration: int) -> bool:
    """Never interrupt."""
    return True


class Interrupted(Exception):  # noqa: N818  it is what the user asked for, not an error
    """Long work was interrupted; what had been reached is kept."""


class History:
    """The start of any iteration, and the recording of any iteration, within a cap of bytes.

    The costs and samples of the whole run come first. Of what is left of the cap, three quarters
    are for checkpoints, an eighth for the starts of recent iterations, an eighth for their
    recordings. The few that the present moment needs are kept whatever the cap is, as costs are.
    `first_bad` is the moment at which a search met the first nan or inf. `quick` is the number of
    iterations that run in some milliseconds at most; long work asks that often whether to go on.
    """

    def __init__(self, program: Program, cap: int, sampled: Sequence[Expression] = ()) -> None:
        self.program = program
        self.costs = Costs(program.iterations)
        self.machine = Machines(program) if program.others else Machine(program)
        self.quiet = Quiet()
        self._varies = bool(program.others)
        self._cost_indices = [form.line_of[form.cost] if form.cost else -1
                              for form in program.forms]  # fmt: skip
        self.reached = 0
        self.first_bad: int | None = None
        self.layout = StateLayout(program)
        first = self.layout.pack(program.start)
        is_small = first.nbytes < 2**15  # to copy a larger one, or to sum it up, takes a while
        stride = 1 if is_small else 32
        self.samples = Samples(sampled, 256 if is_small else 16)
        kind = FormLoops if program.others else RunLoops
        self.loops = kind(program, self._example, self.samples)
        room = self._room(cap)
        self._checkpoints = Checkpoints(first, room * 3 // 4, program.iterations, stride)
        self._starts = Recent[Flat](first.nbytes + OBJECT, room // 8, 2, 8 * RING)
        cells, each = max(map(_size, program.forms))
        self._recordings = Recent[Recording](each, room // 8, 3, LOOKED_AT)
        self.quick = max(1, min(256, 1_000_000 // max(1, cells)))
        self.cap = cap

    @property
    def bytes(self) -> int:
        """The memory that is held: checkpoints, starts, recordings, costs and samples."""
        kept = self._checkpoints.bytes + self._starts.bytes + self._recordings.bytes
        return kept + self.costs.bytes + self.samples.bytes

    @property
    def stride(self) -> int:
        """How many iterations lie between two checkpoints."""
        return self._checkpoints.stride

    def cost_index(self, iteration: int) -> int:
        """Give the index of the line that computes the cost of an iteration; -1 without one."""
        number = self.program.order.at(iteration) if self._varies else 0
        return self._cost_indices[number]

    def bad_iteration(self) -> int | None:
        """Give the iteration that made the first nan or inf; where only costs tell, theirs."""
        if self.first_bad is None:
            return self.costs.first_bad()
        return program_clock(self.program).iteration(self.first_bad)

    def resize(self, cap: int) -> None:
        """Set the cap in bytes."""
        room = self._room(cap)
        self._checkpoints.resize(room * 3 // 4)
        self._starts.resize(room // 8)
        self._recordings.resize(room // 8)
        self.cap = cap

    @property
    def least(self) -> int:
        """The bytes that costs and samples take at the end of the run, whatever the cap is."""
        iterations = self.program.iterations
        return self.costs.bytes_of(iterations) + self.samples.bytes_of(iterations)

    def _room(self, cap: int) -> int:
        """Give the bytes of a cap that are left for states."""
        return max(0, cap - self.least)

    def opened(self, iteration: int, keep_going: KeepGoing = always) -> Recording:
        """Have the recording of an iteration, perhaps with no line run yet.

        Raises `Interrupted` when `keep_going` says so, and `ExpressionError` for a line on the way
        that can't be computed.
        """
        recording = self._recordings.get(iteration)
        if recording is not None:
            return recording
        before = self._recordings.get(iteration - 1)
        if before is not None and self._is_complete(before):
            return self.following(before)
        return self._opened(iteration, self.layout.frozen(self.start(iteration, keep_going)))

    def following(self, before: Recording) -> Recording:
        """Have the recording of the iteration after one that is complete."""
        iteration = before.iteration + 1
        recording = self._recordings.get(iteration)
        if recording is not None:
            return recording
        self.note_cost(before)  # who ran it may have left before its cost was told
        start = self.machine.end_state(before)
        if iteration % 16 == 0 and iteration % self.stride == 0:  # packing takes a while
            self._checkpoints.offer(iteration, self.layout.pack(start))
        return self._opened(iteration, start)

    def _opened(self, iteration: int, start: dict[str, Value]) -> Recording:
        start |= self.program.fed(iteration)
        recording = Recording(iteration, start)
        self._recordings.put(iteration, recording)
        self.reached = max(self.reached, iteration)
        return recording

    def recorded(self, iteration: int, keep_going: KeepGoing = always) -> Recording:
        """Have the recording of an iteration with every line run; raises as `opened` does."""
        recording = self.opened(iteration, keep_going)
        if not self._is_complete(recording):
            self.quiet.run(self.machine.complete, recording)
        self.note_cost(recording)  # it may have been completed with its cost not told yet
        return recording

    def note_cost(self, recording: Recording) -> None:
        """Write down the cost of an iteration whose loss has been computed.

        One that has none is given that of the iteration before.
        """
        iteration = recording.iteration
        index = self.cost_index(iteration)
        if index >= 0:
            self.costs.put(iteration, float(recording.values[index]))
        elif self.program.cost and iteration:
            self.costs.put(iteration, float(self.costs.known()[iteration - 1]))

    def replays(self, iteration: int) -> int:
        """Count the iterations that have to be run before this one can be opened."""
        return iteration - self._nearest(iteration)[0]

    def start(self, iteration: int, keep_going: KeepGoing = always) -> Flat:
        """Have what an iteration starts from, running from the nearest state that is kept.

        It has the shape (cells of all parameters,). Raises as `opened` does.
        """
        at, state = self._nearest(iteration)
        if at < iteration:
            keep, loop = self._keeper(at, iteration), self.loops.choose(at, iteration)
            while at < iteration:
                if not keep_going(at):
                    raise Interrupted
                upto = min(iteration, at + self.quick)
                at, _, state = self._run(loop, at, upto, state, keep, Notes())
            state = state.copy()
            self._starts.put(iteration, state)
        return state

    def search_run(
        self, first: int, last: int, state: Flat, tests: tuple[Test, ...], notes: Notes
    ) -> tuple[int, int, Flat]:
        """Run iterations fast, with tests on the way; checkpoints are kept as ever.

        See `RunLoop` for what it takes and gives. Raises `ExpressionError` for a line, or a test,
        that can't be computed.
        """

        def keep(iteration: int, flat: Flat) -> int:
            self._checkpoints.offer(iteration, flat)
            return self._checkpoints.next_due(iteration)

        loop = self.loops.choose(first, last, tests)
        return self._run(loop, first, last, state, keep, notes, tests)

    def kept_before(self, iteration: int) -> tuple[int, Flat]:
        """Find the nearest state before an iteration, for a search that goes back over it."""
        return self._checkpoints.nearest(max(0, iteration - self.quick * 8))

    def _run(
        self,
        loop: RunLoop,
        first: int,
        last: int,
        state: Flat,
        keep: Keep,
        notes: Notes,
        tests: Sequence[Test] = (),
    ) -> tuple[int, int, Flat]:
        costs, keep = self.costs.room(last), self._checkpoints.keep_all(last) or keep
        due = max(1, first)  # the start is kept anyway
        try:
            reached, hit, state = self.quiet.run(loop, first, last, state, costs, due, keep, notes)
        except REFUSALS as error:  # the states that were kept on the way have their costs too
            raise self._failed(first, last, error, tests) from None
        if self.program.cost:
            self.costs.reached(reached)
        self.reached = max(self.reached, reached)
        return reached, hit, state

    def _failed(
        self, first: int, last: int, refusal: Exception, tests: Sequence[Test]
    ) -> ExpressionError:
        """Find the line or the test that run mode could not compute, by going by lines."""
        for iteration in range(first, last):
            try:
                values = values_of(self.program, self.recorded(iteration))
            except ExpressionError as error:
                return error
            for test in tests:
                try:
                    evaluate(test.expression, values)
                except REFUSALS as error:
                    told = f"`{source(test.expression)}` can't be computed in iteration {iteration}"
                    return ExpressionError(f"{told}: {plainly(error)}")
        return ExpressionError(plainly(refusal))

    def _keeper(self, first: int, target: int) -> Callable[[int, Flat], int]:
        """Decide which states are kept on the way: checkpoints, and recent ones for going back.

        The last iterations before the target are all kept. Where iterations are replayed, one in
        every `spacing` is kept too, so that stepping back replays each gap only twice.
        """
        is_old = target <= self.reached and target - first > RING
        spacing = max(RING, -(-(target - first) // max(1, self._starts.room - RING)))
        spacing = spacing if is_old else target
        checkpoints, starts, tail = self._checkpoints, self._starts, target - RING

        def keep(iteration: int, state: Flat) -> int:
            checkpoints.offer(iteration, state)
            if iteration >= tail or (iteration - first) % spacing == 0 < iteration - first:
                starts.put(iteration, state.copy())
            if iteration >= tail:
                return iteration + 1
            spaced = iteration + spacing - (iteration - first) % spacing
            return min(checkpoints.next_due(iteration), spaced, max(tail, iteration + 1))

        return keep

    def _nearest(self, iteration: int) -> tuple[int, Flat]:
        """Find the last iteration, not after this one, whose start is at hand."""
        at, state = self._checkpoints.nearest(iteration)
        if at == iteration:
            return at, state
        recent = self._starts.nearest(iteration)
        if recent > at:
            at, state = recent, self._starts.get(recent)  # type: ignore[assignment]
        number = self._recordings.nearest(iteration)
        recording = self._recordings.get(number) if number > at else None
        return (number, self.layout.pack(recording.start)) if recording else (at, state)

    def _is_complete(self, recording: Recording) -> bool:
        form = self.program.during(recording.iteration) if self._varies else self.program
        return len(recording.values) == len(form.lines)

    def _example(self, form: int = 0) -> Recording:
        """Give an iteration of a form in step mode, as an example of every value's layout.

        It is the first that has the form, from what the run starts from.
        """
        start = self.layout.frozen(self._checkpoints.nearest(0)[1])
        iteration = self.program.order.first(form)
        example = Recording(iteration, {**start, **self.program.fed(iteration)})
        self.quiet.run(self.machine.complete, example)
        self.quiet.run(self.machine.lower, example)  # what runs for long is stepped through next
        return example


def _size(form: Program) -> tuple[int, int]:
    """Give the cells and the bytes that a recording of an iteration takes."""
    fed = form.feed.names if form.feed else ()
    held = [*(line.target for line in form.lines), *form.carried, *fed]
    cells = sum(prod(sizes(form.shapes[name])) for name in held)
    return cells, 8 * cells + OBJECT * len(held)
