"""Keys for stops, marks, and walks along the dataflow; `Stopping` does the work."""

from nnscope.insight.explain.origin import origin
from nnscope.insight.explain.reads import first_reads, read_cell
from nnscope.tui.cell_keys import CellKeys
from nnscope.tui.view import Selection


class StopKeys(CellKeys):
    """Turns keys into stops and places."""

    def action_breakpoint(self) -> None:
        """Put a breakpoint on the current line, or take it away."""
        self.stopping.toggle_line()
        self.show_view()

    def action_ask_stop(self) -> None:
        """Ask for a condition to stop on."""
        self.stopping.ask()

    def action_continue(self, step: int) -> None:
        """Go to the next stop, or back to the last one."""
        if self.stopping.stops:
            self.stopping.search(forwards=step > 0)
        else:
            self.notify("There are no stops: b sets one on this line, B asks for a condition.")

    def action_switch_stop(self) -> None:
        """Switch the chosen stop on or off."""
        self.stopping.switch()
        self.show_view()

    def action_delete_stop(self) -> None:
        """Remove the chosen stop, or in the time pane the chosen curve."""
        if self._is_active("time"):
            self.watching.remove()
        else:
            self.stopping.delete()
            self.show_view()

    def action_origin(self) -> None:
        """Go to the cell that was selected, where a line made it; from a result, to one it reads.

        The first that a line has computed is taken, or else the first.
        """
        view, line = self.view, self.view.frame.line
        found = [read_cell(view.selected.expression, view.cell)]
        if line is not None and view.selected is view.operands[-1]:
            found = first_reads(line.expression, view.cell, view.frame.program.shapes) or found
        program, iteration, index = view.frame.program, view.frame.iteration, view.frame.index
        made = (each for each in found
                if origin(program, each[0], iteration, max(index, 0)).line is not None)  # fmt: skip
        name, cell = next(made, found[0])
        self.land_on(Selection(-1, *(0, 0, *cell)[-2:]))
        refusal = self.stopping.go_to_origin(name, cell)
        if refusal:
            self.land_on(None)
        self._say(refusal)

    def action_return(self) -> None:
        """Return to the place visited before."""
        self._say(self.stopping.go_back())

    def action_mark(self) -> None:
        """Mark this moment with a letter."""
        self.stopping.ask_mark(self.stopping.set_mark, "Mark this moment with the letter:")

    def action_to_mark(self) -> None:
        """Go to a moment that was marked."""
        known = ", ".join(sorted(self.stopping.places.marks)) or "none yet"
        question = f"Go to the mark ({known}):"
        self.stopping.ask_mark(lambda letter: self._say(self.stopping.go_to_mark(letter)), question)

    def action_here(self) -> None:
        """Come back from a walk along the dataflow, and to the current line's chain rule."""
        self.stopping.go_home()
        self.show_view(parameter="", factor=None)
