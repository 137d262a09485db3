"""Which matrices stand side by side, in bands one below the other, and how many rows each has."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from nnscope.tui.draw.matrix_form import Written
from nnscope.tui.draw.matrix_widths import starts_of

Band = tuple[int, ...]
"""The places of the matrices that stand side by side."""

_MOST_TRIED = 7  # of more matrices not all ways to break their row are tried


def bands_of(
    matrices: Sequence[Written],
    rows: Sequence[int],
    columns: Sequence[int],
    width: int,
    height: int,
) -> list[Band] | None:
    """Break a row of matrices into bands that fit, where each shows so many rows and columns.

    It takes the fewest bands; among those it keeps beside the result what has the same rows. None
    where they do not fit.
    """
    room = _Room(matrices, rows, columns, width)
    for ways in _ways(room):
        fitting = [way for way in ways if room.height(way) <= height]
        if fitting:
            return min(fitting, key=lambda way: (room.apart(way), room.height(way)))
    return None


class _Room:
    """How much room parts of a row of matrices take."""

    def __init__(
        self, matrices: Sequence[Written], rows: Sequence[int], columns: Sequence[int], width: int
    ) -> None:
        self._matrices, self._rows, self.width = matrices, rows, width
        self._taken = [each.width(n) for each, n in zip(matrices, columns, strict=True)]
        self.count = len(matrices)
        self._fits: dict[Band, bool] = {}

    def fits(self, band: Band) -> bool:
        """Tell whether a band is no wider than there is room."""
        if band not in self._fits:
            first, last = band[0], band[-1] + 1
            ends = starts_of(self._matrices[first:last], self._taken[first:last])
            self._fits[band] = ends[-1] <= self.width
        return self._fits[band]

    def height(self, bands: Sequence[Band]) -> int:
        """Give the rows of text that bands take."""
        head = self._matrices[0].form.head
        return sum(head + max(self._rows[place] for place in band) for band in bands)

    def apart(self, bands: Sequence[Band]) -> int:
        """Count the matrices that have the same rows as the result, and do not stand beside it."""
        if self._matrices[-1].size[0] == 1:
            return 0
        first = self._matrices[-1].operand.shape[:1]
        return sum(
            self._matrices[place].operand.shape[:1] == first
            for band in bands[:-1]
            for place in band
        )


def _ways(room: _Room) -> Iterator[list[list[Band]]]:
    """Yield the ways to break a row of matrices, those into the fewest bands first."""
    if room.count > _MOST_TRIED:
        yield [_greedy(room)]
        return
    for cuts in range(room.count):
        late_first = reversed([*combinations(range(1, room.count), cuts)])
        ends = (pairwise((0, *places, room.count)) for places in late_first)
        ways = ([tuple(range(first, end)) for first, end in each] for each in ends)
        yield [way for way in ways if all(map(room.fits, way))]


def _greedy(room: _Room) -> list[Band]:
    """Break a row where the next matrix would not fit."""
    bands: list[Band] = [(0,)]
    for place in range(1, room.count):
        longer = (*bands[-1], place)
        if room.fits(longer):
            bands[-1] = longer
        else:
            bands.append((place,))
    return bands


def shared_rows(needed: Sequence[int], wanted: Sequence[int], budget: int) -> list[int]:
    """Divide a height: all get what they need, and share the rest evenly up to what they want."""
    more = [most - least for most, least in zip(wanted, needed, strict=True)]
    rest = fair_shares(more, max(0, budget - sum(needed)))
    return [least + share for least, share in zip(needed, rest, strict=True)]


def fair_shares(wanted: Sequence[int], budget: int) -> list[int]:
    """Divide a length: who wants little gets it, the others share the rest evenly."""
    shares, left = [0] * len(wanted), budget
    places = sorted(range(len(wanted)), key=lambda place: wanted[place])
    for count, place in enumerate(places):
        shares[place] = max(0, min(wanted[place], left // (len(places) - count)))
        left -= shares[place]
    return shares
