"""Losses for a script that computes none: the one that its steps follow, if any does.

The outputs and targets are what some line subtracts, one of which no parameter leads to. The scale
of a loss can't be known from the steps; the usual one is written.
"""

from collections.abc import Iterator, Mapping

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


def standard_losses(
    lines: tuple[RecordedLine, ...], carried: Mapping[str, str]
) -> Iterator[StandardLoss]:
    """Yield every standard loss of what the lines subtract from each other.

    The variables are ids; in the words, too.
    """
    trained, made = {*carried}, set[str]()
    for line in lines:
        expression = parse(line.expression)
        if trained & {*names(expression)}:
            trained.add(line.id)
        for output, target in _pairs(expression, trained):
            if output in made and line.id not in carried.values():
                for words, text in _LOSSES.items():
                    meant = {"y": Name(target), "output": Name(output)}
                    told = words.format(y=target, output=output)
                    yield StandardLoss(told, substitute(parse(text), meant), output)
        made.add(line.id)


def _pairs(expression: Expression, trained: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each output and target that are subtracted from each other in an expression."""
    for node in walk(expression):
        match node:
            case Binary("-", Name(first), Name(second)) if (first in trained) != (
                second in trained
            ):
                yield (first, second) if first in trained else (second, first)
