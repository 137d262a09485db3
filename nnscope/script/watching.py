"""What runs beside a script in its process: hands over now and then, and ends it when it must.

It listens to the standard input, which the debugger holds the other end of: a byte asks to hand
over and end; its end says that the debugger is gone. The threads are not of `threading`, so that a
script finds only its own there.
"""

import _thread
import os
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from nnscope.script.leaving import exit_at_once

_SHORTEST, _LONGEST, _SHARE = 0.25, 1.0, 20.0
"""Between two times it waits so many times as long as it took, within these bounds in seconds.

What an iteration was fed has to be written once, however often that is done.
"""


def watch(folder: Path, hand_over: Callable[[], None], end: Callable[[bool], None]) -> None:
    """Begin to watch: `hand_over` is called now and then, `end` before the process is ended.

    `end` is told whether the debugger asks for what is there. Where that is gone, nobody reads what
    is in `folder`, so that goes too.
    """
    asked = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # for the script, and for what it starts
    os.close(nothing)
    _thread.start_new_thread(_listen, (asked, folder, end))
    _thread.start_new_thread(_now_and_then, (hand_over,))


def _listen(asked: int, folder: Path, end: Callable[[bool], None]) -> None:
    is_asked = bool(os.read(asked, 1))
    with suppress(Exception):
        end(is_asked)
    if not is_asked:
        shutil.rmtree(folder, ignore_errors=True)
    _end_group()


def _end_group() -> None:
    """End this process, and those that the script has started."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # what was to be handed over has been
    exit_at_once(1)


def _now_and_then(hand_over: Callable[[], None]) -> None:
    wait = _SHORTEST
    while True:
        time.sleep(wait)
        begun = time.monotonic()
        with suppress(Exception):  # perhaps there is memory, or room on the disk, the next time
            hand_over()
        wait = min(max(_SHORTEST, _SHARE * (time.monotonic() - begun)), _LONGEST)
