"""`nnscope train`: run fast, print the cost now and then."""

import json
import sys
import time
from argparse import Namespace
from pathlib import Path

import numpy as np

from nnscope.commands.loading import load_named, why_no_cost
from nnscope.commands.output import retell
from nnscope.commands.saving import check_place, save
from nnscope.engine.keep.history import KeepGoing
from nnscope.engine.timeline import Timeline
from nnscope.export.trace import plain
from nnscope.program.model import Program
from nnscope.scenario.errors import wrong
from nnscope.scenario.library import find
from nnscope.script.options import is_script

_HUGE = 1e9  # from here on decimals say nothing, and the digits before them too little


def run(arguments: Namespace) -> int:
    """Train, print the cost every so many iterations, and keep the arrays if asked to."""
    program = load_named(arguments, arguments.iterations)
    if not program.cost:
        raise wrong(arguments.file, f"{why_no_cost(program)}, so there is no cost to "
                                    "print; `nnscope trace` shows the forward pass")  # fmt: skip
    if arguments.save:
        source = Path(arguments.file) if is_script(arguments.file) else find(arguments.file)
        check_place(Path(arguments.save), source)
    every = arguments.every or max(1, program.iterations // 10)
    timeline, started = Timeline(program), time.monotonic()
    for first in range(0, program.iterations, every):
        # up to the loss line of this iteration: its cost, before its update
        form = program.during(first)
        at = timeline.clock.moment_of(form.line_of.get(form.cost, len(form.lines) - 1), first)
        timeline.seek(at, _progress(program))
        _print_cost(program, first, float(timeline.history.costs.known()[first]), arguments.json)
    timeline.seek(timeline.length, _progress(program))
    if sys.stderr.isatty():
        seconds = time.monotonic() - started
        cost = timeline.history.costs.known()[-1]
        last = f"{program.spelled(program.cost)} = {cost:.6g} in the last"
        retell(f"{program.iterations} iterations in {seconds:.2f} s, {last}")
        print(file=sys.stderr)
    _warn(program, timeline)
    if arguments.save:
        save(Path(arguments.save), timeline.frame().by_name)
    return 0


def _warn(program: Program, timeline: Timeline) -> None:
    """Say on standard error where the cost stopped being a number."""
    bad = np.flatnonzero(~np.isfinite(timeline.history.costs.known()))
    if len(bad):
        name = program.spelled(program.cost)
        print(f"nnscope: {name} is not finite from iteration {bad[0]} on; the debugger "
              "stops at the line that made the first nan or inf", file=sys.stderr)  # fmt: skip


def _print_cost(program: Program, iteration: int, cost: float, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"iteration": iteration, "cost": plain(np.float64(cost))}))
    else:
        number = f"{cost:.6f}" if abs(cost) < _HUGE else f"{cost:.6e}"
        name = program.spelled(program.cost)
        print(f"iteration {iteration:>{len(str(program.iterations))}}  {name} = {number}")


def _progress(program: Program) -> KeepGoing:
    """Tell how far the run is, on a terminal ten times a second, and elsewhere not at all."""
    shown = time.monotonic()

    def tell(iteration: int) -> bool:
        nonlocal shown
        if time.monotonic() - shown > 0.1:
            shown = time.monotonic()
            percent = 100 * iteration // program.iterations
            retell(f"iteration {iteration} of {program.iterations}  {percent} %")
        return True

    return tell
