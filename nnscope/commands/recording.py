"""Recording a script for a command: what it may do, how far it is, and what there is to say."""

import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nnscope.commands.escape import listening
from nnscope.commands.output import retell
from nnscope.program.model import Program
from nnscope.script.errors import ScriptError
from nnscope.script.limits import CAN_LIMIT_MEMORY
from nnscope.script.options import ScriptOptions

if TYPE_CHECKING:
    from nnscope.script.process import KeepRecording
    from nnscope.script.record import Recorded

Tell = Callable[[str], None]
"""Is told a sentence for the reader."""

COMPARING = 1.0
"""How many seconds of replaying are compared with the recording when a script is opened."""

FORBIDDEN = "NNSCOPE_NO_SCRIPTS"
"""The variable of the environment that forbids to run scripts."""


def options_of(arguments: Namespace) -> ScriptOptions:
    """Collect what a command line says about a script."""
    told = arguments
    return ScriptOptions(tuple(told.arguments), told.loop, told.cost, told.seconds,
                         told.script_memory, told.no_scripts, call=told.call,
                         run=told.run)  # fmt: skip


def tell(text: str) -> None:
    """Tell it on standard error."""
    print(f"nnscope: {text}", file=sys.stderr)


def recorded_program(path: Path, options: ScriptOptions, tell: Tell) -> Program:
    """Run a script, record it, and compare its replay with it; raises `ScriptError`."""
    # a scenario needs nothing of this
    from nnscope.script.ahead import record_ahead  # noqa: PLC0415
    from nnscope.script.process import record  # noqa: PLC0415
    from nnscope.script.program import ScriptOrigin  # noqa: PLC0415

    _check(path, options)
    ahead = None
    with _progress(path.name) as keep_going:
        if options.is_ahead:
            recorded, ahead = record_ahead(path, options, keep_going)
        else:
            recorded, _ = record(path, options, keep_going)
    program = ScriptOrigin(path, recorded, {}, recorded.iterations, options.cost or None,
                           options=options, ahead=ahead).program()  # fmt: skip
    for text in (*_ending(recorded), *recorded.notes, *_differences(program, recorded)):
        tell(text)
    return program


def _check(path: Path, options: ScriptOptions) -> None:
    """Refuse what may not, or can't, be run."""
    if options.is_refused:
        raise ScriptError(f"{path} is a script, and would be run: --no-scripts forbids it")
    if os.environ.get(FORBIDDEN, "0") not in ("", "0"):
        raise ScriptError(f"{path} is a script, and would be run: {FORBIDDEN} is set, which "
                          "forbids it")  # fmt: skip
    if not path.is_file():
        raise ScriptError(f"{path}: there is no such file")
    if options.memory is not None and not CAN_LIMIT_MEMORY:
        raise ScriptError("this system can't limit the memory of a script: leave out "
                          "--script-memory")  # fmt: skip


def _ending(recorded: "Recorded") -> Iterator[str]:
    if recorded.error:
        yield f"{recorded.error}; what was recorded until then is here: " \
              f"{recorded.iterations:,} iterations"  # fmt: skip


def _differences(program: Program, recorded: "Recorded") -> Iterator[str]:
    """Compare the replay with the recording, so far as it can be done at once."""
    from nnscope.insight.check.replay import replay_difference  # noqa: PLC0415

    last = time.monotonic() + COMPARING
    found = replay_difference(program, recorded.checks, lambda _: time.monotonic() < last)
    if found is not None:
        yield f"the replay is not what the script computed: {found.text}"


@contextmanager
def _progress(name: str) -> Iterator["KeepRecording"]:
    """Tell how far a recording is, on a terminal, and end it when Esc is pressed there."""
    if not sys.stderr.isatty():
        yield lambda _iterations, _seconds: True
        return
    with listening() as is_escaped:

        def keep_going(iterations: int, seconds: float) -> bool:
            far = f"iteration {iterations:,}, {iterations / seconds:,.0f} a second"
            far = far if iterations else f"{seconds:.0f} s, in no training loop yet"
            retell(f"running {name}: {far}; Esc opens what is there")
            return not is_escaped()

        yield keep_going
    retell("")
