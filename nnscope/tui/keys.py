"""Every key of the debugger, as data: the footer, the help and the palette read this list."""

from textual.binding import Binding


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
    _key("up,k", "cell(-1,0)", "cell up", "move the selected cell up", id="cell.up"),
    _key("down,j", "cell(1,0)", "cell down", "move the selected cell down", id="cell.down"),
    _key("left,h", "cell(0,-1)", "cell left", "move the selected cell left", id="cell.left"),
    _key("right,l", "cell(0,1)", "cell right", "move the selected cell right", id="cell.right"),
    _key("tab", "matrix(1)", "matrix", "select the next matrix of the line", id="matrix.next"),
    _key("shift+tab", "matrix(-1)", "matrix back", "select the previous matrix of the line",
         id="matrix.back"),
    _key("p", "parameter(1)", "parameter", "show the chain rule of the next parameter",
         id="parameter.next"),
    _key("P", "parameter(-1)", "parameter back", "show the chain rule of the previous parameter",
         id="parameter.back"),
    _key("H", "here", "here", "show the chain rule of the current line again", id="parameter.here"),
    _key("enter", "factor_line", "line of factor",
         "go to the line that multiplies the chosen factor in; again: to the one that it "
         "differentiates", id="factor.line"),
    _key("1", "pane('matrices')", "matrices", "choose the matrices", id="pane.matrices"),
    _key("2", "pane('chain')", "chain rule", "choose the chain rule", id="pane.chain"),
    _key("3", "pane('variables')", "variables", "choose the variables", id="pane.variables"),
    _key("4", "pane('cost')", "cost", "choose the cost", id="pane.cost"),
    _key("5", "pane('health')", "health", "choose the health", id="pane.health"),
    _key("z", "zoom", "zoom", "give the chosen pane the whole screen, or take it back", id="zoom"),
    _key("pagedown", "scroll(1)", "page down", "scroll the chosen pane down", id="page.down"),
    _key("pageup", "scroll(-1)", "page up", "scroll the chosen pane up", id="page.up"),
    _key("x", "mathematics", "mathematics", "write lines as mathematics, or as NumPy",
         id="mathematics"),
    _key("y", "logarithmic", "log cost", "plot the cost on a logarithmic scale, or a linear one",
         id="logarithmic"),
    _key("colon", "app.command_palette", "command", "choose a command by typing", id="palette"),
    _key("question_mark", "help", "help", "explain the screen, its keys and its words", id="help",
         show=True),
    _key("q", "app.quit", "quit", "leave nnscope", id="quit", show=True),
]  # fmt: skip
