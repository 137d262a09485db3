"""`nnscope explain`: the arithmetic of one cell, down to the names and where they come from."""

import json
from argparse import Namespace
from typing import Any

import numpy as np

from nnscope.commands.loading import load_named
from nnscope.export.trace import plain
from nnscope.insight.explain.derivation import Derivation, derive


def run(arguments: Namespace) -> int:
    """Print how a cell came about, as it is at the end of an iteration."""
    program = load_named(arguments)
    found = derive(program, arguments.cell, arguments.iteration, largest=arguments.largest)
    print(json.dumps(as_object(found), allow_nan=False) if arguments.json else found)
    return 0


def as_object(found: Derivation) -> dict[str, Any]:
    """Put a derivation into what JSON has; lines count from 1, and are null where there is none."""
    computed = None if found.explanation is None else found.explanation.value
    return {
        "cell": found.text,
        "iteration": found.iteration,
        "line": None if found.line is None else found.line + 1,
        "value": _number(found.stored),
        "computed": _number(computed),
        "difference": _number(found.difference),
        "steps": [
            {"depth": step.depth, "text": step.text, "arithmetic": step.work,
             "value": _number(step.value), "note": step.note}
            for step in found.steps
        ],
    }  # fmt: skip


def _number(value: float | None) -> Any:
    return None if value is None else plain(np.float64(value))
