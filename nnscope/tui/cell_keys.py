"""Keys that look closer: cells and matrices, the inside of a line, the chain rule's factors."""

from dataclasses import replace

from nnscope.insight.cellwise import CellWalk, walk_of
from nnscope.insight.chain import parameters
from nnscope.tui.panes.chain import ChainPane
from nnscope.tui.panes.matrices import MatricesPane
from nnscope.tui.time_keys import TimeKeys
from nnscope.tui.view import Selection


class CellKeys(TimeKeys):
    """Turns keys into selections."""

    def action_into(self, step: int) -> None:
        """Go one step on, or back, inside the line; past its ends into the next line."""
        inside, frame = self.view.inside, self.session.frame
        if self.session.busy:
            self._then = lambda: self.action_into(step)
            self.session.interrupt()
        elif inside is None and frame.line is not None:
            self._enter(self._first_step() if step > 0 else -1)
        elif inside is not None and 0 <= inside.number + step < inside.count:
            self._enter(inside.number + step)
        elif 0 <= frame.time + step <= self.session.timeline.length:
            self._then = lambda: self._enter(0 if step > 0 else -1)
            self.action_line(step)
        else:
            self.show_view(inside=None)

    def _first_step(self) -> int:
        """Give the step at which the selected cell of the result begins."""
        is_result = self.view.selected is self.view.operands[-1]
        return self._walk_of_line().first_of(self.view.cell) if is_result else 0

    def _walk_of_line(self) -> CellWalk:
        frame = self.session.frame
        if self._walk is None or self._walk[0] is not frame:
            self._walk = frame, walk_of(frame)
        return self._walk[1]

    def _enter(self, number: int) -> None:
        """Show the line at one of its steps; -1 is its last."""
        if self.session.frame.line is None:
            return
        walk = self._walk_of_line()
        step = walk.at(number % walk.count)
        if not self.query_one(MatricesPane).display:  # a narrow screen shows another pane
            self._activate("matrices")
        self.show_view(inside=step, selection=Selection(-1, *(0, 0, *step.cell)[-2:]))

    def action_phase(self, step: int) -> None:
        """Go to the end of the phase, or to its start; from inside a line to its end."""
        if self.view.inside is not None and step > 0:
            self.show_view(inside=None)
            return
        clock = self.session.timeline.clock
        self.to(clock.end_of_phase if step > 0 else clock.start_of_phase)

    def action_interrupt(self) -> None:
        """Interrupt long work, or leave a line that was stepped into."""
        if self.watching.is_computing:
            self.watching.give_up()
        busy = bool(self.session.busy)
        self.app.clear_notifications()
        self.session.interrupt()
        if self.view.inside is not None:
            self.show_view(inside=None)
        elif not busy:
            self.action_pane("matrices")

    def action_matrix(self, step: int) -> None:
        """Select the next or the previous matrix of the line."""
        self.show_view(selection=self.view.next_operand(step))

    def on_matrices_pane_cell_chosen(self, message: MatricesPane.CellChosen) -> None:
        """Select the cell that was clicked."""
        self._select(message.selection)

    def _select(self, selection: Selection) -> None:
        """Select a cell; inside a line, a cell of the result is gone to."""
        view = replace(self.view, selection=selection)
        if view.inside is None or view.selected is not view.operands[-1]:
            self.show_view(selection=selection)
        else:
            self._enter(self._walk_of_line().first_of(view.cell))

    def action_parameter(self, step: int) -> None:
        """Show the chain rule of the next or the previous parameter."""
        names, shown = parameters(self.session.timeline.program), self.view.differentiated
        if not names:
            self.notify("No line of this program is a gradient by a parameter.")
            return
        at = names.index(shown) + step if shown in names else min(step, 0)
        self.show_view(parameter=names[at % len(names)], factor=None)
        self.action_pane("chain")

    def on_chain_pane_factor_chosen(self, message: ChainPane.FactorChosen) -> None:
        """Choose the factor that was clicked."""
        self._activate("chain")
        self.show_view(factor=message.place)
