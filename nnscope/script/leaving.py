"""Handing over before a script leaves Python at once: by `os._exit`, a signal, or another program.

A process that is killed from outside hands nothing over; what it wrote before is there.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

_LEAVING = {"os.exec", "os.kill", "os.killpg"}

exit_at_once = os._exit


def before_leaving(hand_over: Callable[[str], None]) -> None:
    """Have `hand_over` called, with how the script leaves, before it does."""
    own = os.getpid()

    def leaves(name: str, leave: Callable[..., Any]) -> Callable[..., Any]:
        def left(*arguments: Any) -> Any:
            if os.getpid() == own:  # and not a process that the script has forked
                hand_over(f"{name}({', '.join(map(repr, arguments))})")
            return leave(*arguments)

        return left

    def audited(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _LEAVING and os.getpid() == own:
            is_own = event == "os.exec" or arguments[0] in (own, 0) or event == "os.killpg"
            if is_own and arguments[1:2] != (0,):
                hand_over(event)

    os._exit = leaves("os._exit", os._exit)
    os.abort = leaves("os.abort", os.abort)
    sys.addaudithook(audited)
