"""Which loops inside an iteration go over examples: their passes can be shown one at a time.

Such passes do the same operations, with the same parameters and other rows of the data. A loop over
layers reads other parameters in each pass, and its lines are all shown.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
from msgspec import Struct

from nnscope.expression.parse import parse
from nnscope.expression.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Items,
    Name,
    Number,
    Unary,
    children,
)
from nnscope.program.model import LoopPass
from nnscope.script.record import Recorded, RecordedLine

Form = tuple[object, ...]
"""What an expression does, whatever it reads."""

Place = tuple[str, int, int]
"""Where a line of a pass stands: its file, its row, and how many of that row come before it."""

Run = Sequence[Sequence[RecordedLine]]
"""The passes of a loop, each with its lines."""


class Read(Struct, frozen=True):
    """What an operation reads: a variable, or none where it is a number, and which part of it."""

    id: str
    items: Items = ()


Parts = Mapping[Place, tuple[Form, Sequence[Read]]]
"""What the lines of a pass do and read, by where they stand."""


def passes(recorded: Recorded) -> Mapping[str, tuple[LoopPass, ...]]:
    """Give for each line the passes of the loops over examples that it is in, the outermost first.

    A line that the script does not have is where the line before it is.
    """
    folding = _Folding(recorded)
    folding.look([line for line in recorded.lines if line.row], 0)
    found, before = dict[str, tuple[LoopPass, ...]](), tuple[LoopPass, ...]()
    for line in recorded.lines:
        found[line.id] = before = folding.found.get(line.id, ()) if line.row else before
    return found


class _Folding:
    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self._lines = {line.id for line in recorded.lines}
        self._loops = 0
        self.found: dict[str, tuple[LoopPass, ...]] = {}

    def look(self, lines: Sequence[RecordedLine], depth: int) -> None:
        """Look at the loops that are so deep, and at those inside of them."""
        for run in _runs(lines, depth):
            if len(run) > 1 and self._is_over_examples(run):
                self._loops += 1
                for number, each in enumerate(run, 1):
                    text = each[0].loops[depth].text
                    told = LoopPass(self._loops, text, number, len(run))
                    self.found |= {line.id: (*self.found.get(line.id, ()), told) for line in each}
            for each in run:
                self.look(each, depth + 1)

    def _is_over_examples(self, run: Run) -> bool:
        """Tell whether all passes do the same with the same parameters and other data.

        What is not needed of a pass has no line: the last one may have fewer.
        """
        parts = [_parts(each) for each in run]
        most = max(parts, key=len)
        is_alike = all(each.keys() <= most.keys() for each in parts) and all(
            form == most[place][0] for each in parts for place, (form, _) in each.items()
        )
        kinds = self._kinds(run, parts, [*most]) if is_alike else set()
        return "layers" not in kinds and {"same", "rows"} <= kinds

    def _kinds(self, run: Run, parts: Sequence[Parts], places: Sequence[Place]) -> set[str]:
        """Say of everything that the passes read what it is; see `_kind`."""
        own = [{line.id for line in each} for each in run]
        before = [set[str](), *own[:-1]]
        found = set[str]()
        for place in places:
            here = [number for number, each in enumerate(parts) if place in each]
            columns = zip(*(parts[number][place][1] for number in here), strict=True)
            found |= {self._kind(each, [own[number] for number in here],
                                 [before[number] for number in here])
                      for each in columns}  # fmt: skip
        return found

    def _kind(
        self, reads: Sequence[Read], own: Sequence[set[str]], before: Sequence[set[str]]
    ) -> str:
        """Say what the passes read in the same place: the `same`, other `rows`, or other `layers`.

        What a pass or the one before it has made is nothing of that.
        """
        if any(each.id in earlier for each, earlier in zip(reads, before, strict=True)):
            is_same = all(each.items == reads[0].items for each in reads)
            is_trained = reads[0].id in self._recorded.carried  # the first pass goes on from there
            return ("same" if is_same else "layers") if is_trained else ""
        outer = [each for each, made in zip(reads, own, strict=True) if each.id not in made]
        ids = {each.id for each in outer}
        if len({each.items for each in outer}) > 1 or len(ids) > 1:
            return "rows" if self._are_data(ids) else "layers"
        return "same" if ids and ids != {""} and len(outer) == len(reads) else ""

    def _are_data(self, ids: Collection[str]) -> bool:
        """Tell whether variables are data of one shape, or what a loop made of each example."""
        lines = {id_ for id_ in ids if id_ in self._lines and not self.found.get(id_)}
        if ids & self._recorded.carried.keys() or len(lines) > 1:
            return False
        start = self._recorded.start
        return len({np.shape(start[id_]) for id_ in ids if id_ in start}) <= 1


def _runs(lines: Sequence[RecordedLine], depth: int) -> Iterator[Run]:
    """Yield the loops that lines are in at a depth, each time that it runs, with their passes."""
    for place, group in groupby(lines, lambda line: _place(line, depth)):
        run, last = list[list[RecordedLine]](), -1
        for line in group if place is not None else ():
            number = line.loops[depth].number
            if number < last:  # it runs again
                yield run
                run = []
            if number != last:
                run.append([])
            run[-1].append(line)
            last = number
        yield run


def _place(line: RecordedLine, depth: int) -> tuple[str, int] | None:
    if len(line.loops) <= depth:
        return None
    return line.loops[depth].file, line.loops[depth].row


def _parts(lines: Sequence[RecordedLine]) -> Parts:
    counts, found = Counter[tuple[str, int]](), dict[Place, tuple[Form, Sequence[Read]]]()
    for line in lines:
        place = line.file, line.row
        found[*place, counts[place]] = _taken_apart(parse(line.expression))
        counts[place] += 1
    return found


def _taken_apart(expression: Expression) -> tuple[Form, list[Read]]:
    """Part an expression into what it does and what it reads."""
    form, reads = list[object](), list[Read]()
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        match node:
            case Name(id=id_):
                reads.append(Read(id_))
            case Number():
                reads.append(Read(""))
            case Index(Name(id=id_), items):
                reads.append(Read(id_, items))
                form.append(("index", *map(type, items)))
                continue
            case Index(_, items):
                form.append(("index", *map(type, items)))
            case Unary(sign) | Binary(sign):
                form.append(sign)
            case Call(function, _, options):
                form.append((function, options))
            case _:
                form.append(type(node))
        form.append(len(children(node)))
        waiting += children(node)
    return tuple(form), reads
