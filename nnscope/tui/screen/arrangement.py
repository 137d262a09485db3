"""Which pane stands where: those of a column share its height by what they have to show.

Only numbers here, and no widgets. A pane asks for rows of the screen, its border among them.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from nnscope.tui.draw.matrix_bands import fair_shares

_WORTH = 4  # rows of what is needed that are worth a move


class Place(NamedTuple):
    """A part of the screen: its left column, its top row, its columns and its rows."""

    x: int
    y: int
    width: int
    height: int


class Asked(Struct, frozen=True):
    """What a pane asks for, in rows.

    `least` are the fewest that it can be read in, `needed` what the moment needs, and `enough` as
    many as it has a use for. One that `varies` asks for others from line to line.
    """

    least: int
    needed: int
    enough: int
    varies: bool = False


class Column(Struct, frozen=True):
    """Panes one below the other, by their names.

    The `filler` gets the rows that are left over. Those at the top are given first what they ask
    for; the one that is served `last` is at the bottom, if it is no other.
    """

    names: Sequence[str]
    filler: int
    last: int | None = None

    @property
    def order(self) -> list[int]:
        """The places of the panes in the order in which they are served."""
        return sorted(range(len(self.names)), key=lambda place: place == self.last)


def stacked(column: Column, asked: Mapping[str, Asked], frame: Place) -> dict[str, Place]:
    """Put the panes of a column one below the other.

    Each gets its least; then, in the order of the column, what it needs, and what is enough for it.
    Where there is less than the least of all, they share it evenly.
    """
    wanted = [asked[name] for name in column.names]
    rows = fair_shares([each.least for each in wanted], frame.height)
    left = frame.height - sum(rows)
    for goals in ([each.needed for each in wanted], [each.enough for each in wanted]):
        for place in column.order:
            more = min(left, max(0, goals[place] - rows[place]))
            rows[place], left = rows[place] + more, left - more
    if rows:
        rows[min(column.filler, len(rows) - 1)] += left
    tops = [frame.y + sum(rows[:place]) for place in range(len(rows))]
    found = zip(column.names, tops, rows, strict=True)
    return {name: Place(frame.x, y, frame.width, tall) for name, y, tall in found if tall}


class Settling:
    """Keeps the panes of each column where they are, as long as a move is worth little.

    They move when one can't be read any more, or lacks some rows of what it needs that it would
    get elsewhere, and when something else than a line has changed.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], tuple[object, dict[str, Place]]] = {}

    def side_by_side(
        self,
        columns: Sequence[Column],
        widths: Sequence[int],
        asked: Mapping[str, Asked],
        frame: Place,
    ) -> dict[str, Place]:
        """Put columns of panes side by side."""
        found: dict[str, Place] = {}
        x = frame.x
        for column, width in zip(columns, widths, strict=True):
            found |= self._settled(column, asked, Place(x, frame.y, width, frame.height))
            x += width
        return found

    def _settled(
        self, column: Column, asked: Mapping[str, Asked], frame: Place
    ) -> dict[str, Place]:
        names, found = tuple(column.names), stacked(column, asked, frame)
        steady = frame, [asked[name].enough for name in names if not asked[name].varies]
        before, places = self._kept.get(names, (None, found))
        moves = (_is_worth_it(asked[name], places.get(name), found.get(name)) for name in names)
        if steady != before or any(moves):
            self._kept[names] = steady, found
        return self._kept[names][1]


def _is_worth_it(asked: Asked, before: Place | None, after: Place | None) -> bool:
    """Tell whether a pane gains so much by a move."""
    had, has = (place.height if place else 0 for place in (before, after))
    return had < asked.needed and has - had >= (_WORTH if had >= asked.least else 1)
