"""Running a script in a process of its own, and taking what it recorded."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from nnscope.script.errors import ScriptError
from nnscope.script.record import Recorded, decoded

SECONDS = 120.0


def record(
    script: Path, arguments: Sequence[str] = (), row: int = 0, seconds: float = SECONDS
) -> tuple[Recorded, str]:
    """Run a script; give what was recorded, and what it printed.

    `row` is that of the training loop, 0 where it is to be found. Raises `ScriptError` where
    nothing was recorded, and says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        result, printed = Path(folder, "recorded"), Path(folder, "printed")
        command = [sys.executable, "-m", "nnscope.script.child", str(result), str(row), str(script)]
        with printed.open("wb") as output:
            ended = _run([*command, *arguments], output.fileno(), seconds)
        text = printed.read_text("utf-8", errors="replace")
        if not result.exists():
            raise ScriptError(
                f"{script.name}: {ended or 'the script ended before it was recorded'}"
            )
        try:
            return decoded(result.read_bytes()), text
        except msgspec.MsgspecError:
            raise ScriptError(f"{script.name}: what it recorded can't be read") from None


def _run(command: Sequence[str], output: int, seconds: float) -> str:
    """Run a command to its end; say why it did not get there."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                               stderr=subprocess.STDOUT)  # fmt: skip
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return f"it was ended after {seconds:.0f} seconds"
    finally:
        process.kill()
        process.wait()
    return ""
