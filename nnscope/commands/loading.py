"""From a word on the command line to a program."""

import sys
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
from nnscope.script.process import record
from nnscope.script.program import ScriptOrigin


def load_program(name: str, iterations: int | None = None) -> Program:
    """Load a program for a command: what is doubtful in its source is told on standard error.

    It takes and raises what `read_program` does.
    """
    program = read_program(name, iterations)
    for warning in program.notes.warnings:
        print(f"nnscope: warning: {wrong(str(find(name)), warning)}", file=sys.stderr)
    return program


def read_program(name: str, iterations: int | None = None) -> Program:
    """Load a scenario by path or name, or record a script; for its own iterations or so many.

    A script is a program, and runs. Raises `ScenarioError`.
    """
    path = Path(name) if name.endswith(".py") else find(name)
    program = _recorded(path) if name.endswith(".py") else build(load(path))
    if iterations is not None:
        program = program.origin.with_iterations(iterations)
    try:
        stops_of(program)  # a wrong stop is told before anything opens
    except ExpressionError as error:
        raise wrong(str(path), str(error)) from None
    return program


def _recorded(path: Path) -> Program:
    """Run a script and record it."""
    if not path.is_file():
        raise wrong(str(path), "there is no such file")
    try:
        recorded, _ = record(path)
        return ScriptOrigin(path, recorded, {}, recorded.iterations).program()
    except ExpressionError as error:
        raise wrong(str(path), str(error)) from None


def library() -> Mapping[str, Callable[[], Program]]:
    """Give what loads each scenario of the library, by name; it raises `ExpressionError`."""
    return {path.stem: partial(_from_library, path) for path in paths()}


def _from_library(path: Path) -> Program:
    try:
        return read_program(str(path))
    except ScenarioError as error:
        raise ExpressionError(str(error)) from None
