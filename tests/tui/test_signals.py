"""Signals: a real terminal is left as it was found when the program is asked to end."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 30
LEFT = b"\x1b[?1049l"  # the alternate screen
QUIET = (b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l", b"\x1b[?25h")  # mouse, paste; the cursor


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", ours: int, theirs: int) -> None:
        self.process = process
        self.written = b""
        self._ours, self._theirs = ours, theirs

    def attributes(self) -> list[object]:
        return termios.tcgetattr(self._theirs)

    def press(self, key: bytes) -> None:
        os.write(self._ours, key)

    def until(self, holds: Callable[[], object]) -> None:
        """Read what is written until something holds."""
        end = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < end, self.written[-2000:]
            if select.select([self._ours], [], [], 0.05)[0]:
                self.written += os.read(self._ours, 65536)


@contextmanager
def opened(*words: str) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "nnscope", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    try:
        yield Terminal(process, ours, theirs)
    finally:
        process.kill()
        process.wait()
        for end in (ours, theirs):
            with suppress(OSError):
                os.close(end)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("words", "shown", "key"),
    [
        (["two_layer"], b"A2 = sigmoid", b""),
        (["two_layer"], b"A2 = sigmoid", b"r"),
        ([], b"choose a network", b""),
    ],
)
def test_the_terminal_is_restored(
    words: list[str], shown: bytes, key: bytes, number: signal.Signals
) -> None:
    with opened(*words) as terminal:
        before = terminal.attributes()
        terminal.until(lambda: shown in terminal.written)
        assert terminal.attributes() != before
        terminal.press(key)
        terminal.process.send_signal(number)
        terminal.until(lambda: terminal.process.poll() is not None)
        terminal.until(lambda: LEFT in terminal.written)
        assert terminal.process.returncode == 128 + number
        assert terminal.attributes() == before
        assert all(code in terminal.written for code in QUIET)
        assert b"Traceback" not in terminal.written
