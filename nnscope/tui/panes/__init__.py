"""The panes, one a file: a file that is put here is on the screen, in the help and has its key."""

import pkgutil
from importlib import import_module

from nnscope.tui.pane import Pane

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

PANES: tuple[type[Pane], ...] = tuple(
    sorted(Pane.__subclasses__(), key=lambda pane: (pane.IS_ASKED, " 1234567890".find(pane.KEY)))
)
"""All panes, in the order of their keys; the program, which is always there, has none.

Those that show what was asked for, when it is asked for, come last.
"""
