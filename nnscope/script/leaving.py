"""Handing over before a script leaves Python at once: by `os._exit`, a signal, or another program.

A process that is killed from outside hands nothing over; what it wrote before is there.
"""

import os
import signal
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

_LAST = ((os, "_exit"), (os, "abort"), (os, "execv"), (os, "execve"))
"""What never returns; the other functions of `os` that start a program in place call these."""
_PERHAPS = ((os, "kill"), (os, "killpg"), (signal, "raise_signal"))
"""What ends this process if the signal does."""

exit_at_once = os._exit
"""The function itself, for who has handed over."""


def before_leaving(last: Callable[[str], None], perhaps: Callable[[], None]) -> None:
    """Have `last` called before the script leaves, with the name of how it does.

    `perhaps` is called where it may come to its end, and may go on.
    """
    own = os.getpid()
    for module, name in _LAST:
        _call_first(module, name, own, partial(last, f"os.{name}"))
    for module, name in _PERHAPS:
        _call_first(module, name, own, perhaps)


def _call_first(module: ModuleType, name: str, own: int, first: Callable[[], None]) -> None:
    """Have something called before a function, but not in a process that the script has forked."""
    function: Callable[..., Any] | None = getattr(module, name, None)
    if function is None:  # not every system has all of them
        return

    def both(*arguments: Any, **options: Any) -> Any:
        if os.getpid() == own:
            first()
        return function(*arguments, **options)

    setattr(module, name, both)
