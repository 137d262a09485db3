"""`nnscope shapes`: the dimension sheet of a scenario."""

import json
from argparse import Namespace
from typing import Any

from nnscope.commands.loading import load_named
from nnscope.insight.line.shape_sheet import Dimensions, dimensions, render


def run(arguments: Namespace) -> int:
    """Print every array with its shape, and every line with how its shapes fit."""
    program = load_named(arguments)
    sheet = dimensions(program)
    if arguments.json:
        print(json.dumps(as_object(sheet)))
    else:
        print("\n".join([program.origin.title, "", *render(sheet)]))
    return 0


def as_object(sheet: Dimensions) -> dict[str, Any]:
    """Put a sheet into what JSON has; lines count from 1."""
    return {
        "axes": {axis.name: axis.size for axis in sheet.axes},
        "arrays": [
            {"name": row.name, "letters": row.letters, "shape": list(row.sizes),
             "meaning": row.meaning, **({"dtype": row.type} if row.type else {})}
            for row in sheet.arrays
        ],
        "lines": [
            {"line": row.index + 1, "phase": row.phase.value, "text": row.text, "fit": row.fit}
            for row in sheet.lines
        ],
    }  # fmt: skip
