"""Editing a line: the same scenario with a line of one's own."""

from dataclasses import replace

from nnscope.program.build import build
from nnscope.program.model import EDITED, Program
from nnscope.scenario.schema import OverrideTable


def edited(program: Program, target: str, expression: str) -> Program:
    """Give the program with another expression in the line of `target`.

    Raises `ScenarioError` for an expression that is not one or does not fit.
    """
    scenario = program.scenario
    kept = [override for override in scenario.overrides if override.target != target]
    own = OverrideTable(target, expression, EDITED)
    return build(replace(scenario, overrides=(*kept, own)))
