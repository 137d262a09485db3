"""Scripts of a few lines, written where a test says so, and recorded."""

from pathlib import Path

from nnscope.program.model import Program
from nnscope.script.options import ScriptOptions
from nnscope.script.process import record
from nnscope.script.program import ScriptOrigin
from nnscope.script.record import Recorded

HEAD = """
import numpy as np
np.random.seed(0)
X, y = 1 * np.random.randn(6, 2), 1 * np.random.randn(6, 1)
W = np.random.randn(2, 1)
"""
"""Data and a parameter, as the scripts of tests have them."""


def recorded(folder: Path, text: str) -> Recorded:
    """Record a script that begins with `HEAD`."""
    path = folder / "script.py"
    path.write_text(HEAD + text)
    return record(path, options=ScriptOptions(seconds=60))[0]


def opened(folder: Path, text: str) -> Program:
    """Open it; raises `ScriptError`."""
    found = recorded(folder, text)
    return ScriptOrigin(folder / "script.py", found, {}, found.iterations).program()


def texts(program: Program) -> list[str]:
    """The lines, as the screen has them."""
    return [line.text for line in program.lines]
