"""From a word on the command line to a program."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from nnscope.expression.errors import ExpressionError
from nnscope.insight.stop_text import stops_of
from nnscope.network.build import build
from nnscope.program.model import Program
from nnscope.scenario.errors import ScenarioError, wrong
from nnscope.scenario.library import find, paths
from nnscope.scenario.load import load


def load_program(name: str, iterations: int | None = None) -> Program:
    """Load and build a scenario by path or name, for its own number of iterations or another.

    Raises `ScenarioError`.
    """
    path = find(name)
    program = build(load(path))
    if iterations is not None:
        program = program.origin.with_iterations(iterations)
    try:
        stops_of(program)  # a wrong stop is told before anything opens
    except ExpressionError as error:
        raise wrong(str(path), str(error)) from None
    return program


def library() -> Mapping[str, Callable[[], Program]]:
    """Give what loads each scenario of the library, by name; it raises `ExpressionError`."""
    return {path.stem: partial(_from_library, path) for path in paths()}


def _from_library(path: Path) -> Program:
    try:
        return load_program(str(path))
    except ScenarioError as error:
        raise ExpressionError(str(error)) from None
