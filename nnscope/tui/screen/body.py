"""The part of the screen with the panes: it gives each of them its place."""

from collections.abc import Mapping, Sequence

from textual.containers import Container
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from nnscope.tui.draw.matrix_form import FINE, FORMS, Form
from nnscope.tui.draw.matrix_rows import usual_rows
from nnscope.tui.pane import Pane
from nnscope.tui.panes.matrices import EXPLAINED
from nnscope.tui.panes.program import ProgramPane
from nnscope.tui.screen.arrangement import Asked, Column, Place, Settling
from nnscope.tui.sentence_bar import LEAST_ROWS, SentenceBar
from nnscope.tui.view import View

NORMAL, WIDE = 100, 160
"""From so many columns on there are two columns of panes, and three."""

FRAME, RULE, INSET = 2, 1, 2
"""Rows of a border, rows of the rule above a pane of a narrow screen, columns beside its text."""

_LISTING = 5  # rows of the program beside a chosen pane on a narrow screen
_LEAST_LISTING = 1
_USUAL_SHARE = 0.55  # of the height of a column for its matrices, unless they need more
_REST = 8  # rows of what stands below them, at least
_SPLITS = ((9, 11), (8, 12))
_LAST_SPLIT = (7, 13)
_LEAST_LEFT = 36  # columns that the tables of numbers need, with their borders
"""Widths of the program and of the panes beside it, and where matrices have no other way."""


class Body(Container):
    """Holds the sentence and the panes, and lays them out by what the view gives them to show."""

    def __init__(self, sentence: SentenceBar, panes: Sequence[Pane], view: View) -> None:
        super().__init__(sentence, *panes, id="body")
        self.sentence, self.panes = sentence, panes
        self.view = view
        self._layout = _Places(self)
        self._placed: Mapping[str, Place] = {}
        self._sentences = Size(0, 0), 0  # the longest for a size
        self._asked: tuple[object, ...] = ()  # what the places were found for
        self._found: Mapping[str, Place] = {}
        self.settling = Settling()

    @property
    def layout(self) -> Layout:
        """The layout by what there is to show."""
        return self._layout

    def show(self, view: View) -> None:
        """Show a view; lay the panes out anew if what it has to show takes another room."""
        self.view, before = view, self._placed
        self._placed = self.places(self.size) if before else before
        if self._placed != before:
            self.sentence.refresh(layout=True)  # of a child: what is kept of the layout is dropped
        for pane in self.panes:
            stood, stands = before.get(pane.NAME), self._placed.get(pane.NAME)
            is_placed = stood is not None and pane.outer_size == stood[2:]  # by this layout
            pane.show(view, Size(*stands[2:]) if stands and is_placed else None)
        self.sentence.show(view)

    def sentence_rows(self, size: Size) -> int:
        """Give the sentence the rows of the longest one so far: the panes below seldom jump."""
        rows = self.sentence.rows(self.view, size.width - INSET)
        most = self._sentences[1] if self._sentences[0] == size else 0
        self._sentences = size, max(rows, most) if rows else 0
        return self._sentences[1]

    def places(self, size: Size) -> Mapping[str, Place]:
        """Say where each pane that is displayed stands, by its name; and the sentence."""
        shown = [pane for pane in self.panes if pane.display]
        asked = (self.view, size, shown, [pane.is_chosen for pane in shown])
        if asked != self._asked:
            self._asked = asked
            self._found = (_narrow if size.width < NORMAL else _beside)(self, shown, size)
        return self._found

    def place_all(self, size: Size) -> Mapping[str, Place]:
        """Give the places, and remember them."""
        self._placed = self.places(size)
        return self._placed


class _Places(Layout):
    """Puts each widget of the body into its place; who has none is not seen."""

    name = "places"

    def __init__(self, body: Body) -> None:
        self._body = body

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        places = self._body.place_all(size)
        return [
            WidgetPlacement(Region(*places[child.id]), NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id is not None and child.id in places
        ]


def _narrow(body: Body, shown: Sequence[Pane], size: Size) -> dict[str, Place]:
    """Put the sentence, the program and the chosen pane below each other.

    The program gives way, and in the end the sentence: the title of the matrices says the line.
    """
    width, height = size
    active = next((pane for pane in shown if not isinstance(pane, ProgramPane)), None)
    usual, most = height - LEAST_ROWS - _LISTING - 2 * RULE, height - RULE
    wanted = RULE + active.rows(body.view, width - INSET, usual, most) if active else 0
    rest = max(0, height - wanted)
    sentence = min(
        body.sentence.rows(body.view, width - INSET), max(LEAST_ROWS, rest - _LEAST_LISTING - RULE)
    )
    sentence = sentence if rest >= sentence else 0
    listing = rest - sentence if rest - sentence > RULE else 0
    top = sentence + listing
    names = [SentenceBar.NAME, ProgramPane.NAME, *([active.NAME] if active else ())]
    rows = [sentence, listing, height - top]
    tops = [0, sentence, top]
    found = zip(names, tops, rows, strict=False)
    return {name: Place(0, y, width, tall) for name, y, tall in found if tall}


def _beside(body: Body, shown: Sequence[Pane], size: Size) -> dict[str, Place]:
    """Put the sentence above two or three columns of panes."""
    width, top = size.width, body.sentence_rows(size)
    frame = Place(0, top, width, max(0, size.height - top))
    by_name = {pane.NAME: pane for pane in shown}
    if width >= WIDE:
        columns, widths = _three(shown), _divided(width, (5, 6, 5))
    else:
        columns, widths = _two(shown), _two_widths(body, frame)
    asked = {
        name: _asked(by_name[name], body.view, own, frame.height, _usual(size.height))
        for column, own in zip(columns, widths, strict=True)
        for name in column.names
    }
    places = body.settling.side_by_side(columns, widths, asked, frame)
    return {SentenceBar.NAME: Place(0, 0, width, top), **places} if top else places


def _two(shown: Sequence[Pane]) -> list[Column]:
    return [
        Column(_of(shown, "program", "variables"), 1),
        Column(_of(shown, "matrices", "chain", "time"), filler=1, last=1),
    ]


def _three(shown: Sequence[Pane]) -> list[Column]:
    variables, *health = _of(shown, "variables") or [""]
    return [
        Column(_of(shown, "program", "time"), 0, last=0),
        Column([*_of(shown, "matrices"), *health], 0),
        Column([*_of(shown, "chain"), *filter(None, [variables])], 1),
    ]


def _of(shown: Sequence[Pane], *places: str) -> list[str]:
    """List the panes of some places, in the order of these."""
    return [pane.NAME for place in places for pane in shown if place == pane.PLACE]


def _usual(height: int) -> int:
    """Give the rows of text that the matrices may take, whatever the sentence above them takes."""
    return round((height - LEAST_ROWS) * _USUAL_SHARE) - FRAME


def _asked(pane: Pane, view: View, width: int, height: int, usual: int) -> Asked:
    """Ask a pane of a column how many rows it wants."""
    enough = FRAME + pane.rows(view, width - FRAME - INSET, usual, height - _REST - FRAME)
    needed = min(enough, max(FRAME + pane.needed, pane.least))
    return Asked(needed if pane.MUST else min(enough, pane.least), needed, enough, pane.MUST)


def _two_widths(body: Body, frame: Place) -> list[int]:
    """Divide the width in two: the program gives way to matrices that are not whole without."""
    program, mathematics = body.view.frame.program, body.view.writing.mathematics
    usual = _usual(frame.y + frame.height) - EXPLAINED
    most = frame.height - _REST - FRAME - EXPLAINED

    def missed(way: list[int], height: int, forms: Sequence[Form] = FINE) -> int:
        return usual_rows(program, mathematics, way[1] - FRAME - INSET, height, forms)[1]

    ways = [_divided(frame.width, split) for split in _SPLITS]
    best = ways[0] if not missed(ways[0], usual) else min(ways, key=lambda way: missed(way, usual))
    is_enough = not missed(best, usual) or not missed(best, most, FORMS)
    if is_enough:
        return best
    left = max(_LEAST_LEFT, _divided(frame.width, _LAST_SPLIT)[0])
    return [left, frame.width - left]


def _divided(width: int, parts: Sequence[int]) -> list[int]:
    """Divide a width in proportion; the last part gets what is left over."""
    first = [width * part // sum(parts) for part in parts[:-1]]
    return [*first, width - sum(first)]
