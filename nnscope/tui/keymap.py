"""Every key of the debugger, as data: the footer, the help and the palette read this list."""

from textual.binding import Binding

from nnscope.tui.panes import PANES


def _key(
    key: str,
    action: str,
    label: str,
    tooltip: str,
    *,
    id: str,
    show: bool = False,
) -> Binding:
    return Binding(key, action, label, show=show, id=id, tooltip=tooltip)


BINDINGS: list[Binding] = [
    _key("n", "line(1)", "next", "run the next line", id="line.next", show=True),
    _key("N", "line(-1)", "back", "undo the last line", id="line.back", show=True),
    _key("s", "into(1)", "into", "step into the line: compute it cell by cell", id="into.next",
         show=True),
    _key("S", "into(-1)", "into back", "take the last step inside the line back", id="into.back"),
    _key("f", "phase(1)", "phase", "run to the end of the phase; inside a line: to the end of it",
         id="phase.end", show=True),
    _key("F", "phase(-1)", "phase back", "go back to the start of the phase", id="phase.start"),
    _key("i", "iteration(1)", "iteration", "the same line, one iteration later",
         id="iteration.next", show=True),
    _key("I", "iteration(-1)", "iteration back", "the same line, one iteration earlier",
         id="iteration.back"),
    _key("r", "run", "run", "run to the end as fast as it goes; again: pause", id="run", show=True),
    _key("escape", "interrupt", "stop", "interrupt long work; leave a line that was stepped into",
         id="interrupt"),
    _key("home", "rewind", "rewind", "go back to the start", id="rewind"),
    _key("end", "end", "end", "go to the end of the run", id="end"),
    _key("g", "go_to", "go to", "go to an iteration", id="go", show=True),
    _key("b", "breakpoint", "stop here", "put a stop on the current line, or take it away",
         id="stop.line"),
    _key("B", "ask_stop", "stop when", "add a stop on a condition", id="stop.condition"),
    _key("c", "continue(1)", "continue", "go to the next stop", id="stop.next"),
    _key("C", "continue(-1)", "continue back", "go back to the last stop", id="stop.back"),
    _key("space", "switch_stop", "stop on/off", "switch the chosen stop on or off",
         id="stop.switch"),
    _key("delete", "delete_stop", "delete stop", "remove the chosen stop, or the chosen curve",
         id="stop.delete"),
    _key("e", "edit", "edit", "edit the current line, and go on from here", id="edit"),
    _key("E", "take_back_edit", "take edit back", "put the line that was edited last as it was",
         id="edit.back"),
    _key("o", "origin", "origin", "go to the line that wrote the selected value", id="origin"),
    _key("backspace", "return", "return", "return to the place visited before", id="return"),
    _key("m", "mark", "mark", "mark this moment with a letter", id="mark.set"),
    _key("apostrophe", "to_mark", "to mark", "go to a marked moment", id="mark.go"),
    _key("up,k", "cell(-1,0)", "cell up", "move the selected cell up", id="cell.up"),
    _key("down,j", "cell(1,0)", "cell down", "move the selected cell down", id="cell.down"),
    _key("left,h", "cell(0,-1)", "cell left",
         "move the selected cell left; in the time pane: earlier", id="cell.left"),
    _key("right,l", "cell(0,1)", "cell right",
         "move the selected cell right; in the time pane: later", id="cell.right"),
    _key("comma,shift+left", "scrub(-10)", "earlier", "go ten columns of the plot back in time",
         id="time.back"),
    _key("full_stop,shift+right", "scrub(10)", "later", "go ten columns of the plot on in time",
         id="time.next"),
    _key("w", "follow", "follow", "follow a number through time, beside the cost", id="follow"),
    _key("tab", "matrix(1)", "matrix", "select the next matrix of the line", id="matrix.next"),
    _key("shift+tab", "matrix(-1)", "matrix back", "select the previous matrix of the line",
         id="matrix.back"),
    _key("p", "parameter(1)", "parameter", "show the chain rule of the next parameter",
         id="parameter.next"),
    _key("P", "parameter(-1)", "parameter back", "show the chain rule of the previous parameter",
         id="parameter.back"),
    _key("H", "here", "here", "come back from a walk with o; show this line's chain rule again",
         id="parameter.here"),
    _key("enter", "factor_line", "line of factor",
         "go to the line that multiplies the chosen factor in; again: to the one that it "
         "differentiates", id="factor.line"),
    *(_key(pane.KEY, f"pane('{pane.NAME}')", pane.TITLE.lower(), f"choose the pane {pane.TITLE}",
           id=f"pane.{pane.NAME}") for pane in PANES if pane.KEY),
    _key("G", "check_line", "check gradient",
         "check the gradient of this line against the slope of the cost", id="check.line"),
    _key("A", "check_all", "check all", "check every gradient and update of this iteration",
         id="check.all"),
    _key("v", "check_cell", "check cell", "check the selected cell of a gradient over step sizes",
         id="check.cell"),
    _key("t", "words", "words", "tell each line in a sentence, or not", id="words"),
    _key("z", "zoom", "zoom", "give the chosen pane the whole screen, or take it back", id="zoom"),
    _key("pagedown", "scroll(1)", "page down", "scroll the chosen pane down", id="page.down"),
    _key("pageup", "scroll(-1)", "page up", "scroll the chosen pane up", id="page.up"),
    _key("x", "mathematics", "mathematics", "write lines as mathematics, or as NumPy",
         id="mathematics"),
    _key("y", "logarithmic", "log scale", "plot curves on a logarithmic scale, or a linear one",
         id="logarithmic"),
    _key("M", "memory", "memory", "set how much memory the history may hold", id="memory"),
    _key("L", "listing", "run loop", "show the source of the loop that runs", id="listing"),
    _key("colon", "app.command_palette", "command", "choose a command by typing", id="palette"),
    _key("question_mark", "help", "help", "explain the screen, its keys and its words", id="help",
         show=True),
    _key("q", "app.quit", "quit", "leave nnscope", id="quit", show=True),
]  # fmt: skip

_NAMES = {
    "question_mark": "?", "colon": ":", "pagedown": "PgDn", "pageup": "PgUp", "escape": "Esc",
    "home": "Home", "end": "End", "shift+tab": "Shift+Tab", "tab": "Tab",
    "comma": ",", "full_stop": ".", "apostrophe": "'", "space": "Space", "delete": "Delete",
    "backspace": "Backspace", "enter": "Enter", "shift+left": "Shift+Left",
    "shift+right": "Shift+Right",
}  # fmt: skip


def key_name(key: str) -> str:
    """Write a key as it stands on the keyboard."""
    return " or ".join(_NAMES.get(part, part) for part in key.split(","))
