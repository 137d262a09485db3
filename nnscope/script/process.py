"""Running a script in a process of its own, and taking what it recorded."""

import subprocess
import sys
import tempfile
import time as clock
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from nnscope.script.errors import ScriptError
from nnscope.script.record import Recorded, decoded

SECONDS = 120.0
_LOOKED = 0.05  # seconds between two looks whether to go on


def record(
    script: Path,
    arguments: Sequence[str] = (),
    row: int = 0,
    seconds: float = SECONDS,
    keep_going: Callable[[], bool] = lambda: True,
) -> tuple[Recorded, str]:
    """Run a script; give what was recorded, and what it printed.

    `row` is that of the training loop, 0 where it is to be found. The script is ended where
    `keep_going` says no. Raises `ScriptError` where nothing was recorded, and says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        result, printed = Path(folder, "recorded"), Path(folder, "printed")
        command = [sys.executable, "-m", "nnscope.script.child", str(result), str(row), str(script)]
        with printed.open("wb") as output:
            ended = _run([*command, *arguments], output.fileno(), seconds, keep_going)
        text = printed.read_text("utf-8", errors="replace")
        if not result.exists():
            raise ScriptError(
                f"{script.name}: {ended or 'the script ended before it was recorded'}"
            )
        try:
            return decoded(result.read_bytes()), text
        except msgspec.MsgspecError:
            raise ScriptError(f"{script.name}: what it recorded can't be read") from None


def _run(
    command: Sequence[str], output: int, seconds: float, keep_going: Callable[[], bool]
) -> str:
    """Run a command to its end; say why it did not get there."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                               stderr=subprocess.STDOUT)  # fmt: skip
    try:
        ends = clock.monotonic() + seconds
        while keep_going():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOKED)
                return ""
            if clock.monotonic() > ends:
                return f"it was ended after {seconds:.0f} seconds"
    finally:
        process.kill()
        process.wait()
    return "it was interrupted"
