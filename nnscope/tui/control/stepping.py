"""Stepping: by lines, into a line, by phases and by iterations, in both directions."""

from nnscope.engine.clock import program_clock
from nnscope.program.loops import Loop, loops
from nnscope.tui.control.command import key
from nnscope.tui.control.inspect import Inspect
from nnscope.tui.control.predict import Predict
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.travel import Travel


class Stepping:
    """The keys of every debugger; lower case goes on, the capital back."""

    def __init__(self, stage: Stage, travel: Travel, inspect: Inspect, predict: Predict) -> None:
        self._stage = stage
        self._travel = travel
        self._inspect = inspect
        self._predict = predict

    @key("line.next", "n", "next", "run the next line", 1, show=True, onwards=True)
    @key("line.back", "N", "back", "undo the last line", -1, show=True)
    def line(self, step: int) -> None:
        """Step one line; its result may have to be predicted first."""
        if step > 0 and self._predict.is_on:
            self._predict.next_line()
            return
        length = self._stage.worker.timeline.length
        self._travel.to(lambda time: min(max(time + step, 0), length))

    @key(
        "into.next",
        "s",
        "into",
        "step into the line: compute it cell by cell",
        1,
        show=True,
        waits=True,
    )
    @key("into.back", "S", "into back", "take the last step inside the line back", -1, waits=True)
    def into(self, step: int) -> None:
        """Go one step on, or back, inside the line; past its ends into the next line."""
        inside, frame = self._inspect.inside, self._stage.view.frame
        if inside is None and frame.line is not None:
            self._inspect.enter(self._inspect.first_step() if step > 0 else -1)
            self._stage.refresh_view()
        elif inside is not None and 0 <= inside.number + step < inside.count:
            self._inspect.enter(inside.number + step)
            self._stage.refresh_view()
        elif step > 0 and self._predict.is_on:
            self._predict.next_line(lambda: self._inspect.enter(0))
        elif 0 <= frame.time + step <= self._stage.worker.timeline.length:
            first_or_last = 0 if step > 0 else -1
            self._travel.to(
                lambda time: time + step, arrived=lambda: self._inspect.enter(first_or_last)
            )
        else:
            self._inspect.leave()

    @key(
        "phase.end",
        "f",
        "phase",
        "run to the end of the phase; inside a line: to the end of it",
        1,
        show=True,
        onwards=True,
    )
    @key("phase.start", "F", "phase back", "go back to the start of the phase", -1)
    def phase(self, step: int) -> None:
        """Go to the end of the phase, or to its start; from inside a line to its end."""
        if self._inspect.inside is not None and step > 0:
            self._inspect.leave()
            return
        clock = program_clock(self._stage.worker.program)
        self._travel.to(clock.end_of_phase if step > 0 else clock.start_of_phase)

    @key(
        "pass.next",
        "u",
        "next pass",
        "the same line in the next pass of a loop over examples; in the last: past the loop",
        1,
    )
    @key(
        "pass.back",
        "U",
        "pass back",
        "the same line in the pass before; in the first: before the loop",
        -1,
    )
    def pass_(self, step: int) -> None:
        """Go to the same line of another pass of the loop around the current line."""
        loop, index = self._loop(), self._stage.view.frame.index
        if loop is None:
            return
        again = loop.again(index, step)
        if again is not None:
            self._travel.to_line(again)
        else:
            self._leave(loop, step)

    @key("pass.end", "d", "end loop", "run to the end of the loop over examples, and one line on")
    def past(self) -> None:
        """Go past the loop around the current line."""
        loop = self._loop()
        if loop is not None:
            self._leave(loop, 1)

    def _loop(self) -> Loop | None:
        """Give the innermost loop over examples that the current line is in; tell where none is."""
        frame = self._stage.view.frame
        passes = frame.line.passes if frame.line is not None else ()
        if not passes:
            self._stage.tell("The current line is in no loop over examples.")
            return None
        return loops(frame.program)[passes[-1].loop]

    def _leave(self, loop: Loop, step: int) -> None:
        """Go to the line behind a loop, or before it; a run ends behind its last line."""
        clock = program_clock(self._stage.worker.program)
        end = loop.last + 1 if step > 0 else loop.first - 1

        def moment(time: int) -> int:
            return clock.inside(clock.moment_of(end, clock.iteration(time)))

        self._travel.to(moment)

    @key("iteration.next", "i", "iteration", "the same line, one iteration later", 1, show=True)
    @key("iteration.back", "I", "iteration back", "the same line, one iteration earlier", -1)
    def iteration(self, step: int) -> None:
        """Go to the same line some iterations later or earlier."""
        clock = program_clock(self._stage.worker.program)
        self._travel.to(lambda time: clock.iterations_later(time, step))
