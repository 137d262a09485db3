"""Comparing a run with what its source printed."""

from collections.abc import Iterator
from dataclasses import dataclass

from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value, evaluate
from nnscope.program.expectations import Expectation
from nnscope.program.model import Program


@dataclass(frozen=True, eq=False, slots=True)
class Check:
    """One expectation with what was found, and how many of its numbers agree."""

    expectation: Expectation
    found: Value
    agreeing: int

    @property
    def passed(self) -> bool:
        """Whether every printed number agrees."""
        return self.agreeing == self.expectation.count


def verify(program: Program) -> Iterator[Check]:
    """Run a program to each expectation, in the order of time, and compare.

    Raises `ExpressionError` for an expected expression that can't be computed.
    """
    timeline, lines = Timeline(program), len(program.lines)
    for expectation in sorted(program.notes.expectations, key=lambda each: _moment(each, lines)):
        timeline.seek(_moment(expectation, lines))
        found = evaluate(expectation.expression, timeline.frame().values)
        yield Check(expectation, found, expectation.agreeing(found))


def _moment(expectation: Expectation, lines: int) -> int:
    if expectation.when == "end":
        return lines * (expectation.iteration + 1)
    return lines * expectation.iteration + 1  # the first line changes nothing of the start
