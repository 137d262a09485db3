"""Losses for a script that computes none: the one that its steps follow, if any does.

The outputs and targets are what some line subtracts, one of which no parameter leads to. The scale
of a loss can't be known from the steps; the usual one is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from msgspec import Struct

from nnscope.expression.parse import parse
from nnscope.expression.syntax import Binary, Expression, Name, names, substitute, walk
from nnscope.script.record import RecordedLine

_LOSSES = {
    "half the sum of ({y} - {output}) squared": "np.sum((y - output) ** 2) / 2",
    "the cross-entropy of {output} and {y}":
        "-np.sum(y * np.log(output) + (1 - y) * np.log(1 - output))",
    "the cross-entropy of the classes in {output} and {y}": "-np.sum(y * np.log(output))",
}  # fmt: skip


class StandardLoss(Struct, frozen=True):
    """A loss that may be what a script descends: its words, its expression, what it judges."""

    words: str
    expression: Expression
    output: str

    @property
    def because(self) -> str:
        """Why there is a line that the script does not have."""
        return f"the script computes no cost; its steps follow {self.words}"


def standard_losses(
    lines: tuple[RecordedLine, ...], carried: Mapping[str, str]
) -> Iterator[StandardLoss]:
    """Yield every standard loss of what the lines subtract from each other.

    What one line of the source subtracts for several examples, one after the other, is summed. The
    variables are ids; in the words, too.
    """
    for pairs in _by_place(lines, carried):
        if len(pairs) > 1:
            yield from _losses(pairs)
        yield from _losses(pairs[:1])


def _losses(pairs: Sequence[tuple[str, str]]) -> Iterator[StandardLoss]:
    """Yield each loss of some outputs with their targets, summed over all of them."""
    first, last = pairs[0], pairs[-1]
    for words, text in _LOSSES.items():
        told = words.format(y=first[1], output=first[0])
        each = [substitute(parse(text), {"y": Name(target), "output": Name(output)})
                for output, target in pairs]  # fmt: skip
        whole = reduce(lambda left, right: Binary("+", left, right), each)
        many = f", summed over {len(pairs)} examples" if len(pairs) > 1 else ""
        yield StandardLoss(told + many, whole, last[0])


def _by_place(
    lines: tuple[RecordedLine, ...], carried: Mapping[str, str]
) -> list[list[tuple[str, str]]]:
    """List the outputs with the targets that are subtracted from them, by the row of the source."""
    trained, made = {*carried}, set[str]()
    found: dict[tuple[str, int, int], dict[tuple[str, str], None]] = {}
    for line in lines:
        expression = parse(line.expression)
        if trained & {*names(expression)}:
            trained.add(line.id)
        for place, (output, target) in enumerate(_pairs(expression, trained)):
            if output in made:
                where = (line.file, line.row, place if line.file else len(found))
                found.setdefault(where, {})[output, target] = None
        made.add(line.id)
    return [list(pairs) for pairs in dict.fromkeys(map(tuple, found.values()))]


def _pairs(expression: Expression, trained: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each output and target that are subtracted from each other in an expression."""
    for node in walk(expression):
        match node:
            case Binary("-", Name(first), Name(second)) if (first in trained) != (
                second in trained
            ):
                yield (first, second) if first in trained else (second, first)
