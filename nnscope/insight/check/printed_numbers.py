"""Comparing a run with what its source printed."""

from collections.abc import Iterator
from dataclasses import dataclass

from nnscope.engine.clock import Clock
from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value, evaluate
from nnscope.program.expectations import Expectation
from nnscope.program.model import Program


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class Check:
    """One expectation with what was found, and how many of its numbers agree."""

    expectation: Expectation
    found: Value
    agreeing: int

    def __repr__(self) -> str:
        text, iteration, *_, verdict = self.cells
        return f"<Check {text} in iteration {iteration}: {verdict}>"

    @property
    def cells(self) -> tuple[object, ...]:
        """The row of a table: what was printed, its iteration, how many numbers agree."""
        expectation = self.expectation
        verdict = f"{self.agreeing} of {expectation.count} printed numbers agree"
        return expectation.text, expectation.iteration, verdict

    @property
    def passed(self) -> bool:
        """Whether every printed number agrees."""
        return self.agreeing == self.expectation.count


def verify(program: Program) -> Iterator[Check]:
    """Run a program to each expectation, in the order of time, and compare.

    Raises `ExpressionError` for an expected expression that can't be computed.
    """
    timeline = Timeline(program)
    clock = timeline.clock
    for expectation in sorted(program.notes.expectations, key=lambda each: _moment(each, clock)):
        timeline.seek(_moment(expectation, clock))
        found = evaluate(expectation.expression, timeline.frame().values)
        yield Check(expectation, found, expectation.agreeing(found))


def _moment(expectation: Expectation, clock: Clock) -> int:
    if expectation.when == "end":
        return clock.end(expectation.iteration)
    return clock.moment_of(0, expectation.iteration)  # the first line changes nothing of the start
