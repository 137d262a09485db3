"""`nnscope verify`: does every number come out that the source printed?"""

from argparse import Namespace

import numpy as np

from nnscope.commands.loading import load_program
from nnscope.insight.verify import Check, verify


def run(arguments: Namespace) -> int:
    """Check every file; exit status 1 if any printed number does not come out."""
    agreeing = total = 0
    for file in arguments.files:
        program = load_program(file)
        checks = list(verify(program))
        here, of = sum(check.agreeing for check in checks), sum(c.expectation.count for c in checks)
        agreeing, total = agreeing + here, total + of
        verdict = f"{here} of {of} printed numbers agree" if of else "the source prints no numbers"
        print(f"{'ok  ' if here == of else 'FAIL'}  {program.scenario.name}: {verdict}")
        for check in checks:
            if not check.passed:
                print(_difference(check))
    print(f"{agreeing} of {total} printed numbers agree in {len(arguments.files)} "
          f"scenario{'s' if len(arguments.files) > 1 else ''}")  # fmt: skip
    return 0 if agreeing == total else 1


def _difference(check: Check) -> str:
    expectation, found = check.expectation, np.asarray(check.found, dtype=np.float64)
    where = f"      iteration {expectation.iteration}, {expectation.text}: "
    if expectation.value is None or (expectation.shape not in (None, found.shape)):
        return where + f"printed shape {expectation.shape}, found {found.shape}"
    printed = expectation.value.reshape(found.shape)
    cell = np.unravel_index(np.nanargmax(np.abs(found - printed)), found.shape)
    index = [int(at) for at in cell]
    return (
        where
        + f"printed {printed[cell]:.10g}, found {found[cell]:.10g}"
        + (f" at {index}, where it differs most" if index else "")
    )
