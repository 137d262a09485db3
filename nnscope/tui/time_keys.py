"""Keys that move through time: lines, iterations, runs, and the axis of the plots."""

from nnscope.tui.memory import ask_memory
from nnscope.tui.panes.program import ProgramPane
from nnscope.tui.panes.time import TimePane
from nnscope.tui.prompt import Prompt
from nnscope.tui.stage import Stage


class TimeKeys(Stage):
    """Turns keys into moments."""

    def action_line(self, step: int) -> None:
        """Step one line."""
        length = self.session.timeline.length
        self.to(lambda time: min(max(time + step, 0), length))

    def action_iteration(self, step: int) -> None:
        """Go to the same line some iterations later or earlier."""
        self.to(lambda time: self.session.timeline.clock.iterations_later(time, step))

    def action_rewind(self) -> None:
        """Go back to the start."""
        self.to(lambda _time: 0)

    def action_end(self) -> None:
        """Go to the end of the run."""
        self.to(lambda _time: self.session.timeline.length)

    def action_run(self) -> None:
        """Run to the end, or pause."""
        if self.session.busy and not self.watching.is_computing:
            self.session.interrupt()
        elif not self._at_end():
            self.stopping.run()

    def action_go_to(self) -> None:
        """Ask for an iteration and go there."""
        program = self.session.timeline.program
        last = program.iterations - 1

        def wrong(answer: str) -> str:
            valid = answer.strip().isdecimal() and int(answer) <= last
            return "" if valid else f"Write a whole number from 0 to {last}."

        def go(answer: str | None) -> None:
            if answer is not None:
                self.to(lambda time: self.session.timeline.clock.same_line_at(time, int(answer)))

        self.app.push_screen(Prompt(f"Go to iteration (0 to {last}):", wrong), go)

    def on_program_pane_line_chosen(self, message: ProgramPane.LineChosen) -> None:
        """Go to the line that was clicked, in this iteration."""
        self._to_line(message.index)

    def _to_line(self, index: int) -> None:
        clock = self.session.timeline.clock
        self.to(lambda time: clock.moment_of(index, clock.iteration(time)))

    def _along(self, curves: int, columns: int) -> None:
        """Choose another curve, or go along the axis."""
        if curves:
            self.watching.choose(curves)
            self.show_view()
        else:
            self.action_scrub(columns)

    def action_scrub(self, columns: int) -> None:
        """Go some columns of the plot further in time, or back."""
        self.watching.scrub(self.query_one(TimePane).axis, columns)

    def on_time_pane_iteration_chosen(self, message: TimePane.IterationChosen) -> None:
        """Go to the iteration that was pointed at."""
        self.watching.go_to(message.iteration)

    def action_follow(self) -> None:
        """Ask for a number to follow through time."""
        self.watching.ask()

    def action_memory(self) -> None:
        """Ask how much the history may hold."""
        ask_memory(self)
