"""`nnscope evaluate`: the forward pass on other data, behind so many updates."""

import json
from argparse import Namespace
from typing import Any

import numpy as np

from nnscope.commands.loading import load_named
from nnscope.export.trace import plain
from nnscope.expression.number_types import SINGLE
from nnscope.insight.evaluate import Evaluated, evaluate_after, heading
from nnscope.insight.numbers import full
from nnscope.scenario.errors import wrong


def run(arguments: Namespace) -> int:
    """Train, then print what each `[[evaluate]]` of the file gives."""
    program = load_named(arguments)
    if not program.notes.evaluations:
        raise wrong(arguments.file, "there is no [[evaluate]] that says on which data")
    for each in evaluate_after(program, program.notes.evaluations, arguments.after):
        print(json.dumps(as_object(each), allow_nan=False) if arguments.json else as_text(each))
    return 0


def as_object(found: Evaluated) -> dict[str, Any]:
    """Put an evaluation into what JSON has."""
    results = {name: plain(value) for name, value in found.results.items()}
    return {"evaluate": found.name, "after": found.after, "examples": found.examples,
            "values": results}  # fmt: skip


def as_text(found: Evaluated) -> str:
    """Write an evaluation for reading: a row for each number, and arrays as NumPy prints them."""
    rows = [heading(found)]
    width = max(map(len, found.results), default=0)
    for name, value in found.results.items():
        array = np.asarray(value)
        told = _array(array, width + 5) if array.ndim else full(float(array), array.dtype == SINGLE)
        rows.append(f"  {name:<{width}} = {told}")
    return "\n".join(rows)


def _array(array: np.ndarray[Any, Any], indent: int) -> str:
    text = np.array2string(array, precision=8, threshold=60, max_line_width=100)
    return f"\n{'':{indent}}".join(text.splitlines())
