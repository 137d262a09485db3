"""The scenario behind a program: what it is called, and the program after a change to it."""

from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from nnscope.expression.errors import ExpressionError
from nnscope.modified import modified
from nnscope.network.printed import reached
from nnscope.program.model import EDITED, Line, Program
from nnscope.scenario.errors import ScenarioError, wrong
from nnscope.scenario.load import load
from nnscope.scenario.model import Scenario
from nnscope.scenario.schema import OverrideTable


class ScenarioOrigin(Struct, frozen=True, eq=False):
    """A program that was compiled from a scenario."""

    scenario: Scenario
    kind: str = "scenario"

    @property
    def name(self) -> str:
        """The file's name, without .toml."""
        return self.scenario.name

    @property
    def headline(self) -> str:
        """The file's name, without .toml."""
        return self.name

    @property
    def title(self) -> str:
        """The scenario's title."""
        return self.scenario.title

    @property
    def about(self) -> str:
        """What the scenario shows."""
        return self.scenario.about

    @property
    def source(self) -> str:
        """Who published its numbers."""
        return self.scenario.source

    def edited(self, line: Line, expression: str) -> Program:
        """Give the program with another expression in one of its lines.

        Raises `ExpressionError` for an expression that is not one or does not fit.
        """
        written = [
            each.target for each in self._built(self.scenario).lines if each.spelled == line.spelled
        ]
        nth, last = written.index(line.target) + 1, len(written)
        kept = [
            each
            for each in self.scenario.overrides
            if each.target != line.spelled or (each.nth or last) != nth
        ]
        own = OverrideTable(line.spelled, expression, EDITED, nth)
        try:
            return self._built(replace(self.scenario, overrides=(*kept, own)))
        except ScenarioError as error:
            raise ExpressionError(error.problems[0].message) from None

    def with_iterations(self, iterations: int) -> Program:
        """Give the program for another number of iterations.

        Raises `ScenarioError` where the scenario has no `[training]`, and for less than one.
        """
        scenario = self.scenario
        if iterations < 1:
            raise wrong(str(scenario.path), f"a run has at least one iteration, not {iterations}")
        if scenario.training is None:
            if iterations == 1:
                return self._built(scenario)
            told = f"without [training] there is one iteration, not {iterations}"
            raise wrong(str(scenario.path), told)
        training = msgspec.structs.replace(scenario.training, iterations=iterations)
        # a shorter run never reaches the later numbers of the source
        kept = (reached(each, iterations) for each in scenario.expects)
        expects = tuple(each for each in kept if each is not None)
        return self._built(replace(scenario, training=training, expects=expects))

    @property
    def is_outdated(self) -> bool:
        """Whether the file has been changed since it was read."""
        return modified(self.scenario.path) not in (self.scenario.modified, None)

    is_growing = has_grown = False

    def grown(self) -> Program:
        """Give the program with more iterations: there never are any."""
        return self._built(self.scenario)

    def again(self, keep_going: Callable[[], bool]) -> Program:
        """Read the file again and build it; raises `ExpressionError`."""
        try:
            return self._built(load(self.scenario.path))
        except ScenarioError as error:
            raise ExpressionError(str(error)) from None

    def _built(self, scenario: Scenario) -> Program:
        from nnscope.network.build import build  # noqa: PLC0415  it makes the origin itself

        return build(scenario)
