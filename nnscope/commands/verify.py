"""`nnscope verify`: does every number come out that the source printed?"""

from argparse import Namespace

import numpy as np

from nnscope.commands.loading import load_program
from nnscope.commands.mistakes import MISTAKES, told
from nnscope.commands.output import complain
from nnscope.commands.recording import options_of
from nnscope.expression.number_types import SINGLE
from nnscope.insight.check.printed_numbers import Check, verify
from nnscope.insight.numbers import full
from nnscope.program.model import Program
from nnscope.scenario.errors import counted


def run(arguments: Namespace) -> int:
    """Check every file; exit status 2 if any can't be used, 1 if any printed number differs."""
    agreeing, total, used = 0, 0, 0
    for file in arguments.files:
        try:
            here, of = _verified(load_program(file, options=options_of(arguments)))
        except BrokenPipeError:
            raise
        except MISTAKES as mistake:
            complain(told(mistake))
        else:
            agreeing, total, used = agreeing + here, total + of, used + 1
    if used:
        done = counted(used, "scenario")
        print(f"{agreeing} of {total} printed numbers agree in {done}", flush=True)
    left = len(arguments.files) - used
    if left and len(arguments.files) > 1:
        complain(f"{left} of {len(arguments.files)} files could not be used")
    return 2 if left else int(agreeing != total)


def _verified(program: Program) -> tuple[int, int]:
    """Tell how many of a program's printed numbers agree, of how many."""
    checks = list(verify(program))
    here, of = sum(check.agreeing for check in checks), sum(c.expectation.count for c in checks)
    verdict = f"{here} of {of} printed numbers agree" if of else "the source prints no numbers"
    print(f"{'ok  ' if here == of else 'FAIL'}  {program.name}: {verdict}")
    for check in checks:
        if not check.passed:
            print(_difference(check))
    return here, of


def _difference(check: Check) -> str:
    """Tell of the cell that is farthest from what was printed."""
    expectation, found = check.expectation, np.asarray(check.found, dtype=np.float64)
    where = f"      {expectation.moment}, {expectation.text}: "
    if expectation.value is None or expectation.shape not in (None, found.shape):
        return where + f"printed shape {expectation.shape}, found {found.shape}"
    printed = expectation.value.reshape(found.shape)
    with np.errstate(invalid="ignore"):
        distance = np.atleast_1d(np.abs(found - printed))
    found, printed = np.atleast_1d(found), np.atleast_1d(printed)
    distance[np.isnan(distance) & (np.isnan(found) != np.isnan(printed))] = np.inf
    cell = np.unravel_index(
        int(np.argmax(np.nan_to_num(distance, nan=0.0, posinf=np.inf))), found.shape
    )
    index = [int(at) for at in cell] if expectation.value.ndim else []
    place = f" at {index}, where it differs most" if index else ""
    is_single = np.asarray(check.found).dtype == SINGLE
    return where + (f"printed {full(printed[cell])}, "
                    f"found {full(found[cell], is_single)}{place}")  # fmt: skip
