"""Starting fast and ending quietly. It imports nothing heavy: every command begins here."""

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Import without looking for garbage: importing makes none, and the looking takes long.

    What was imported is never looked at again. Ctrl+C ends the process at once: an exception in
    the middle of an import is told by whatever is just being imported.
    """
    gc.disable()
    try:
        with interrupted_at_once():
            yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def interrupted_at_once() -> Iterator[None]:
    """Let Ctrl+C end the process without an exception, where it is not ignored."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
