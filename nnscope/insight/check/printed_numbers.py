"""Comparing a run with what its source printed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import itemgetter

from nnscope.engine.clock import Clock
from nnscope.engine.timeline import Timeline
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.syntax import names
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

    What is expected after the last update is computed by one iteration more, up to the line that
    it needs. Raises `ExpressionError` for an expected expression that can't be computed.
    """
    expectations = program.notes.expectations
    needed = max((each.iteration + 1 for each in expectations), default=1)
    timeline = Timeline(replace(program, iterations=max(program.iterations, needed)))
    moments = [_moment(each, program, timeline.clock) for each in expectations]
    for time, expectation in sorted(zip(moments, expectations, strict=True), key=itemgetter(0)):
        timeline.seek(time)
        found = evaluate(expectation.expression, timeline.frame().values)
        yield Check(expectation, found, expectation.agreeing(found))


def _moment(expectation: Expectation, program: Program, clock: Clock) -> int:
    if expectation.when == "end":
        return clock.end(expectation.iteration)
    # at the start and after updates: up to the last line that it reads; the first changes nothing
    made = [program.line_of.get(name, 0) for name in names(expectation.expression)]
    return clock.moment_of(max(made, default=0), expectation.iteration)
