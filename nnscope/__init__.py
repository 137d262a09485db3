"""nnscope: a debugger for the arithmetic of a neural network.

From Python: `nnscope.load("two_layer")` gives a network to trace, train and verify.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnscope.api import load

__all__ = ["__version__", "load"]
__version__ = "0.1.0"


def __dir__() -> list[str]:
    """List what there is."""
    return sorted(__all__)


def __getattr__(name: str) -> object:
    """Import `load` when it is asked for: the command line must start without NumPy."""
    if name == "load":
        from nnscope.api import load  # noqa: PLC0415

        return load
    raise AttributeError(f"module 'nnscope' has no attribute {name!r}")
