"""The pictures, one a file: a file that is put here is in the picture pane and in the help."""

import pkgutil
from importlib import import_module

from nnscope.tui.picture import Picture

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

PICTURES: tuple[type[Picture], ...] = tuple(
    sorted(Picture.__subclasses__(), key=lambda picture: picture.RANK)
)
"""All pictures, in the order in which the pane goes through them."""
