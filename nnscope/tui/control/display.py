"""How things are written, how much room they have, and pages to read that open on top."""

from msgspec.structs import replace

from nnscope.program.loops import loops
from nnscope.program.model import Phase
from nnscope.tui.control.command import key
from nnscope.tui.control.stage import Stage
from nnscope.tui.control.tour import Tour
from nnscope.tui.view import Notation, Writing


class Display:
    """Keeps the notation; scrolls the chosen pane, and gives it the whole screen."""

    def __init__(self, stage: Stage, tour: Tour) -> None:
        self._stage = stage
        self._tour = tour
        self.shown = Writing()

    @key("words", "t", "words", "tell each line in a sentence, or not")
    def words(self) -> None:
        """Tell each line in a sentence, or not."""
        self._show(replace(self.shown, words=not self.shown.words))

    @key("zoom", "z", "zoom", "give the chosen pane the whole screen, or take it back")
    def zoom(self) -> None:
        """Give the chosen pane the whole screen, or take it back."""
        screen = self._stage.active.screen
        if screen.maximized:
            screen.minimize()
        else:
            screen.maximize(self._stage.active)

    @key("page.down", "pagedown", "page down", "scroll the chosen pane down", 1)
    @key("page.up", "pageup", "page up", "scroll the chosen pane up", -1)
    def scroll(self, pages: int) -> None:
        """Scroll the chosen pane."""
        pane = self._stage.active
        pane.scroll_lines(pages * max(1, pane.room.height - 2))

    @key(
        "mathematics",
        "x",
        "notation",
        "write lines as mathematics, as they stand in the script, or as NumPy",
    )
    def notation(self) -> None:
        """Write the lines in the next notation that the program has, around the end."""
        lines = self._stage.worker.program.lines
        is_in_source = any(line.at is not None and line.at.text for line in lines)
        known = [each for each in Notation if is_in_source or each is not Notation.SOURCE]
        following = known[(known.index(self.shown.notation) + 1) % len(known)]
        self._show(replace(self.shown, notation=following))

    @key("passes", "a", "all passes", "list all passes of the loops over examples, or one of each")
    def passes(self) -> None:
        """List all passes of the loops over examples, or one of each."""
        if not loops(self._stage.worker.program):
            self._stage.tell("All lines are listed: no loop in an iteration goes over examples.")
            return
        self._show(replace(self.shown, passes=not self.shown.passes))

    @key("logarithmic", "y", "log scale", "plot curves on a logarithmic scale, or a linear one")
    def logarithmic(self) -> None:
        """Plot curves on a logarithmic scale, or a linear one."""
        self._show(replace(self.shown, logarithmic=not self.shown.logarithmic))

    @key("listing", "L", "run loop", "show the source of the loop that runs")
    def listing(self) -> None:
        """Show the source of the run loop."""
        from nnscope.tui.dialogs.run_loop import ListingScreen  # noqa: PLC0415  not at the start

        self._stage.open(ListingScreen(self._stage.worker.program))

    @key("why", "W", "why", "derive this line step by step, with the numbers of the selected cell")
    def why(self) -> None:
        """Derive the current line."""
        from nnscope.insight.line.sentence import sentence  # noqa: PLC0415  not at the start
        from nnscope.insight.why.line import why  # noqa: PLC0415
        from nnscope.tui.dialogs.why import WhyScreen  # noqa: PLC0415

        view = self._stage.view
        frame, line = view.frame, view.frame.line
        if line is None:
            self._stage.tell(
                "Nothing has run yet: <line.next> runs the first line, and <why> derives it."
            )
            return
        if frame.program.notes.is_hunted and line.phase is not Phase.FORWARD:
            self._stage.tell("<why> tells the right line: not during a hunt.")
            return
        reasons = why(frame, view.cell_of_result)
        told = sentence(frame.program, frame.index)
        title, keys = f"line {frame.index + 1}: {line.text}", self._stage.named
        self._stage.open(WhyScreen(title, reasons, told, keys))

    @key("help", "question_mark", "help", "explain the screen, its keys and its words", show=True)
    def help(self) -> None:
        """Explain the screen, its keys and its words."""
        from nnscope.tui.dialogs.help import HelpScreen  # noqa: PLC0415  not at the start

        self._stage.open(HelpScreen(self._stage.worker.program, self._stage.keys), self._helped)

    def _helped(self, wants_tour: object) -> None:
        if wants_tour:
            self._tour.begin()

    def _show(self, writing: Writing) -> None:
        self.shown = writing
        self._stage.refresh_view()
