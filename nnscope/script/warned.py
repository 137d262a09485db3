"""Warnings, told by the script's own row and not by that of a hook."""

import sys
import warnings
from collections.abc import Container, Sequence
from types import FrameType
from typing import TextIO


def tell_own_rows(hooks: Sequence[str], own: Container[str]) -> None:
    """Have warnings that are raised in a hook told where the script stands, once for each row.

    `hooks` are the names of the modules of the hooks, `own` has the files of the script.
    """
    files = {sys.modules[each].__file__ for each in hooks}
    show, shown = warnings.showwarning, set[tuple[str, str, int]]()

    def showwarning(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        frame = sys._getframe(1)
        while filename in files and frame.f_back is not None:
            frame = frame.f_back
            if frame.f_code.co_filename in own:
                if issubclass(category, DeprecationWarning) and not _is_main(frame):
                    return
                filename, lineno = frame.f_code.co_filename, frame.f_lineno
                if (str(message), filename, lineno) in shown:
                    return
                shown.add((str(message), filename, lineno))
        show(message, category, filename, lineno, file, line)

    warnings.showwarning = showwarning
    for module in hooks:  # behind those of the user
        pattern = module.replace(".", r"\.")
        warnings.filterwarnings("always", module=pattern, append=True)
        if not sys.warnoptions:  # as Python tells them of the script itself, and of no module
            warnings.filterwarnings("always", category=DeprecationWarning, module=pattern)


def _is_main(frame: FrameType) -> bool:
    return frame.f_globals.get("__name__") == "__main__"
