"""The source: the file that a script is, around the current line, and what it printed there."""

from collections.abc import Sequence

from nnscope.program.model import SourceSpan
from nnscope.tui.draw.text import Text, bold, dim, shortened, wrapped
from nnscope.tui.pane import Pane
from nnscope.tui.view import View

_TAB = 4


class SourcePane(Pane):
    """The file of the current line, with that line marked, below the functions it is in."""

    NAME, TITLE, KEY = "source", "Source", "9"
    LEAST_CHOSEN, OF_SOURCES = 12, True
    ABOUT = (
        "The script itself: > marks the statement that the current line stands for, ● one with a "
        "stop. At the top is the row, the function it is in < the function that called it, and "
        "what the script printed in this iteration while it was recorded."
    )

    def parts(self, view: View) -> tuple[object, ...]:
        """The current line, and those with a stop."""
        return view.frame, view.stops, view.question

    def paint(self, view: View, width: int, height: int) -> Sequence[Text]:
        """Write the place and what was printed, which stay in sight, and below them the file."""
        sources = view.frame.program.notes.sources
        if not sources:
            kind = view.frame.program.origin.kind
            return wrapped(
                f"This {kind} has no lines of Python: its listing is all there is.", width
            )
        line = view.frame.line
        at = line.at if line is not None and line.at is not None else _start(next(iter(sources)))
        printed, told = (
            _printed(view, width),
            [*_ended(view, width), *_absent(view, width), _place(at)],
        )
        room = max(2, height // 2 - len(told))
        is_long = len(printed) > room
        head: list[Text] = [*told, *(_cut(printed, room) if is_long else printed)]
        self.STICKY = min(len(head), height // 2)  # the file needs the rest
        below = [[], *printed] if is_long else []
        self.keep_in_sight(len(head) + max(at.row - 1, 0))
        return [*head, *_rows(view, at, width), *below]


def _start(file: str) -> SourceSpan:
    """Stand before the first row of a file: no line has run yet."""
    return SourceSpan(file, 0)


def _ended(view: View, width: int) -> list[Text]:
    """Say how the script ended, where that was not well."""
    told = view.frame.program.notes.ended
    return wrapped(f"! The script ended early. {told}", width) if told else []


def _absent(view: View, width: int) -> list[Text]:
    """Say that a line is none of the script's, and why it is there."""
    line = view.frame.line
    if line is None or not view.frame.program.is_added(line):
        return []
    return wrapped(f"≠ This line is not in the script: {line.because}.", width)


def _place(at: SourceSpan) -> Text:
    """Write the file and the row, and behind them the functions, the innermost first."""
    row = f":{at.row}" if at.row else ""
    return [bold(f"{at.file}{row}"), "  " + " < ".join(reversed(at.calls))]


def _printed(view: View, width: int) -> list[Text]:
    """Write what the script printed in this iteration, or before the first, below a heading."""
    frame = view.frame
    if view.question is not None:  # it may be printed there
        return []
    iteration = frame.iteration if frame.index >= 0 else -1
    text = frame.program.notes.printed.get(iteration, "").rstrip()
    when = f"in iteration {iteration}" if iteration >= 0 else "before the first iteration"
    rows = [shortened(each.expandtabs(_TAB), max(1, width - 2)) for each in text.split("\n")]
    return [[dim(f"Printed {when}:")], *([f"  {row}"] for row in rows)] if text else []


def _cut(printed: list[Text], room: int) -> list[Text]:
    """Leave room for the file: all of it stands below."""
    left = len(printed) - room + 1
    return [*printed[: room - 1], [dim(f"  ... {left} more rows: all stand below the file")]]


def _rows(view: View, at: SourceSpan, width: int) -> list[Text]:
    """Number the rows of a file; mark the current statement, and those with a stop."""
    program = view.frame.program
    places = [stop.place_in(program) for stop in view.stops.stops if stop.enabled]
    spans = [program.lines[place].at for place in places if place >= 0]
    stops = {span.row for span in spans if span is not None and span.file == at.file}
    current = range(at.first or at.row, max(at.last, at.row) + 1)
    rows: list[Text] = []
    for number, text in enumerate(program.notes.sources.get(at.file, ()), start=1):
        mark = ">" if number in current else "●" if number in stops else " "
        row = shortened(f"{mark}{number:>4}  {text.expandtabs(_TAB)}", width)
        rows.append([bold(row)] if number in current else [row[:5], *([row[5:]])])
    return rows
