"""What is sent to a terminal, without what is on it already: a line may be slow."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct, field
from rich.cells import cell_len

_PIECES = re.compile(r"\x1b\[([0-9;]*)([Hm])|(\x1b\[\?(?:2026|25)[hl])|(\r?\n)|([^\x1b\r\n]+)")
_KNOWN = re.compile(rf"(?:{_PIECES.pattern})*")
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}
_DRAWN_IN_BLANKS = frozenset("479")  # a line below or through it, and reversed colours
_GAP = 5  # cells that are sent again rather than skipped: a move of the cursor takes as much


class Look(Struct, frozen=True):
    """The colours and attributes of a cell, as the parameters that set them."""

    ink: str = ""
    paper: str = ""
    attributes: frozenset[str] = frozenset()

    @lru_cache(maxsize=1024)  # noqa: B019  looks are few, and small
    def changed(self, parameters: str) -> "Look":
        """Give the look behind a sequence with these parameters."""
        look, words = self, (parameters or "0").split(";")
        while words:
            word = words.pop(0)
            if word in ("38", "48"):
                count = 4 if words[:1] == ["2"] else 2
                colour, words = ";".join([word, *words[:count]]), words[count:]
                ink = colour if word == "38" else look.ink
                paper = colour if word == "48" else look.paper
                look = Look(ink, paper, look.attributes)
            elif word in ("0", ""):
                look = Look()
            elif word in _OFF:
                look = Look(look.ink, look.paper, look.attributes | {word})
            elif word[0] in "39":
                look = Look(word, look.paper, look.attributes)
            else:
                look = Look(look.ink, word, look.attributes)
        return look

    @property
    def of_blank(self) -> "Look":
        """What can be seen of it in an empty cell."""
        is_drawn = self.attributes & _DRAWN_IN_BLANKS
        return self if is_drawn else Look("", self.paper)

    @lru_cache(maxsize=1024)  # noqa: B019
    def blank_behind(self, before: "Look") -> "Look":
        """Give the look for a blank like this: the ink stays for what comes behind it."""
        if self.attributes & _DRAWN_IN_BLANKS:
            return self
        return Look(before.ink, self.paper, before.attributes - _DRAWN_IN_BLANKS)

    @lru_cache(maxsize=1024)  # noqa: B019
    def sequence(self, before: "Look") -> str:
        """Give what turns the look before into this one."""
        if self == before:
            return ""
        lacks = bool(before.ink and not self.ink) or bool(before.paper and not self.paper)
        if lacks or self == Look():
            before, start = Look(), ["0"]
        else:
            gone = sorted(before.attributes - self.attributes)
            start = sorted({_OFF[each] for each in gone})
        both = {"1", "2"} if "22" in start else set()  # one code ends bold and dim alike
        new = sorted(self.attributes - (before.attributes - both))
        parts = [*start, *new]
        parts += [self.ink] if self.ink != before.ink else []
        parts += [self.paper] if self.paper != before.paper else []
        return f"\x1b[{';'.join(parts)}m"


Place = tuple[int, int]
Cell = tuple[str, Look]
Row = list[Cell | None]
"""The cells of a row of the terminal from column 0, which is none, on; None where not known."""


@lru_cache(maxsize=1024)
def _cells_of(text: str, look: Look) -> tuple[Cell, ...]:
    """Give the cells of a text."""
    blank = look.of_blank
    return tuple((letter, blank if letter == " " else look) for letter in text)


class Sparing(Struct):
    """Knows what the terminal shows, and leaves out of what is written what would not change it."""

    _rows: dict[int, Row] = field(default_factory=dict)

    def forget(self) -> None:
        """Know nothing of what the terminal shows: it has been resized, or another wrote to it."""
        self._rows.clear()

    def reduced(self, data: str) -> str:
        """Give what has the same effect as what is to be written.

        What has other sequences than those that place and colour text goes out as it is.
        """
        if not _KNOWN.fullmatch(data) or not data.startswith("\x1b["):
            self.forget()
            return data
        out, look = _Out(self._rows), Look()
        row, column = 0, 0  # not known before the first move
        for parameters, final, harmless, newline, text in _PIECES.findall(data):
            if final == "H":
                row, column = _place(parameters)
            elif final == "m":
                look = look.changed(parameters)
            elif newline and row:
                row, column = row + 1, 1
            elif text and row and text.isprintable() and cell_len(text) == len(text):
                out.put(row, column, text, look)
                column += len(text)
            else:
                out.pass_on(row, column, look, f"{harmless}{newline}{text}")
                column += cell_len(text)
        return out.finished(row, column, look)


class _Out:
    """Puts the output together: cells that follow each other need no move of the cursor."""

    def __init__(self, known: dict[int, Row]) -> None:
        self._known = known
        self._parts: list[str] = []
        self._at: Place | None = None  # of the cursor, where that is known
        self._look = Look()

    def put(self, row: int, column: int, text: str, look: Look) -> None:
        """Write those cells of a text that are not there yet."""
        known = self._row(row, column + len(text))
        for place, cell in enumerate(_cells_of(text, look), start=column):
            if known[place] == cell:
                continue
            if self._at != (row, place):
                self._go_to(row, place)
            known[place] = cell
            self._write(*cell)
            self._at = row, place + 1

    def _row(self, row: int, end: int) -> Row:
        """Give what is known of a row, at least up to a column."""
        known = self._known.setdefault(row, [])
        if len(known) < end:
            known += [None] * (end - len(known))
        return known

    def _go_to(self, row: int, column: int) -> None:
        """Bring the cursor to a cell: over a short way by writing what is there again."""
        way = column - self._at[1] if self._at and self._at[0] == row else -1
        between = self._known[row][column - way : column] if 0 <= way <= _GAP else [None]
        if all(between):
            for each in filter(None, between):
                self._write(*each)
        else:
            self._parts.append(f"\x1b[{row};{column}H")

    def _write(self, letter: str, look: Look) -> None:
        if letter == " ":
            look = look.blank_behind(self._look)
        if look is not self._look:
            self._parts.append(look.sequence(self._look))
            self._look = look
        self._parts.append(letter)

    def pass_on(self, row: int, column: int, look: Look, text: str) -> None:
        """Write something as it is, where the cursor and the look are as it expects them.

        What a row shows in which letters are wider than a cell is not known any more.
        """
        self._parts += [*self._moved(row, column), look.sequence(self._look), text]
        self._known.pop(row, None)
        self._look, self._at = look, None

    def finished(self, row: int, column: int, look: Look) -> str:
        """Give all of it, with the cursor and the look as they would have been."""
        parts = [*self._parts, *self._moved(row, column), look.sequence(self._look)]
        return "".join(parts)

    def _moved(self, row: int, column: int) -> Iterator[str]:
        if row and self._at != (row, column):
            yield f"\x1b[{row};{column}H"


def _place(parameters: str) -> tuple[int, int]:
    row, _, column = parameters.partition(";")
    return int(row or 1), int(column or 1)
