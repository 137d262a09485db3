"""The loops over examples in an iteration: the lines of their passes, and which of them to show."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from nnscope.program.model import LoopPass, Program


class Loop(Struct, frozen=True):
    """A loop over examples: for each of its passes the indices of its lines."""

    passes: tuple[tuple[int, ...], ...]

    @property
    def first(self) -> int:
        """The index of its first line."""
        return self.passes[0][0]

    @property
    def last(self) -> int:
        """The index of its last line."""
        return self.passes[-1][-1]

    def again(self, index: int, step: int) -> int | None:
        """Give the index of the same line some passes on; None behind the last or before the first.

        A pass that lacks the line has the one that stands in its place, or its last.
        """
        here = next(number for number, lines in enumerate(self.passes) if index in lines)
        if not 0 <= here + step < len(self.passes):
            return None
        lines = self.passes[here + step]
        return lines[min(self.passes[here].index(index), len(lines) - 1)]


@lru_cache(maxsize=16)
def loops(program: Program) -> Mapping[int, Loop]:
    """Give the loops over examples of a program, by their numbers."""
    found: dict[int, dict[int, list[int]]] = {}
    for index, line in enumerate(program.lines):
        for each in line.passes:
            found.setdefault(each.loop, {}).setdefault(each.number, []).append(index)
    return {number: Loop(tuple(map(tuple, lines.values()))) for number, lines in found.items()}


class Heading(Struct, frozen=True):
    """The row above a pass that is shown; `depth` says in how many other loops it stands."""

    of: LoopPass
    depth: int


Entry = Heading | int
"""What a listing has: the heading of a pass, or the index of a line."""


def listed(program: Program, index: int, is_open: bool) -> Sequence[Entry]:
    """List the lines of a program with a heading above each pass of a loop over examples.

    All passes where these are `is_open`, else of each loop only the one that the line `index` is
    in, or the first.
    """
    here = program.lines[index].passes if index >= 0 else ()
    return _listed(program, here, is_open)


@lru_cache(maxsize=4)
def _listed(program: Program, here: tuple[LoopPass, ...], is_open: bool) -> Sequence[Entry]:
    return tuple(_entries(program, {each.loop: each.number for each in here}, is_open))


def _entries(program: Program, chosen: dict[int, int], is_open: bool) -> Iterator[Entry]:
    above: tuple[LoopPass, ...] = ()
    for index, line in enumerate(program.lines):
        if is_open or all(each.number == chosen.setdefault(each.loop, each.number)
                          for each in line.passes):  # fmt: skip
            for depth, each in enumerate(line.passes):
                if line.passes[: depth + 1] != above[: depth + 1]:
                    yield Heading(each, depth)
            yield index
            above = line.passes
