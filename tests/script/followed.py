"""Records scripts twice, following passes and not: `python followed.py SCRIPT ...`.

It prints a line of JSON for each: whether both recordings are the same, the iterations, and how
many passes of the training loop were recorded whole.
"""

import contextlib
import io
import json
import os
import sys
from collections.abc import Container
from pathlib import Path
from unittest.mock import patch

import msgspec
import numpy as np

from nnscope.script.iterations import Iterations
from nnscope.script.record import Recorded, encoded
from nnscope.script.running import Running
from nnscope.script.tape import Pass
from nnscope.script.trace import Trace


class Counted(Iterations):
    """Counts the passes of the training loop that are recorded whole."""

    whole = 0

    def ended(self, now: Pass, going_on: Container[int] = ()) -> None:
        """Take a pass."""
        self.whole += now.loop == self.loop
        super().ended(now, going_on)


def recorded(path: Path) -> tuple[Recorded, int]:
    """Record a script, in this process."""
    running = Running(path, None)
    counted = running.iterations = Counted(running.sites, running.hooks.known)
    names = [*sys.modules]
    with (
        patch.object(sys, "path", [str(path.parent), *sys.path]),
        patch.object(sys, "meta_path", [*sys.meta_path]),
        patch.object(sys, "argv", [str(path)]),
        patch.dict(sys.modules),
        contextlib.redirect_stdout(io.StringIO()),
        np.errstate(all="ignore"),
    ):
        error = running.run()
        for name in sys.modules.keys() - {*names}:
            del sys.modules[name]
    found = running.recorded(error)
    return msgspec.structs.replace(found, sources={}), counted.whole


def main() -> None:
    """Compare each script."""
    for script in sys.argv[1:]:
        path = Path(script).resolve()
        os.chdir(path.parent)
        followed, whole = recorded(path)
        with patch.object(Trace, "add", lambda *_: None):
            not_followed, _ = recorded(path)
        is_same = encoded(followed) == encoded(not_followed)
        told = {"is_same": is_same, "iterations": followed.iterations, "whole": whole}
        print(json.dumps({"name": path.name, **told}))


if __name__ == "__main__":
    main()
