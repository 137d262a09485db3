"""From a word on the command line to a program."""

from dataclasses import replace

import msgspec

from nnscope.insight.stop_text import stops_of
from nnscope.program.build import build
from nnscope.program.model import Program
from nnscope.scenario.errors import wrong
from nnscope.scenario.library import find
from nnscope.scenario.load import load
from nnscope.scenario.model import Scenario


def load_program(name: str, iterations: int | None = None) -> Program:
    """Load and build a scenario by path or name, for its own number of iterations or another.

    Raises `ScenarioError`.
    """
    scenario = load(find(name))
    program = build(scenario if iterations is None else with_iterations(scenario, iterations))
    stops_of(program)  # a wrong stop is told before anything opens
    return program


def with_iterations(scenario: Scenario, iterations: int) -> Scenario:
    """Give the same scenario with another number of iterations.

    Raises `ScenarioError` where it has no `[training]`, and for less than one.
    """
    if iterations < 1:
        raise wrong(str(scenario.path), f"a run has at least one iteration, not {iterations}")
    if scenario.training is None:
        if iterations == 1:
            return scenario
        raise wrong(str(scenario.path), "without [training] there is one iteration, not "
                    f"{iterations}")  # fmt: skip
    training = msgspec.structs.replace(scenario.training, iterations=iterations)
    # a shorter run never reaches the later numbers of the source
    expects = tuple(expect for expect in scenario.expects if expect.iteration < iterations)
    return replace(scenario, training=training, expects=expects)
