"""Comparing a run with what its source printed."""

from collections.abc import Iterator, Mapping
from operator import itemgetter

from msgspec import Struct

from nnscope.engine.clock import Clock
from nnscope.expression.evaluate import Value, evaluate
from nnscope.expression.syntax import names
from nnscope.insight.evaluate import timeline_to
from nnscope.program.expectations import Expectation
from nnscope.program.model import Program


class Check(Struct, frozen=True, eq=False):
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

    What is expected after the last update is computed by one iteration more, up to the line that
    it needs. Raises `ExpressionError` for an expected expression that can't be computed.
    """
    expectations = program.notes.expectations
    timeline = timeline_to(program, max((each.iteration for each in expectations), default=0))
    moments = [_moment(each, program, timeline.clock) for each in expectations]
    for time, expectation in sorted(zip(moments, expectations, strict=True), key=itemgetter(0)):
        timeline.seek(time)
        values = _values(program, expectation, timeline.frame().values)
        found = evaluate(expectation.expression, values)
        yield Check(expectation, found, expectation.agreeing(found))


def _values(
    program: Program, expectation: Expectation, values: Mapping[str, Value]
) -> Mapping[str, Value]:
    """Give what an expectation reads: the values of the training, or those on other data."""
    for each in program.notes.evaluations:
        if each.name == expectation.evaluation:
            return each.values(values)
    return values


def _moment(expectation: Expectation, program: Program, clock: Clock) -> int:
    if expectation.evaluation:  # by what the iteration starts from
        return clock.moment_of(0, expectation.iteration)
    if expectation.when == "end":
        return clock.end(expectation.iteration)
    # at the start and after updates: up to the last line that it reads; the first changes nothing
    form = program.during(expectation.iteration)
    made = [form.line_of.get(name, 0) for name in names(expectation.expression)]
    return clock.moment_of(max(made, default=0), expectation.iteration)
