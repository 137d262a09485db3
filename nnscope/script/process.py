"""Running a script in a process of its own, and taking what it recorded."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from nnscope.script.capture import Capture
from nnscope.script.errors import ScriptError
from nnscope.script.options import MEMORY, ScriptOptions
from nnscope.script.parts import PartReader
from nnscope.script.record import Recorded

KeepRecording = Callable[[int, float], bool]
"""Is told the iterations recorded so far, and the seconds; says whether to go on."""

_ROOT = str(Path(__file__).parents[2])  # for who runs nnscope from its source
_START = "import sys; sys.path.append(sys.argv.pop(1)); " \
         "from nnscope.script.child import main; sys.path.pop(); main()"  # fmt: skip
_TICK, _PATIENCE = 0.05, 10.0  # seconds


def _always(_iterations: int, _seconds: float) -> bool:
    return True


def record(
    script: Path, options: ScriptOptions | None = None, keep_going: KeepRecording = _always
) -> tuple[Recorded, str]:
    """Run a script; give what was recorded, and what it printed.

    It ends with the script, at a limit, when `keep_going` says so, or by Ctrl+C; `error` of what
    was recorded says how. Raises `ScriptError` where the script can't be run.
    """
    with Running(script, options or ScriptOptions()) as run:
        why = run.wait(keep_going)
        run.end()
        return run.recorded(why), run.printed.text()


class Running:
    """A process that runs a script, and what it has recorded so far."""

    def __init__(self, script: Path, options: ScriptOptions) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        result = Path(self._folder.name, "recorded")
        self._script, self._options = script, options
        self._parts = PartReader(result)
        settings = {"row": options.row, "call": options.call, "run": options.run,
                    "seconds": options.seconds,
                    "memory": options.memory or MEMORY}  # fmt: skip
        command = [sys.executable, "-P", "-c", _START, _ROOT, str(result),
                   msgspec.json.encode(settings).decode(), str(script)]  # fmt: skip
        try:
            self._process = subprocess.Popen(
                [*command, *options.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, **_own_group(),
            )  # fmt: skip
        except ValueError as error:  # a zero byte among the arguments
            self._folder.cleanup()
            raise ScriptError(f"{script.name} can't be run: {error}") from None
        assert self._process.stdout is not None
        self.printed = Capture(self._process.stdout)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._folder.cleanup()

    @property
    def so_far(self) -> Recorded | None:
        """What was recorded by now; None as long as there is nothing."""
        return self._parts.recorded

    def wait(self, keep_going: KeepRecording) -> str:
        """Wait for the end of the script; say who ended it, if it did not itself."""
        begun = time.monotonic()
        try:
            while self._is_running(_TICK):
                seconds = time.monotonic() - begun
                self._parts.read()
                count = self._parts.recorded.iterations if self._parts.recorded else 0
                if seconds > self._options.seconds:
                    return self._stopped(
                        f"the script was ended after {self._options.seconds:g} seconds "
                        "(--seconds sets the limit)"
                    )
                if not keep_going(count, seconds):
                    return self._stopped("you ended the recording")
        except KeyboardInterrupt:
            return self._stopped("you ended the recording")
        except msgspec.MsgspecError:
            raise ScriptError(f"{self._script.name}: what it recorded can't be read") from None
        return ""

    def _is_running(self, seconds: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.poll() is None

    def _stopped(self, why: str) -> str:
        """Ask the process to hand over what it has, and to end."""
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended
            self._process.stdin.write(b"e")
            self._process.stdin.flush()
        self._is_running(_PATIENCE)
        return why

    def end(self) -> None:
        """End the process, and those that the script has started."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()

    def recorded(self, why: str) -> Recorded:
        """Give what was recorded; `why` says who ended the script, if it did not itself."""
        with suppress(msgspec.MsgspecError):
            self._parts.read()
        found = self._parts.recorded or Recorded()
        if found.is_whole:
            return found
        where = found.error or self._script.name  # a part that is not the last says where it stands
        return msgspec.structs.replace(found, error=f"{where}: {why or self._broken()}")

    def _broken(self) -> str:
        """Say how the process ended that did not hand over its last part."""
        status = self._process.returncode
        if status < 0:
            names = {each.value: each.name for each in signal.Signals}
            return f"the script was ended by signal {names.get(-status, -status)}"
        return f"the process of the script broke off with status {status}"


def _own_group() -> dict[str, Any]:
    """Start a process in a group of its own: Ctrl+C is for the debugger."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
