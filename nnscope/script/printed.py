"""What a script prints, and how far its training loop had come by then."""

from collections import Counter
from collections.abc import Callable
from typing import Any, TextIO

from msgspec import Struct

MOST = 1_000_000
"""So many characters are kept."""

_EACH = 100  # what a text takes beside its characters


class _Piece(Struct):
    """A text: how many passes each loop had behind it, which loops went on, and the text."""

    complete: Counter[int]
    within: tuple[int, ...]
    text: list[str]


class Printed:
    """Notes what is written; `loops` gives the places of the loops that go on, the outermost first.

    Which loop trains is known only later, so each text is noted with the passes of all loops.
    """

    def __init__(self, loops: Callable[[], tuple[int, ...]]) -> None:
        self._loops = loops
        self._complete = Counter[int]()
        self._pieces: list[_Piece] = []
        self._left = MOST

    def end(self) -> None:
        """Note nothing more: what comes belongs to no iteration that was recorded."""
        self._left = 0

    def ended(self, loop: int) -> None:
        """Note that a pass of a loop is complete."""
        self._complete[loop] += 1

    def write(self, text: str) -> None:
        """Note a text, as long as there is room."""
        if self._left <= 0 or not text:
            return
        piece, kept = self._piece().text, text[: self._left]
        piece.append(kept)
        self._left -= len(kept)
        if self._left <= 0:
            piece.append(f"\n(no more than {MOST:,} characters are kept)\n")

    def _piece(self) -> _Piece:
        """Give the piece of this moment: `print` writes a text, and then the end of its line."""
        within = self._loops()
        last = self._pieces[-1] if self._pieces else None
        if last is None or (last.within, last.complete) != (within, self._complete):
            self._pieces.append(_Piece(Counter(self._complete), within, []))
            self._left -= _EACH
        return self._pieces[-1]

    def complete(self, loop: int) -> int:
        """Count the passes of a loop that are complete."""
        return self._complete[loop]

    def by_iteration(self, loop: int, first: int) -> dict[int, list[str]]:
        """Give what was written in each pass of a loop and until the next one.

        Pass `first`, counted from 0, is iteration 0; -1 has what was written before it.
        """
        found: dict[int, list[str]] = {}
        for piece in self._pieces:
            begun = piece.complete[loop] + (loop in piece.within)
            found.setdefault(max(begun - 1 - first, -1), []).extend(piece.text)
        return found


class Listening:
    """A standard output that does what the real one does, and has what is written noted."""

    def __init__(self, output: TextIO, printed: Printed) -> None:
        self._output, self._printed = output, printed

    def write(self, text: str) -> int:
        """Write a text."""
        written = self._output.write(text)
        self._printed.write(text)
        return written

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._output, name)

    def __enter__(self) -> "Listening":
        return self

    def __exit__(self, *_: object) -> None:
        self._output.close()

    def __iter__(self) -> Any:
        return iter(self._output)
