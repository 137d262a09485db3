"""Whether Esc is pressed in the terminal, while something else goes on."""

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ESCAPE = b"\x1b"


@contextmanager
def listening() -> Iterator[Callable[[], bool]]:
    """Give what tells whether Esc was pressed since it was asked last; without a terminal never."""
    if not sys.stdin.isatty():
        yield lambda: False
    elif sys.platform == "win32":
        yield _pressed_on_windows
    else:
        yield from _listening_to_terminal()


def _pressed_on_windows() -> bool:
    import msvcrt  # noqa: PLC0415  only there

    pressed = False
    while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
        pressed |= msvcrt.getwch() == "\x1b"  # type: ignore[attr-defined,unused-ignore]
    return pressed


def _listening_to_terminal() -> Iterator[Callable[[], bool]]:
    """Have the terminal give each key at once, and not show it; later as it was."""
    import termios  # noqa: PLC0415  not on Windows
    import tty  # noqa: PLC0415

    terminal = sys.stdin.fileno()
    if os.tcgetpgrp(terminal) != os.getpgrp():  # the keys are for a program in the foreground
        yield lambda: False
        return
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal)
        yield lambda: _pressed(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _pressed(terminal: int) -> bool:
    """Tell Esc from the keys whose bytes begin with it, such as the arrows."""
    if not select.select([terminal], [], [], 0)[0]:
        return False
    return os.read(terminal, 64) == ESCAPE
