"""The process that runs a script: `child RESULT SETTINGS SCRIPT [ARGUMENTS]`.

It does what `python SCRIPT ARGUMENTS` does, with hooks in the script and in the modules beside it,
and writes what was recorded to the file RESULT, however the script ends.
"""

import builtins
import faulthandler
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from nnscope.script import endings, warned
from nnscope.script.following import FollowingHooks
from nnscope.script.hooks import Hooks
from nnscope.script.leaving import before_leaving
from nnscope.script.limits import limit_memory, unlimit_memory
from nnscope.script.parts import PartWriter
from nnscope.script.record import Recorded
from nnscope.script.running import Running
from nnscope.script.watching import watch

_GRACE, _LONGEST = 30.0, 1e6  # seconds
LARGEST = 2**30
"""How many bytes of a recording are kept."""

_DEPTH = 3
"""How many frames a call takes with hooks in it, where it takes one without."""


class Settings(msgspec.Struct, frozen=True):
    """What the debugger asks for: the row of the loop or 0, a call, which run, and limits."""

    row: int
    call: str
    run: int
    seconds: float
    memory: int


class HandOver:
    """Writes what was recorded, from whatever thread and as often as asked, and the last once."""

    def __init__(self, result: Path, running: Running) -> None:
        self._writer, self._running = PartWriter(result), running
        self._main, self._lock = threading.get_ident(), threading.RLock()
        self._own, self._is_over = os.getpid(), False

    def now(self) -> None:
        """Write what is new; where that has become too much, end the recording."""
        self._write("", is_last=False)
        if self._writer.size > LARGEST:
            size = f"{LARGEST / 2**20:.0f} MB"
            self._running.stop(f"what its iterations read takes more than {size} to keep")

    def ended(self, error: str) -> None:
        """Write the last part: the script has come to its end, and `error` says how if not well."""
        if os.getpid() == self._own:  # and not a process that the script has forked
            unlimit_memory()
            self._write(error, is_last=True)

    def left(self, how: str) -> None:
        """Write the last part when the script leaves Python at once; `how` is what it calls."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        with suppress(Exception):  # nothing keeps it from leaving
            self.ended(self._standing(f"the script ended itself by {how}"))

    def perhaps_left(self) -> None:
        """Write what is new, and where the script stands: it may end here."""
        with suppress(Exception):
            self._write(self._standing(""), is_last=False)

    def broken_off(self, is_asked: bool) -> None:
        """End writing, when the debugger ends the script; it may ask for what is there."""
        unlimit_memory()
        if is_asked:
            self._write(self._standing(""), is_last=False)
        self._is_over = True

    def _standing(self, what: str) -> str:
        frame = sys._current_frames().get(self._main)
        where = endings.standing(frame, self._running.own, self._running.place)
        return ": ".join(each for each in (where, what) if each)

    def _write(self, error: str, *, is_last: bool) -> None:
        with self._lock:
            if not self._is_over:
                recorded = self._running.recorded(error, is_last)
                try:
                    self._writer.write(recorded)
                except TypeError as reason:
                    told = f"{self._running.name}: {reason}"
                    self._writer.write(Recorded(error=told, is_whole=is_last))
                self._is_over = is_last


def main() -> None:
    """Run the script that the arguments name."""
    result, told, script, *arguments = sys.argv[1:]
    settings = msgspec.json.decode(told, type=Settings)
    path = Path(script).resolve()
    sys.argv = [script, *arguments]
    sys.path.insert(0, str(path.parent))
    running = Running(path, settings.row or None, settings.call, settings.run)
    hand_over = HandOver(Path(result), running)
    _prepare(running)
    before_leaving(hand_over.left, hand_over.perhaps_left)
    watch(Path(result).parent, hand_over.now, hand_over.broken_off)
    _end_after(settings.seconds + _GRACE)
    limit_memory(settings.memory)
    error = running.run()
    _join_threads()
    hand_over.ended(error)
    sys.unraisablehook = lambda _: None  # Python takes the hooks down before the script's objects


def _prepare(running: Running) -> None:
    """Be as a Python that runs a script, where nobody looks at windows and nobody types."""
    os.environ["MPLBACKEND"] = "Agg"  # plots open no window
    builtins.input = endings.no_input
    sys.setrecursionlimit(_DEPTH * sys.getrecursionlimit())
    for stream in (sys.stdout, sys.stderr):
        # what was printed is there, in its order, however the process ends
        stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)  # type: ignore[union-attr]
    warned.tell_own_rows((Hooks.__module__, FollowingHooks.__module__), running.own)


def _end_after(seconds: float) -> None:
    """End the process should nothing else: this needs no Python, where a library never returns."""
    nowhere: IO[str] = Path(os.devnull).open("w")  # noqa: SIM115  open as long as the process is
    faulthandler.dump_traceback_later(min(seconds, _LONGEST), exit=True, file=nowhere)


def _join_threads() -> None:
    """Wait for the script's threads, as Python does at its end."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


if __name__ == "__main__":
    main()
