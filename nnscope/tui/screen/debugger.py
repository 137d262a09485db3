"""The debugger: one screen for one program's run, with all its keys."""

from nnscope.expression.source import source
from nnscope.program.edit import edited
from nnscope.program.model import Program
from nnscope.scenario.errors import ScenarioError
from nnscope.tui.control.walks import StopKeys
from nnscope.tui.dialogs.prompt import Prompt
from nnscope.tui.pane import Pane
from nnscope.tui.panes.matrices import MatricesPane
from nnscope.tui.view import Checked


class DebuggerScreen(StopKeys):
    """Steps through one program; this last layer chooses panes and how they are written."""

    def __init__(self, program: Program, memory: int | None = None) -> None:
        super().__init__(program, memory)
        self._edits: list[Program] = []  # the program before each edit

    def action_cell(self, rows: int, columns: int) -> None:
        """Move the selected cell, or in the chain rule the chosen factor."""
        if rows and self._is_active("stops"):
            self.stopping.choose(rows)
            self.show_view()
            return
        if rows and self._is_active("chain"):
            last = max(len(self.view.chain) - 1, 0)
            self.show_view(factor=min(max(self.view.pointed + rows, 0), last))
            return
        if self._is_active("time"):
            self._along(rows, columns)
            return
        self._select(self.view.moved(rows, columns))

    def action_listing(self) -> None:
        """Show the source of the run loop."""
        from nnscope.tui.dialogs.run_loop import ListingScreen  # noqa: PLC0415  not at the start

        self.app.push_screen(ListingScreen(self.session.timeline.program))

    def action_factor_line(self) -> None:
        """Go to the line that multiplies the chosen factor in; from there to its forward line."""
        view = self.view
        if self._is_active("stops"):
            self.stopping.ask(edit=True)
            return
        if self.session.busy or not view.chain or not self._is_active("chain"):
            return
        at, factor = view.pointed, view.chain[view.pointed]
        here = view.frame.index == factor.backward
        if view.differentiated:
            self.show_view(parameter=view.differentiated)
            self._then = lambda: self.show_view(factor=at)
        self.stopping.places.leave(view.frame.time)
        self._to_line(factor.forward if here else factor.backward)

    def action_zoom(self) -> None:
        """Give the chosen pane the whole screen, or take it back."""
        if self.maximized:
            self.minimize()
        else:
            self.maximize(self.query_one(".-active"))
        self.call_after_refresh(self.show_view)

    def action_mathematics(self) -> None:
        """Write the lines as mathematics, or as NumPy."""
        self.show_view(mathematics=not self.view.mathematics)

    def action_check_line(self) -> None:
        """Check the gradient of the current line."""
        self._say(self.checking.line())

    def action_check_all(self) -> None:
        """Check every gradient and update of this iteration."""
        self._say(self.checking.everything())

    def action_check_cell(self) -> None:
        """Check the selected cell of a gradient over many step sizes."""
        self._say(self.checking.cell())

    def action_words(self) -> None:
        """Tell each line in a sentence, or not."""
        self.show_view(words=not self.view.words)
        self.call_after_refresh(self.show_view)

    def action_logarithmic(self) -> None:
        """Plot curves on a logarithmic scale, or a linear one."""
        self.show_view(logarithmic=not self.view.logarithmic)

    def action_scroll(self, pages: int) -> None:
        """Scroll the chosen pane; in the matrices the selected cell moves a page."""
        pane = self.query_one(".-active", Pane)
        if isinstance(pane, MatricesPane):
            self.action_cell(pages * max(1, pane.size.height - 6), 0)
        else:
            pane.scroll_relative(y=pages * max(1, pane.size.height - 2), animate=False)

    def action_edit(self) -> None:
        """Ask for another expression in the current line, and go on from here with that program."""
        frame, program = self.session.frame, self.session.timeline.program
        line = frame.line
        if line is None:
            self.notify("Nothing has run yet: press n, then edit the line.")
            return

        def wrong(answer: str) -> str:
            try:
                edited(program, line.target, answer)
            except ScenarioError as error:
                return error.problems[0].message
            return ""

        def take(answer: str | None) -> None:
            if answer is not None and answer.strip() != source(line.expression):
                self._edits.append(program)
                self._go_on_with(edited(program, line.target, answer))

        question = f"{line.target} =   (the run then is as if this line had stood there always)"
        self.app.push_screen(Prompt(question, wrong, source(line.expression)), take)

    def action_take_back_edit(self) -> None:
        """Put the line that was edited last as it was before, and go on from here with that."""
        if self._edits:
            self._go_on_with(self._edits.pop())
        else:
            self.notify("No line has been edited: e edits the line that ran last.")

    def _go_on_with(self, program: Program) -> None:
        """Debug another form of the program from this moment on; stops, marks and curves stay."""
        if self.session.busy:
            self._then = lambda: self._go_on_with(program)
            self.session.interrupt()
            return
        time, self.session = self.session.frame.time, self.session.edited(program)
        self.stopping.forget_findings()
        self.checked = Checked()
        self.travel(time)

    def action_help(self) -> None:
        """Explain the screen, its keys and its words."""
        from nnscope.tui.dialogs.help import HelpScreen  # noqa: PLC0415  not at the start

        self.app.push_screen(HelpScreen(self.session.timeline.program))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what is not possible now."""
        forwards = {("line", (1,)), ("phase", (1,)), ("run", ())}
        if (action, parameters) in forwards and self._at_end():
            return None
        return True
