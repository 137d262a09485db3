"""From a word on the command line to a program."""

import sys
from argparse import Namespace
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from nnscope.commands.recording import Tell, options_of, recorded_program, tell
from nnscope.expression.errors import ExpressionError
from nnscope.insight.stop_text import stops_of
from nnscope.network.build import build
from nnscope.program.model import Program
from nnscope.program.notes import Lesson
from nnscope.scenario.errors import ScenarioError, wrong
from nnscope.scenario.library import find, lessons
from nnscope.scenario.load import load
from nnscope.script.errors import ScriptError
from nnscope.script.options import ScriptOptions, is_script


def load_named(arguments: Namespace, iterations: int | None = None, tell: Tell = tell) -> Program:
    """Load what a command line names, a script with the options of that; see `read_program`.

    What is doubtful in a scenario is told on standard error.
    """
    return load_program(arguments.file, iterations, options_of(arguments), tell)


def load_program(
    name: str,
    iterations: int | None = None,
    options: ScriptOptions | None = None,
    tell: Tell = tell,
) -> Program:
    """Load a program for a command: what is doubtful in its source is told on standard error.

    It takes and raises what `read_program` does.
    """
    program = read_program(name, iterations, options, tell)
    for warning in program.notes.warnings:
        print(f"nnscope: warning: {wrong(str(find(name)), warning)}", file=sys.stderr)
    return program


def read_program(
    name: str,
    iterations: int | None = None,
    options: ScriptOptions | None = None,
    tell: Tell = tell,
) -> Program:
    """Load a scenario by path or name, or record a script; for its own iterations or so many.

    A script is a program, and runs; `tell` is told what there is to know about that. Raises
    `ScenarioError`.
    """
    path = Path(name) if is_script(name) else find(name)
    program = _recorded(path, options, tell) if is_script(name) else build(load(path))
    try:
        if iterations is not None:
            program = program.origin.with_iterations(iterations)
        stops_of(program)  # a wrong stop is told before anything opens
    except ScriptError as error:
        raise wrong("", str(error)) from None
    except ExpressionError as error:
        raise wrong(str(path), str(error)) from None
    return program


def _recorded(path: Path, options: ScriptOptions | None, tell: Tell) -> Program:
    try:
        return recorded_program(path, options or ScriptOptions(), tell)
    except ScriptError as error:
        raise wrong("", str(error)) from None
    except ExpressionError as error:
        raise wrong(str(path), str(error)) from None


def why_no_cost(program: Program) -> str:
    """Say why a program has no cost, and what would give it one."""
    from nnscope.script.program import ScriptOrigin  # noqa: PLC0415  a scenario needs it not

    if not isinstance(program.origin, ScriptOrigin):
        return "there is no [loss]"
    names = ", ".join(program.origin.costs)
    if not names:
        return "it computes no number with a name that its steps could follow"
    return f"no number was found that its steps follow (--cost NAME says which it is: {names})"


def library() -> Mapping[str, Lesson]:
    """Give each scenario of the library by its name, from simple to deep."""
    return {
        path.stem: Lesson(teaches, partial(_from_library, path))
        for path, teaches in lessons().items()
    }


def _from_library(path: Path) -> Program:
    try:
        return read_program(str(path))
    except ScenarioError as error:
        raise ExpressionError(str(error)) from None
