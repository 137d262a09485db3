"""Standard output and standard error, behind the gate for text that is not ours.

Whatever a command prints goes through here, also what `argparse` prints.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from io import StringIO, TextIOBase
from typing import TextIO, cast

from nnscope.visible import message, visible


class Gated(TextIOBase):
    """A stream that is given text without control characters, in signs that its encoding has.

    An error of writing names it.
    """

    def __init__(self, behind: TextIO, called: str) -> None:
        self.behind = behind
        self._called = called

    def write(self, text: str) -> int:
        """Write a text; a sign that the encoding lacks is written by its number."""
        encoding = self.behind.encoding or "utf-8"
        plain = visible(text).encode(encoding, "backslashreplace").decode(encoding)
        with self._named():
            return self.behind.write(plain)

    def flush(self) -> None:
        """Hand over what is buffered."""
        with self._named():
            self.behind.flush()

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return self.behind.isatty()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            error.filename = error.filename or self._called
            raise


@contextmanager
def gated() -> Iterator[None]:
    """Put the gate before both outputs; raises `OSError` where there is no standard output."""
    with ExitStack() as stack:
        told = Gated(sys.stderr or StringIO(), "standard error")
        stack.enter_context(redirect_stderr(cast(TextIO, told)))
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed", "standard output")
        printed = Gated(sys.stdout, "standard output")
        stack.enter_context(redirect_stdout(cast(TextIO, printed)))
        yield


def complain(text: str) -> None:
    """Say on standard error what is wrong, a line for each mistake."""
    for line in message(text.split("\n")).split("\n"):
        print(f"nnscope: {line}", file=sys.stderr)


def retell(text: str) -> None:
    """Write over the last line of standard error, where that is a terminal; elsewhere nothing."""
    stream = sys.stderr.behind if isinstance(sys.stderr, Gated) else sys.stderr
    if stream.isatty():
        stream.write(f"\r{visible(text)}\033[K")
        stream.flush()


def abandon() -> None:
    """Let go of a standard output that can't be written to, so that nothing is flushed to it."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
